#!/usr/bin/env python3
"""Variants of labelled sets, and invented sets of many shapes and languages: a change is judged on all of them at once.

usage: variants.py DATA OUT [--seed 1]

DATA holds labelled sets, OUT gets folders of the same layout: one CSV file a source, and truth.csv (source, record_id,
entity). A seed gives the same files again. What is made:

  30 variants of the labelled sets: fewer or renamed columns, split sources, samples, noise
  31 of invented people in ten languages, of companies, and of both in one register
  53 of further shapes, where Faker is installed (pip install -r benches/quality/requirements.txt):
     16 of people: voters, patients, guests, payments, tills, logins, an old system, exports of programs ... (shapes.py)
     5 of things: contacts and registers of companies, inventors, hotels, papers (things.py)
     32 of countries: two sets in each of eleven further languages, files of four countries, two or three columns (countries.py)

The first two need nothing but the standard library.
"""

import argparse
import csv
import importlib.util
import pathlib
import random

from invented import organisations, people
from invented.languages import HEADERS

csv.field_size_limit(1 << 24)


def read(folder):
    """The rows of all sources with their entity: [(source, id column, row, entity)]."""
    truth = {}
    with open(folder / "truth.csv", newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            truth[row["source"], row["record_id"]] = row["entity"]
    rows = []
    for path in sorted(folder.glob("*.csv")):
        if path.name == "truth.csv":
            continue
        with open(path, newline="", encoding="utf-8") as file:
            for number, row in enumerate(csv.DictReader(file)):
                key = next((c for c in row if (path.stem, row[c]) in truth), None)
                entity = truth.get((path.stem, row[key])) if key else truth.get((path.stem, str(number)))
                rows.append((path.stem, key, row, entity))
    return rows


def write(out, name, sources, rng):
    """Writes a set. `sources`: name to [(row, entity)]; rows are shuffled and get opaque ids."""
    folder = out / name
    folder.mkdir(parents=True, exist_ok=True)
    truth = []
    for source, rows in sources.items():
        rows = list(rows)
        rng.shuffle(rows)
        columns = list(dict.fromkeys(column for row, _ in rows for column in row))
        numbers = rng.sample(range(10 * len(rows) + 10), len(rows))
        with open(folder / f"{source}.csv", "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["id", *columns])
            for number, (row, entity) in zip(numbers, rows):
                writer.writerow([f"{source[0]}{number:06}", *(row.get(column, "") for column in columns)])
                truth.append((source, f"{source[0]}{number:06}", entity))
    with open(folder / "truth.csv", "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("source", "record_id", "entity"), *truth])


def derive(rng, rows, keep=None, drop=(), rename=None, split=1, noise=0.0, share=1.0, entities=None):
    """A variant of a set: columns kept, dropped or renamed, one source split in several, entities sampled, noise added.

    `rename`: new names by old, or "meaningless"; each source of a split names its columns in a way of its own.
    """
    names = sorted({entity for *_, entity in rows})
    chosen = set(rng.sample(names, min(len(names), entities or max(1, int(len(names) * share)))))
    sources = {}
    for source, key, row, entity in rows:
        if entity not in chosen:
            continue
        columns = [c for c in row if c != key and c not in drop and (keep is None or c in keep)]
        part = rng.randrange(split)
        values = [spoil(rng, row[c] or "", noise) for c in columns]
        shown = [new_name(c, n, rename, part) for n, c in enumerate(columns)]
        sources.setdefault(source if split == 1 else f"{source}{part}", []).append((dict(zip(shown, values)), entity))
    return sources


def new_name(column, number, rename, part):
    if rename == "meaningless":
        return f"c{number + 1}"
    names = (rename or {}).get(column, column)
    return names if isinstance(names, str) else names[part % len(names)]


def spoil(rng, value, noise):
    """Typing errors and gaps, each in this share of values."""
    if not value or rng.random() >= 2 * noise:
        return value
    return people.typo(rng, value) if rng.random() < 0.5 else ""


CUSTOMER = {"first_name": "prenom", "last_name": "nom", "email": "courriel", "phone": "telephone", "address": "adresse", "city": "ville", "state": "region", "zip": "code_postal", "company": "societe"}
THREE = {"given_name": ("first", "Vorname", "nombre"), "surname": ("last", "Nachname", "apellido"), "date_of_birth": ("dob", "Geburtsdatum", "fecha_nacimiento"), "street_number": ("nr", "Hausnummer", "numero"), "address_1": ("street", "Straße", "calle"), "suburb": ("town", "Ort", "ciudad"), "postcode": ("zip", "PLZ", "cp"), "state": ("state", "Bundesland", "provincia"), "address_2": ("street2", "Adresszusatz", "direccion2"), "soc_sec_id": ("ssn", "Steuernummer", "dni")}
TWO = {"first_name": ("fname", "voornaam"), "surname": ("lname", "achternaam"), "dob": ("birthday", "geboortedatum"), "postcode_fake": ("zip", "postcode"), "birth_place": ("birth_place", "geboorteplaats"), "occupation": ("job", "beroep"), "full_name": ("name", "naam"), "gender": ("sex", "geslacht"), "email": ("mail", "e-mail"), "city": ("town", "stad")}
NAMES = ("given_name", "surname", "date_of_birth")

# Name: the labelled set it comes from, and what is done to it.
DERIVED = {
    "fake_no_email": ("fake_1000", dict(drop=("email",))),
    "fake_meaningless": ("fake_1000", dict(rename="meaningless")),
    "fake_half_noisy": ("fake_1000", dict(share=0.5, noise=0.08)),
    "fake_two_sources": ("fake_1000", dict(split=2, rename=TWO)),
    "febrl_names_birth": ("febrl3", dict(keep=NAMES, entities=900)),
    "febrl_names_address": ("febrl3", dict(keep=("given_name", "surname", "street_number", "address_1", "suburb", "postcode"), entities=900)),
    "febrl_three_sources": ("febrl3", dict(split=3, rename=THREE, entities=900)),
    "febrl_noisy": ("febrl3", dict(noise=0.12, entities=900)),
    "febrl_meaningless": ("febrl3", dict(rename="meaningless", entities=900)),
    "febrl_small": ("febrl3", dict(entities=60)),
    "febrl_link_no_ids": ("febrl4", dict(drop=("soc_sec_id", "date_of_birth"), entities=1200)),
    "historical_300": ("historical_50k", dict(entities=300)),
    "historical_40": ("historical_50k", dict(entities=40)),
    "historical_names_birth": ("historical_50k", dict(keep=("full_name", "dob", "occupation"), entities=300)),
    "historical_names_place": ("historical_50k", dict(keep=("first_name", "surname", "postcode_fake", "birth_place"), entities=300)),
    "historical_two_sources": ("historical_50k", dict(split=2, rename=TWO, entities=300)),
    "customers_no_email": ("dqbench_tier2", dict(drop=("email",), entities=1800)),
    "customers_french_names": ("dqbench_tier2", dict(rename=CUSTOMER, entities=1800)),
    "customers_names_contacts": ("dqbench_tier3", dict(keep=("first_name", "last_name", "email", "phone"), entities=1800)),
    "customers_no_contacts": ("dqbench_tier3", dict(drop=("email", "phone"), entities=1800)),
    "customers_noisy": ("dqbench_tier3", dict(noise=0.08, entities=1500)),
    "lookalikes_meaningless": ("dqbench_tier4", dict(rename="meaningless")),
    "restaurants_no_phone": ("restaurants", dict(drop=("phone",))),
    "restaurants_names_city": ("restaurants", dict(keep=("name", "city", "type"))),
    "restaurants_meaningless": ("restaurants", dict(rename="meaningless")),
    "sites_few_columns": ("childcare_sites", dict(keep=("Site name", "Address", "Phone"))),
    "sites_names_phone": ("childcare_sites", dict(keep=("Site name", "Phone", "Zip"))),
    "sites_half": ("childcare_sites", dict(share=0.5)),
    "sites_two_sources": ("childcare_sites", dict(split=2, drop=("Source",))),
    "mixed_half": ("senzing_truth_set", dict(share=0.6)),
}

HABITS = {"ascii": False, "upper": False, "order": "own", "dates": "%Y-%m-%d", "international": False, "missing": 0.08, "crossed": 0.01, "typos": 0.06}
RICH = ("given", "family", "birth", "email", "phone", "street", "postcode", "city", "gender")

# Name: language, how many people, and the sources: header names, columns, habits, share of the records.
INVENTED = {
    "spanish_shop": ("spanish", 700, [("spanish", RICH, {}), ("short", ("whole", "email", "phone", "city"), {"ascii": True})]),
    "spanish_list": ("spanish", 700, [("spanish", ("given", "family", "birth", "city"), {})]),
    "portuguese_shop": ("portuguese", 700, [("portuguese", RICH, {}), ("english", ("given", "family", "email", "phone", "postcode"), {"ascii": True, "international": True})]),
    "portuguese_list": ("portuguese", 600, [("portuguese", ("whole", "birth", "phone"), {"dates": "%d/%m/%Y"})]),
    "arabic_bank": ("arabic", 700, [("english", RICH, {}), ("short", ("whole", "birth", "phone", "email"), {"dates": "%d/%m/%Y", "upper": True})]),
    "arabic_list": ("arabic", 600, [("english", ("given", "family", "birth", "phone"), {})]),
    "dutch_shop": ("dutch", 800, [("dutch", RICH, {"dates": "%d-%m-%Y"}), ("short", ("whole", "email", "postcode", "street"), {}), ("english", ("given", "family", "phone", "email"), {"missing": 0.2})]),
    "dutch_list": ("dutch", 700, [("dutch", ("given", "family", "postcode", "street", "city"), {})]),
    "german_shop": ("german", 800, [("german", RICH, {"dates": "%d.%m.%Y"}), ("german", ("whole", "street", "postcode", "city", "email"), {"order": "comma", "ascii": True})]),
    "german_list": ("german", 700, [("german", ("given", "family", "birth"), {"dates": "%d.%m.%Y"})]),
    "german_emails": ("german", 600, [("german", ("whole", "email"), {})]),
    "polish_shop": ("polish", 700, [("polish", RICH, {}), ("english", ("given", "family", "email", "phone", "birth"), {"ascii": True, "dates": "%d.%m.%Y"})]),
    "polish_list": ("polish", 700, [("polish", ("whole", "birth", "city"), {"order": "comma"})]),
    "vietnamese_shop": ("vietnamese", 600, [("vietnamese", RICH, {"dates": "%d/%m/%Y"}), ("english", ("whole", "email", "phone", "birth"), {"ascii": True})]),
    "vietnamese_list": ("vietnamese", 500, [("vietnamese", ("whole", "birth", "phone"), {"dates": "%d/%m/%Y"})]),
    "chinese_shop": ("chinese", 600, [("english", RICH, {}), ("short", ("whole", "email", "phone", "city"), {"upper": True})]),
    "chinese_list": ("chinese", 500, [("english", ("given", "family", "birth", "phone"), {"crossed": 0.12})]),
    "indian_shop": ("indian", 700, [("english", RICH, {"dates": "%d/%m/%Y"}), ("short", ("whole", "phone", "city", "email"), {})]),
    "indian_list": ("indian", 600, [("english", ("given", "family", "birth", "city"), {"crossed": 0.04})]),
    "french_shop": ("french", 800, [("french", RICH, {"dates": "%d/%m/%Y"}), ("short", ("given", "family", "email", "postcode"), {"upper": True, "ascii": True})]),
    "french_list": ("french", 600, [("french", ("given", "family", "street", "postcode", "phone"), {})]),
    "french_few_duplicates": ("french", 900, [("french", RICH, {})]),
    "german_insured": ("german", 500, [("german", ("given", "family", "birth", "national", "street", "postcode"), {}), ("english", ("whole", "national", "birth"), {"ascii": True, "order": "comma"})]),
    "spanish_five_sources": ("spanish", 800, [("spanish", RICH, {}), ("short", ("given", "family", "phone"), {}), ("english", ("whole", "email"), {"ascii": True}), ("spanish", ("whole", "birth", "national"), {"order": "comma"}), ("english", ("family", "given", "street", "city", "national"), {"upper": True})]),
}

COMPANY = ("organisation", "whole", "email", "phone", "street", "postcode", "city")
BUSINESS = {
    "companies_german": ("german", 600, [COMPANY, ("organisation", "email", "phone", "city")]),
    "companies_english": ("english", 600, [("organisation", "street", "postcode", "phone")]),
    "companies_spanish": ("spanish", 500, [COMPANY]),
    "companies_french": ("french", 500, [("organisation", "street", "city", "postcode"), ("organisation", "whole", "phone", "email")]),
}
ORGANISATION_HEADERS = {"german": "Firma", "english": "company_name", "spanish": "empresa", "french": "raison_sociale"}


# Name: language, how many persons, how many organisations; both stand in the same sources.
MIXED = {"parties_german": ("german", 250, 150), "parties_spanish": ("spanish", 150, 250), "parties_small": ("french", 70, 50)}


def copies(rng, name):
    """How many records a person has."""
    return rng.choices((1, 2, 3, 4), (95, 5, 0, 0) if name.endswith("few_duplicates") else (55, 28, 12, 5))[0]


def invent(rng, name, language, count, sources):
    """A set of invented people."""
    made = {f"source{number}": [] for number in range(1, len(sources) + 1)}
    for entity, person in enumerate(people.population(rng, language, count)):
        for _ in range(copies(rng, name)):
            index = rng.randrange(len(sources))
            headers, columns, habits = sources[index]
            row = people.record(rng, person, {**HABITS, **habits})
            made[f"source{index + 1}"].append(({HEADERS[headers][c]: row[c] for c in columns}, f"e{entity}"))
    return made


def trade(rng, name, language, count, sources):
    """A set of invented organisations with contact persons."""
    made = {f"source{number}": [] for number in range(1, len(sources) + 1)}
    headers = {**HEADERS[language], "organisation": ORGANISATION_HEADERS[language], "whole": "contact_person" if language == "english" else HEADERS[language]["whole"]}
    for entity, organisation in enumerate(organisations.organisations(rng, language, count)):
        for _ in range(copies(rng, name)):
            index = rng.randrange(len(sources))
            row = organisations.record(rng, organisation, HABITS)
            made[f"source{index + 1}"].append(({headers[c]: row[c] for c in sources[index]}, f"e{entity}"))
    return made


def mix(rng, name, language, persons, firms):
    """Persons and organisations in one register, and a second source that knows names, numbers and little else."""
    made = {"register": [], "watchlist": []}
    entities = [(people, "person", person) for person in people.population(rng, language, persons)]
    entities += [(organisations, "organisation", firm) for firm in organisations.organisations(rng, language, firms)]
    for entity, (module, sort, one) in enumerate(entities):
        for _ in range(copies(rng, name)):
            row = module.record(rng, one, HABITS)
            person = sort == "person"
            shown = row["whole"] if person else row["organisation"]
            if rng.random() < 0.7:
                fields = {"record_type": sort, "first_name": row["given"] if person else "", "last_name": row["family"] if person else "", "company_name": "" if person else shown,
                          "birth_date": row.get("birth", ""), "id_number": row["national"], **{c: row[c] for c in ("email", "phone", "street", "postcode", "city")}}
                made["register"].append((fields, f"e{entity}"))
            else:
                fields = {"type": sort, "full_name": shown if person else "", "organisation_name": "" if person else shown, "id_number": row["national"], "address": f"{row['street']}, {row['postcode']} {row['city']}"}
                made["watchlist"].append((fields, f"e{entity}"))
    return made


def further():
    """The sets that Faker's people are needed for, by name; none, and a line that says so, without it."""
    if importlib.util.find_spec("faker") is None:
        print("without Faker 53 sets of further shapes and languages are left out (pip install -r benches/quality/requirements.txt)")
        return {}
    from invented import countries, shapes, things, world
    made = {**shapes.SETS, **things.SETS, **countries.SETS}
    return {name: lambda rng, locale=locale, make=make: make(world.World(rng, locale)) for name, (locale, make) in made.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    kept = {}
    for name, (origin, change) in DERIVED.items():
        if not (arguments.data / origin / "truth.csv").is_file():
            print(f"{name}: there is no {origin}")
            continue
        if origin not in kept:
            kept[origin] = read(arguments.data / origin)
        rng = random.Random(f"{arguments.seed} {name}")
        write(arguments.out, name, derive(rng, kept[origin], **change), rng)
    for make, table in ((invent, INVENTED), (trade, BUSINESS), (mix, MIXED)):
        for name, how in table.items():
            rng = random.Random(f"{arguments.seed} {name}")
            write(arguments.out, name, make(rng, name, *how), rng)
    for name, make in further().items():
        rng = random.Random(f"{arguments.seed} {name}")
        write(arguments.out, name, make(rng), rng)


if __name__ == "__main__":
    main()
