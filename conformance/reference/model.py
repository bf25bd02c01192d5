"""Independent reference of match weights and of clustering; writes model/match_weight.json and cluster/cluster.json.

Match weight: Fellegi and Sunter (1969) with a mixture on the non-match side, as the textbook writes it: a likelihood
ratio of probabilities, one logarithm at the end. Clustering: a direct transcription of the rule in words, with no
union-find and no memory of refusals.
"""

import json
import math
import random
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent

EXACT = ["same", "one typing error", "different"]
PHONE = ["same", "one typing error", "same ending", "different"]
#: Roles whose values are a person's own.
OWN = {"given", "other_names", "family", "birth"}
FREQUENT = {"exact": {"same", "one typing error"}, "phone": {"same", "same ending"}}


def class_middle(frequency):
    """Frequencies are used by class: 24 classes of 0.75 nats."""
    index = min(int(-math.log(frequency) / 0.75), 23)
    return math.exp(-(index + 0.5) * 0.75)


def ratio(table, own, levels, shares, level, frequency):
    """Likelihood ratio of one field; an agreed value's frequency takes the place of u, within limits."""
    u = levels[level][1]
    value = shares[level] / u
    if level in FREQUENT[table]:
        adjustment = min(max(math.log(u / class_middle(frequency)), -6.0), 8.0)
        # Names and birth dates lose half of what being common would take from them.
        value *= math.exp(adjustment / 2 if adjustment < 0 and own else adjustment)
    return value


def weight(model, comparisons):
    prior = model["prior"]
    matched, related = prior / (1 - prior) * 2 ** model.get("learned", 0.0), [share for share, _ in model["related"]]
    for feature, comparison in zip(model["features"], comparisons):
        if comparison is None:
            continue
        level, frequency = comparison
        levels, table, is_own = feature["levels"], feature["table"], feature["role"] in OWN
        matched *= ratio(table, is_own, levels, {k: m for k, (m, _) in levels.items()}, level, frequency)
        matched *= 2 ** feature.get("learned", {}).get(level, 0.0)
        for index, (_, own) in enumerate(model["related"]):
            if own.get(feature["name"]):
                related[index] *= ratio(table, is_own, levels, own[feature["name"]], level, frequency)
    return round(math.log2(matched / (1 + sum(related))), 9)


def saved(model):
    """The saved form of a model."""
    features = [
        {"name": f["name"], "role": f["role"],
         "levels": [{"level": k, "m": m, "u": u} | learned(f.get("learned", {}).get(k, 0.0)) for k, (m, u) in f["levels"].items()]}
        for f in model["features"]
    ]
    related = [
        {"class": f"class{i}", "share": share,
         "features": [list(own[f["name"]].values()) if own.get(f["name"]) else None for f in model["features"]]}
        for i, (share, own) in enumerate(model["related"])
    ]
    return {"version": 2, "records": 1000, "sources": ["a"], "prior": [model["prior"]], "features": features,
            "related": related} | learned(model.get("learned", 0.0))


def learned(bits):
    return {"learned": bits} if bits else {}


def distribution(draw, names):
    raw = [draw.random() ** 3 + 1e-4 for _ in names]
    return {name: round(value / sum(raw), 6) for name, value in zip(names, raw)}


def random_model(draw):
    kinds = [("card", "personal", "exact", EXACT), ("phone", "phone", "phone", PHONE), ("type", "attribute", "exact", EXACT), ("name", "family", "exact", EXACT)]
    features = []
    for name, role, table, names in draw.sample(kinds, draw.randint(1, 4)):
        m, u = distribution(draw, names), distribution(draw, names)
        bits = {k: round(draw.uniform(-2, 2), 4) for k in names if draw.random() < 0.2}
        features.append({"name": name, "role": role, "table": table, "levels": {k: (m[k], u[k]) for k in names}, "learned": bits})
    related = []
    for _ in range(draw.randint(0, 2)):
        own = {f["name"]: distribution(draw, list(f["levels"])) for f in features if draw.random() < 0.6}
        related.append((round(10 ** draw.uniform(-6, -1), 8), own))
    return {"prior": round(10 ** draw.uniform(-7, -1), 9), "features": features, "related": related}


def match_weight_cases():
    draw, cases = random.Random(20240607), []
    for number in range(60):
        model = random_model(draw)
        comparisons = [
            None if draw.random() < 0.2 else [draw.choice(list(f["levels"])), round(10 ** draw.uniform(-6, 0), 7)]
            for f in model["features"]
        ]
        cases.append({"name": f"random model {number}", "input": [saved(model), comparisons],
                      "output": weight(model, comparisons)})
    plain = {"prior": 0.5, "related": [], "features": [
        {"name": "card", "role": "personal", "table": "exact", "levels": {"same": (0.9, 0.1), "one typing error": (0.05, 0.1), "different": (0.05, 0.8)}}]}
    cases.append({"name": "at even odds a disagreement weighs log2 of m over u", "input": [saved(plain), [["different", 1.0]]],
                  "output": round(math.log2(0.05 / 0.8), 9)})
    cases.append({"name": "a missing value says nothing", "input": [saved(plain), [None]], "output": 0.0})
    cases.append({"name": "refuses a level that does not exist", "input": [saved(plain), [["alike", 1.0]]], "error": "invalid_model"})
    return {"operation": "model.match_weight", "cases": cases}


def cluster(records, links, otherwise, unique):
    groups = [{record} for record in range(records)]
    table = {(a, b): w for a, b, w in links}
    find = lambda record: next(group for group in groups if record in group)
    refused = set()
    for _ in range(3):
        merged = False
        for a, b, _ in sorted(links, key=lambda link: (-link[2], link[0], link[1])):
            x, y = find(a), find(b)
            if x is y:
                refused.discard((a, b))
                continue
            values = {unique[r] for r in x | y if unique[r] is not None}
            cross = [table.get((min(p, q), max(p, q)), otherwise) for p in x for q in y]
            if len(values) > 1 or (len(cross) > 1 and sum(cross) / len(cross) <= 0):
                refused.add((a, b))
                continue
            refused.discard((a, b))
            groups.remove(y)
            x |= y
            merged = True
        if not merged or not refused:
            break
    return {"cluster": [min(find(record)) for record in range(records)], "refused": len(refused)}


def cluster_cases():
    draw, cases = random.Random(7), []
    chain = [[0, 1, 5.0], [1, 2, 4.0]]
    by_hand = [
        ("no links", 3, [], -1.0, [None] * 3),
        ("a chain is cut where the ends speak against it", 3, chain, -6.0, [None] * 3),
        ("a chain holds where the ends hardly disagree", 3, chain, -1.0, [None] * 3),
        ("a unique identifier keeps two apart", 2, [[0, 1, 9.0]], -1.0, ["x", "y"]),
        ("a unique identifier keeps two apart through a third", 3, [[0, 1, 9.0], [1, 2, 8.0]], 5.0, ["x", None, "y"]),
        ("an empty identifier keeps nobody apart", 2, [[0, 1, 9.0]], -1.0, ["x", None]),
    ]
    for name, *given in by_hand:
        cases.append({"name": name, "input": given, "output": cluster(*given)})
    for number in range(60):
        records = draw.randint(2, 9)
        pairs = [(a, b) for a in range(records) for b in range(a + 1, records)]
        # Weights are whole 64ths, so that sums are exact in any order.
        links = [[a, b, draw.randint(1, 640) / 64] for a, b in pairs if draw.random() < 0.5]
        unique = [draw.choice("xy") if draw.random() < 0.25 else None for _ in range(records)]
        given = [records, links, draw.randint(-640, -1) / 64, unique]
        cases.append({"name": f"random links {number}", "input": given, "output": cluster(*given)})
    return {"operation": "cluster.cluster", "cases": cases}


def write(path, vectors):
    lines = ",\n".join("    " + json.dumps(case, ensure_ascii=False) for case in vectors["cases"])
    text = f'{{\n  "operation": "{vectors["operation"]}",\n  "cases": [\n{lines}\n  ]\n}}\n'
    (HERE / path).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write("model/match_weight.json", match_weight_cases())
    write("cluster/cluster.json", cluster_cases())
