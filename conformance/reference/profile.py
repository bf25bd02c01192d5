"""Expected values of `conformance/columns/profile.json`, from what `docs/columns.md` says of each figure.

Which values are usable was decided by hand, one verdict a value. Counted here in plain Python: rows, distinct values and keys,
the most frequent, the reasons. Worked out from the text of the guide: how sure a kind is (the header's strength, less where the
values do not look like it), values shared by too many people, rows whose names are exchanged. It shares no code with the
core. `python3 profile.py` writes the file.
"""

import json
import math
import pathlib
from collections import Counter, defaultdict

from name_keys import fold

# Headers: the kind, how surely they mean it, and whether a value looks like that kind.
HEADERS = {
    "prenom": ("given_name", 0.95, lambda value: value.replace("-", "").isalpha()),
    "nom_de_famille": ("family_name", 0.95, lambda value: value.replace("'", "").replace(" ", "").isalpha()),
    "nom_de_naissance": ("birth_name", 0.9, lambda value: value.isalpha()),
    "courriel": ("email", 0.95, lambda value: "@" in value),
    "naissance": ("birth_date", 0.95, lambda value: any(c.isdigit() for c in value)),
    "tel": ("phone", 0.95, lambda value: 6 <= sum(c.isdigit() for c in value) <= 16),
}
NOTHING = ("", "n/a")


def confidence(values, strength, looks):
    """Each value counts with the root of its rows; a column whose values all look like its kind is as sure as its header."""
    weights = {value: math.sqrt(rows) for value, rows in Counter(values).items() if value not in NOTHING}
    fit = sum(weight for value, weight in weights.items() if looks(value)) / sum(weights.values())
    return math.floor(100 * strength * (0.6 + 0.4 * fit) + 0.5) / 100


def ranked(counts):
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def problems(values, verdicts):
    rows, examples = Counter(), defaultdict(Counter)
    for value in values:
        if isinstance(verdicts[value], tuple):
            rows[verdicts[value]] += 1
            examples[verdicts[value]][value] += 1
    order = sorted(rows, key=lambda problem: (-rows[problem], problem[1]))
    example = {problem: max(examples[problem].items(), key=lambda item: (item[1], item[0]))[0] for problem in order}
    return [{"verdict": verdict, "reason": reason, "rows": rows[verdict, reason], "example": example[verdict, reason]} for verdict, reason in order]


def shared(keys, people):
    """Values with more people than honest ones have: n q^(k - 1) < 0.01, and never below eight."""
    held = defaultdict(list)
    for key, person in zip(keys, people):
        if key:
            held[key].append(person)
    named = {key: len(set(persons) - {None}) for key, persons in held.items()}
    values, several = sum(count > 0 for count in named.values()), sum(count > 1 for count in named.values())
    limit = 8
    if several:
        limit = max(limit, math.ceil(1 + math.log(0.01 / values) / math.log(min(several / values, 0.9))))
    found = [{"value": key, "rows": len(held[key]), "people": count} for key, count in named.items() if count > limit]
    return sorted(found, key=lambda each: (-each["people"], each["value"]))


def exchanged(given, family):
    """Rows a hundred times likelier the other way round, by the other rows; half an observation is added to each count."""
    found = []
    for row, (first, last) in enumerate(zip(given, family)):
        if not first or not last:
            continue
        firsts, lasts = Counter(given[:row] + given[row + 1:]), Counter(family)
        others = Counter(family[:row] + family[row + 1:])
        as_family = (lasts[first] + 0.5) / (firsts[first] + 0.5)
        as_given = (Counter(given)[last] + 0.5) / (others[last] + 0.5)
        if as_family > 1 and as_given > 1 and as_family * as_given >= 100:
            found.append(row)
    return found


def column(name, rows, verdicts, facts):
    kind, strength, looks = HEADERS[name]
    values = [row[name] for row in rows if (row.get(name) or "").strip()]
    verdict = {value: verdicts.get(value, fold(value)) for value in values}
    usable = [value for value in values if not isinstance(verdict[value], tuple)]
    bad = Counter(verdict[value][0] for value in values if isinstance(verdict[value], tuple))
    told = {"ambiguous": 0, "order": None, "region": None, "shared": [], "exchanged": [], **facts}
    return {
        "source": "", "column": name, "kind": kind, "confidence": confidence(values, strength, looks), "reason": f"named '{name.replace('_', ' ')}'",
        "rows": len(rows), "missing": len(rows) - len(values), "ok": len(usable), "invalid": bad["invalid"], "placeholder": bad["placeholder"],
        "distinct": len(set(values)), "distinct_keys": len({verdict[value] for value in usable}), "ambiguous": told["ambiguous"],
        "order": told["order"], "region": told["region"],
        "top": [{"value": value, "rows": count} for value, count in ranked(Counter(values))[:5]],
        "problems": problems(values, verdict), "shared": told["shared"], "exchanged": told["exchanged"],
    }


def case(name, rows, verdicts=None, **facts):
    """`facts` by column: what was worked out or decided apart from counting."""
    output = [column(header, rows, (verdicts or {}).get(header, {}), facts.get(header, {})) for header in rows[0]]
    return {"name": name, "input": [rows], "output": output}


def contacts():
    columns = {
        "courriel": ["ann@exemple.fr", "n/a", "bob exemple.fr", "ann@exemple.fr", "Ann@Exemple.fr", None],
        "naissance": ["31/12/1980", "31/02/1990", "01/01/1900", "13/04/1985", "5 mai 1958", ""],
        "tel": ["+33612345679", "+33612345679", None, "12", "0000000000", "+33 6 12 34 56 79"],
    }
    rows = [dict(zip(columns, values)) for values in zip(*columns.values())]
    verdicts = {
        "courriel": {"ann@exemple.fr": "a", "Ann@Exemple.fr": "a", "n/a": ("placeholder", "word for a missing value"), "bob exemple.fr": ("invalid", "no @")},
        "naissance": {"31/02/1990": ("invalid", "a day that is in no calendar"), "01/01/1900": ("placeholder", "default date of a system")},
        "tel": {"+33612345679": "t", "+33 6 12 34 56 79": "t", "12": ("invalid", "fewer than 6 digits"), "0000000000": ("placeholder", "repeated digit")},
    }
    region = {"region": "FR"}
    return case("e-mail, dates and telephones", rows, verdicts, courriel=region, naissance={"order": "dmy", **region}, tel=region)


def ambiguous_dates():
    rows = [{"naissance": value} for value in ("03/04/1985", "03/04/1985", "05/06/1971", "07/07/1960", "1990-02-11", "", None)]
    return case("dates that can be read in two ways", rows, naissance={"ambiguous": 3})


def swapped_names():
    people = [("Jean", "Dupont"), ("Marie", "Durand"), ("Jean", "Durand"), ("Marie", "Dupont")] * 10 + [("Dupont", "Marie"), ("DUPONT", "marie"), ("Luc", "Petit"), ("Petit", None)]
    given, family = zip(*people)
    rows = [{"prenom": first, "nom_de_famille": last} for first, last in people]
    found = exchanged([fold(first) for first in given], [fold(last or "") for last in family])
    assert found == [40, 41], found
    return case("given and family names in each other's column", rows, prenom={"exchanged": found})


def swapped_birth_names():
    """The second column of family names tells what the first, mostly empty, cannot."""
    people = [("Jean", "", "Dupont"), ("Marie", "Martin", "Durand"), ("Jean", "", "Durand"), ("Marie", "Roux", "Dupont")] * 6 + [("Dupont", "", "Marie")]
    rows = [{"prenom": first, "nom_de_famille": last, "nom_de_naissance": birth} for first, last, birth in people]
    given = [fold(first) for first, _, _ in people]
    found = set(exchanged(given, [fold(last) for _, last, _ in people])) | set(exchanged(given, [fold(birth) for _, _, birth in people]))
    assert found == {24}, found
    return case("exchanged with the second column of family names", rows, prenom={"exchanged": sorted(found)})


def names_that_are_both():
    people = [("Martin", "Bernard"), ("Bernard", "Martin"), ("Paul", "Martin"), ("Thomas", "Bernard")] * 6 + [("Sybille", "Quix")]
    assert exchanged([fold(first) for first, _ in people], [fold(last) for _, last in people]) == []
    return case("names that are given and family names are left alone", [{"prenom": first, "nom_de_famille": last} for first, last in people])


def shop_address(strangers):
    """Customers with an address of their own, and strangers who were all given the shop's."""
    firsts, lasts = ("Jean", "Marie", "Luc", "Paul", "Agnès"), ("Martin", "Durand", "Petit", "Garnier", "Faure", "Leroy", "Blanc", "Vidal")
    people = [(first, last) for last in lasts for first in firsts][:40]
    mails = ["accueil@boutique.fr" if row < strangers else f"p{row}@exemple.fr" for row in range(len(people))]
    rows = [{"prenom": first, "nom_de_famille": last, "courriel": mail} for (first, last), mail in zip(people, mails)]
    found = shared(mails, people)
    assert len(found) == (strangers > 8), found
    verdicts = {"courriel": {mail: mail for mail in mails}}
    return case(f"an address of {strangers} people", rows, verdicts, courriel={"shared": found})


def main():
    cases = [contacts(), ambiguous_dates(), swapped_names(), swapped_birth_names(), names_that_are_both(), shop_address(8), shop_address(9), shop_address(20)]
    lines = ["    " + json.dumps(each, ensure_ascii=False) for each in cases]
    text = '{\n  "operation": "columns.profile",\n  "cases": [\n%s\n  ]\n}\n' % ",\n".join(lines)
    path = pathlib.Path(__file__).resolve().parent.parent / "columns" / "profile.json"
    path.write_text(text, encoding="utf-8")
    print("profile", len(cases))


if __name__ == "__main__":
    main()
