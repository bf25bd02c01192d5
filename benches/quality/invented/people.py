"""Invented people of several languages: names, addresses, contacts, households, and how sources write them down.

The words are common names of each language with a tail made of syllables, so that frequent and rare names both occur.
"""

import datetime
import unicodedata

from .languages import LANGUAGES

KEYS = "qwertyuiop asdfghjkl zxcvbnm"


def fold(text):
    """Latin letters without accents, lower case."""
    plain = unicodedata.normalize("NFD", text.replace("ß", "ss").replace("ł", "l").replace("Ł", "L").replace("đ", "d").replace("Đ", "D"))
    return "".join(c for c in plain if not unicodedata.combining(c)).lower()


def typo(rng, text):
    """One slip of a typist."""
    if len(text) < 3:
        return text
    i = rng.randrange(1, len(text))
    sort = rng.random()
    if sort < 0.3:
        return text[:i] + text[i + 1:]
    if sort < 0.55 and i < len(text) - 1:
        return text[:i] + text[i + 1] + text[i] + text[i + 2:]
    if text[i].isdigit():
        return text[:i] + rng.choice("0123456789") + text[i + 1:]
    near = KEYS.find(fold(text[i]) or " ")
    letter = KEYS[near + rng.choice((-1, 1))].strip() if 0 < near < len(KEYS) - 1 else "e"
    return text[:i] + letter + text[i if sort < 0.75 else i + 1:]


def skewed(rng, words, tail=None):
    """A word, the first ones most often; one in four comes from the tail."""
    if tail and rng.random() < 0.4:
        stems, endings = tail
        return rng.choice(stems) + rng.choice(endings)
    weights = [1.0 / (rank + 8) for rank in range(len(words))]
    return rng.choices(words, weights)[0]


class Person:
    """One invented person."""

    def __init__(self, rng, language, number, kin=None):
        self.l = LANGUAGES[language]
        self.female = rng.random() < 0.5
        self.given = skewed(rng, self.l["female" if self.female else "male"])
        self.second = skewed(rng, self.l["female" if self.female else "male"]) if rng.random() < self.l["second_given"] else ""
        self.families = self.family(rng, kin)
        self.birth = datetime.date(1935, 1, 1) + datetime.timedelta(days=rng.randrange(70 * 365))
        self.email = self.mailbox(rng, number)
        self.phone = self.telephone(rng)
        self.address = self.place(rng)
        self.national = f"{rng.randrange(10**7, 10**8)}"
        if kin:
            self.address = kin.address
            self.phone = kin.phone if rng.random() < 0.3 else self.phone
            self.email = kin.email if rng.random() < 0.06 else self.email
            if rng.random() < 0.05:
                self.birth = kin.birth

    def family(self, rng, kin):
        """Family names, after the habits of the language; relatives share them."""
        one = lambda: self.l["female_family"](skewed(rng, self.l["family"], self.l["tail"]), self.female)
        names = [one()] + ([one()] if rng.random() < self.l["double_family"] else [])
        if kin and rng.random() < self.l["kin_share"]:
            names[0] = self.l["female_family"](kin.families[0], self.female)
        return names

    def mailbox(self, rng, number):
        given, family = fold(self.given).replace(" ", ""), fold(self.families[0]).replace(" ", "").replace("'", "")
        forms = [f"{given}.{family}", f"{given[:1]}{family}", f"{family}{number % 89}", f"{given}{self.birth.year}",
                 f"{given}.{family}{number % 97}", f"{given}_{family[:3]}{number % 999}"]
        return f"{rng.choice(forms)}@{skewed(rng, self.l['domains'])}"

    def telephone(self, rng):
        return "".join(rng.choice("0123456789") if c == "#" else c for c in rng.choice(self.l["phones"]))

    def place(self, rng):
        city, code = rng.choices(self.l["cities"], [1.0 / (rank + 2) for rank in range(len(self.l["cities"]))])[0]
        code = "".join(rng.choice("0123456789") if c == "#" else rng.choice("ABCDEGHJKLMNPRSTVWXZ") if c == "@" else c for c in code)
        street = self.l["street"].format(kind=rng.choice(self.l["street_kinds"]), name=rng.choice(self.l["streets"]))
        return {"street": street, "number": str(rng.randrange(1, 140)), "postcode": code, "city": city}


def population(rng, language, count):
    """People, a quarter of them relatives of the one before."""
    people = []
    for number in range(count):
        kin = people[-1] if people and rng.random() < 0.28 else None
        people.append(Person(rng, language, rng.randrange(10_000), kin))
    return people


def written_name(rng, person, habits):
    """Given and family name as a source writes them down."""
    l = person.l
    given, families = person.given, list(person.families)
    if rng.random() < 0.22 and given in l["variants"]:
        given = rng.choice(l["variants"][given])
    if person.second and rng.random() < 0.5:
        given = f"{given} {person.second}"
    if len(families) > 1 and rng.random() < l["drops_second_family"]:
        families.pop()
    family = l["joiner"].join(families)
    if rng.random() < 0.15:
        family = l["respell"](rng, family)
    if rng.random() < 0.06:
        given = given[:1] + rng.choice((".", ""))
    given = typo(rng, given) if rng.random() < habits["typos"] else given
    family = typo(rng, family) if rng.random() < habits["typos"] else family
    if habits["ascii"]:
        given, family = fold(given).title(), fold(family).title()
    if rng.random() < habits["crossed"]:
        given, family = family, given
    case = str.upper if habits["upper"] else str
    return given, case(family)


def record(rng, person, habits):
    """One record of a person: concept by concept, empty where the source lacks it."""
    given, family = written_name(rng, person, habits)
    moved = rng.random() < 0.1
    address = person.place(rng) if moved else person.address
    birth = person.birth
    if rng.random() < 0.05:
        birth = birth.replace(day=rng.randrange(1, 28)) if rng.random() < 0.6 else birth + datetime.timedelta(days=rng.choice((-3653, -365, 365, 3653)))
    if rng.random() < 0.03 and birth.day <= 12:
        birth = birth.replace(month=birth.day, day=birth.month)
    street = address["street"]
    if rng.random() < 0.3:
        for long, short in person.l["abbreviations"]:
            street = street.replace(long, short)
    street = typo(rng, street) if rng.random() < habits["typos"] else street
    values = {
        "given": given,
        "family": family,
        "whole": person.l["whole"](given, family) if habits["order"] == "own" else f"{family}, {given}" if habits["order"] == "comma" else f"{given} {family}",
        "birth": birth.strftime(habits["dates"]),
        "email": person.email if rng.random() < 0.88 else person.mailbox(rng, rng.randrange(10_000)),
        "phone": phone_format(rng, person.phone if rng.random() < 0.88 else person.telephone(rng), person.l, habits),
        "street": person.l["line"](street, address["number"]),
        "postcode": address["postcode"],
        "city": fold(address["city"]).title() if habits["ascii"] else address["city"],
        "national": person.national if rng.random() < 0.7 else "",
        "gender": person.l["genders"][0][int(person.female)],
    }
    for contact in ("email", "national"):
        values[contact] = typo(rng, values[contact]) if rng.random() < habits["typos"] / 2 else values[contact]
    return {concept: "" if concept not in ("given", "family", "whole") and rng.random() < habits["missing"] else value
            for concept, value in values.items()}


def phone_format(rng, national, language, habits):
    """A number in national or international form, with or without spaces."""
    digits = national.replace(" ", "")
    if habits["international"]:
        digits = language["country_code"] + (digits[1:] if digits.startswith("0") else digits)
    if rng.random() < 0.4:
        cut = len(digits) - 6
        digits = f"{digits[:cut]} {digits[cut:cut + 3]} {digits[cut + 3:]}"
    return digits
