"""Writes conformance/evaluation/evaluate.json: the metrics by brute force over pairs and sets.

Independent of the library: exact fractions, every pair looked at, no shared code. Run it from the repository root:

    python3 conformance/reference/evaluation.py           # write the vectors
    python3 conformance/reference/evaluation.py --check   # fail if the file differs
"""

import itertools
import json
import pathlib
import random
import sys
from fractions import Fraction

TARGET = pathlib.Path(__file__).resolve().parents[1] / "evaluation" / "evaluate.json"


def share(part, whole):
    return Fraction(part, whole) if whole else Fraction(1)


def scores(precision, recall):
    total = precision + recall
    f1 = 2 * precision * recall / total if total else Fraction(0)
    return {name: float(round(value, 12)) for name, value in
            (("precision", precision), ("recall", recall), ("f1", f1))}


def evaluate(cluster, entity):
    """cluster: key -> label of every record; entity: key -> label of the records whose truth is known."""
    keys = sorted(entity)
    pairs = list(itertools.combinations(keys, 2))
    predicted = {pair for pair in pairs if cluster[pair[0]] == cluster[pair[1]]}
    true = {pair for pair in pairs if entity[pair[0]] == entity[pair[1]]}
    with_me = {k: {o for o in keys if cluster[o] == cluster[k]} for k in keys}
    really = {k: {o for o in keys if entity[o] == entity[k]} for k in keys}
    n = len(keys)
    cluster_sets = {frozenset(members) for members in with_me.values()}
    entity_sets = {frozenset(members) for members in really.values()}
    return {
        "records": n,
        "records_without_truth": len(cluster) - n,
        "clusters": len(cluster_sets),
        "entities": len(entity_sets),
        "exact_clusters": len(cluster_sets & entity_sets),
        "pairs_predicted": len(predicted),
        "pairs_true": len(true),
        "pairs_both": len(predicted & true),
        "pairwise": scores(share(len(predicted & true), len(predicted)), share(len(predicted & true), len(true))),
        "b_cubed": scores(
            sum((Fraction(len(with_me[k] & really[k]), len(with_me[k])) for k in keys), Fraction(0)) / n,
            sum((Fraction(len(with_me[k] & really[k]), len(really[k])) for k in keys), Fraction(0)) / n,
        ),
    }


def rows(labels, group):
    """Table rows; a key is an id, or (source, id)."""
    return [
        ({"source": key[0], "record_id": key[1]} if isinstance(key, tuple) else {"record_id": key}) | {group: label}
        for key, label in labels.items()
    ]


def case(name, cluster, entity):
    return {"name": name, "input": [rows(cluster, "profile_id"), rows(entity, "entity")],
            "output": evaluate(cluster, entity)}


def letters(text):
    """'aab' -> {'1': 'a', '2': 'a', '3': 'b'}"""
    return {str(i + 1): letter for i, letter in enumerate(text)}


def by_hand():
    """Cases whose figures are also worked out by hand, from the definitions."""
    def check(name, cluster, entity, **expected):
        made = case(name, cluster, entity)
        for figure, value in expected.items():
            group, _, part = figure.partition("__")
            found = made["output"][group][part] if part else made["output"][group]
            assert abs(found - value) < 1e-12, (name, figure, found, value)
        return made

    yield check("everything right", letters("aabbc"), letters("xxyyz"), pairwise__f1=1, b_cubed__f1=1, exact_clusters=3)
    yield check("one record alone", letters("a"), letters("x"), pairwise__precision=1, pairwise__recall=1, clusters=1)
    yield check("no duplicates, none claimed", letters("abc"), letters("xyz"), pairwise__f1=1, b_cubed__f1=1)
    yield check("duplicates, none claimed", letters("abc"), letters("xxx"), pairwise__precision=1, pairwise__recall=0,
                pairwise__f1=0, b_cubed__recall=1 / 3)
    yield check("no duplicates, all claimed", letters("aaa"), letters("xyz"), pairwise__precision=0,
                pairwise__recall=1, pairwise__f1=0, b_cubed__precision=1 / 3)
    # Two clusters of 2, entities of 3 and 1: pairs 2 claimed, 3 true, 1 both.
    yield check("one record in the wrong cluster", letters("aabb"), letters("xxxy"), pairwise__precision=1 / 2,
                pairwise__recall=1 / 3, pairwise__f1=2 / 5, b_cubed__precision=3 / 4,
                b_cubed__recall=(2 / 3 + 2 / 3 + 1 / 3 + 1) / 4)
    # Bagga and Baldwin's example (1998): true chains 5, 2, 5; the response joins the second and third.
    yield check("two true chains joined (Bagga and Baldwin)", letters("aaaaabbbbbbb"), letters("xxxxxyyzzzzz"),
                b_cubed__precision=(5 * 1 + 2 * (2 / 7) + 5 * (5 / 7)) / 12, b_cubed__recall=1,
                exact_clusters=1)
    yield check("two long chains joined (Bagga and Baldwin)", letters("aaaaaaaaaabb"), letters("xxxxxzzzzzyy"),
                b_cubed__precision=(10 * (1 / 2) + 2) / 12, b_cubed__recall=1)
    yield check("one entity split", letters("aabb"), letters("xxxx"), pairwise__recall=1 / 3, b_cubed__recall=1 / 2,
                pairwise__precision=1)
    yield check("all in one cluster", letters("aaaa"), letters("xxyy"), pairwise__precision=1 / 3,
                b_cubed__precision=1 / 2, pairwise__recall=1)
    yield check("clusters across entities", letters("abab"), letters("xxyy"), pairwise__f1=0, pairs_both=0,
                b_cubed__f1=1 / 2)


def partial():
    cluster = letters("aaabbc")
    entity = {key: label for key, label in letters("xxyyzz").items() if key in "125"}
    yield case("records without truth are left out and counted", cluster, entity)
    yield case("a cluster is exact among the judged records", letters("aab"), {"1": "x", "3": "y"})
    keys = {("crm", "1"): "p", ("pos", "1"): "p", ("pos", "2"): "q"}
    yield case("keys repeat over sources", keys, {("crm", "1"): "x", ("pos", "1"): "x", ("pos", "2"): "x"})
    yield case("an order of its own", letters("aabbc"), dict(reversed(letters("xxyyz").items())))
    with_null = case("a truth without entity is no truth", letters("aab"), {"1": "x", "2": "y"})
    with_null["input"][1].append({"record_id": "3", "entity": None})
    yield with_null
    without_source = case("the truth needs no source where keys do not repeat",
                          {("crm", "1"): "p", ("pos", "2"): "p"}, {("crm", "1"): "x", ("pos", "2"): "x"})
    for row in without_source["input"][1]:
        del row["source"]
    yield without_source
    named = case("any two columns: key and entity", letters("aab"), letters("xyy"))
    named["input"] = [[{"ref": r["record_id"], "guess": r["profile_id"]} for r in named["input"][0]],
                      [{"rec": r["record_id"], "person": r["entity"]} for r in named["input"][1]]]
    yield named


def drawn():
    rng = random.Random(20)
    for number in range(12):
        n = rng.choice([5, 10, 30, 60])
        k = rng.randint(1, n)
        entity = {str(i): f"e{rng.randrange(k)}" for i in range(n)}
        cluster = {key: (f"c{label[1:]}" if rng.random() < 0.8 else f"d{rng.randrange(k)}")
                   for key, label in entity.items()}
        known = {key: label for key, label in entity.items() if number % 2 or rng.random() < 0.7}
        yield case(f"drawn by seed, number {number + 1}: {n} records", cluster, known or entity)


def refused():
    assigned, truth = rows(letters("aab"), "profile_id"), rows(letters("xxy"), "entity")
    sources = rows({("crm", "1"): "p", ("pos", "1"): "q"}, "profile_id")
    gone = [{"record_id": str(k), "entity": "x"} for k in range(1, 12)]

    def error(name, a, t, code, message):
        return {"name": name, "input": [a, t], "error": code, "message": message}

    yield error("truth keys that are not assigned", assigned, gone, "invalid_truth",
                "row 3: 8 of the 11 keys of the truth are not among the assignments: '•••', '•••', '•••', '•••', '•••', ... "
                "(remove them from the truth, or resolve the records they name too)")
    yield error("truth keys read as decimals", assigned, [{"record_id": "1.0", "entity": "x"}], "invalid_truth",
                "row 0: 1 of the 1 keys of the truth are not among the assignments: '•••' "
                "(the assignments have '•••': read the truth's keys as whole numbers or as text)")
    yield error("a source that is not assigned", sources, [{"source": "web", "record_id": "1", "entity": "x"}],
                "invalid_truth", "row 0: 1 of the 1 keys of the truth are not among the assignments: '•••' of source "
                "'•••' (there is no source '•••' in the assignments; they have: crm, pos)")
    yield error("a key in two sources, no source in the truth", sources, [{"record_id": "1", "entity": "x"}],
                "invalid_truth", "row 0: the key '•••' is found in several sources (add a 'source' column to the truth)")
    yield error("a record twice in the truth", assigned, truth + truth[:1], "invalid_truth",
                "row 3: the truth names the record '•••' twice (keep one row per record)")
    yield error("a row without key in the truth", assigned, truth + [{"record_id": None, "entity": "x"}],
                "invalid_truth", "row 3: a row of the truth has no key")
    yield error("no column for the entity", assigned, [{"record_id": "1"}], "invalid_truth",
                "the truth needs a key column and an 'entity' column; the columns are: record_id "
                "(call them 'record_id' and 'entity', or give two columns in this order)")
    yield error("an empty truth", assigned, [{"record_id": "1", "entity": None}], "invalid_truth",
                "the truth has no record to judge (give one row per record whose entity is known: "
                "its key and the entity)")
    yield error("an assignment without profile", assigned + [{"record_id": "9", "profile_id": None}], truth,
                "invalid_input", "row 3: an assignment has no profile")
    yield error("a record assigned twice", assigned + assigned[:1], truth, "invalid_input",
                "row 3: the assignments name this record twice (give a 'source' column if keys repeat over sources)")


def main():
    cases = [*by_hand(), *partial(), *drawn(), *refused()]
    lines = ",\n".join("    " + json.dumps(one, ensure_ascii=False) for one in cases)
    text = f'{{\n  "operation": "evaluation.evaluate",\n  "cases": [\n{lines}\n  ]\n}}\n'
    if "--check" in sys.argv:
        sys.exit(0 if TARGET.read_text(encoding="utf-8") == text else f"{TARGET.name} differs: run this program again")
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
