"""Lists of people in eleven further languages, files of four countries, and lists of two or three columns."""

import functools
import string

from .languages import HEADERS
from .people import fold


def listed(world, person, columns, slips, dates):
    """One record with these columns, of which the first two are always filled in."""
    seen = world.later(person, slips=slips, short=0)
    if world.chance(0.05):
        seen.given = f"{seen.given[0]}."
    values = {header: seen.birth.strftime(dates) if concept == "birth" else getattr(seen, concept) for header, concept in columns.items()}
    return {header: value if place < 2 else world.missing(value, 0.12) for place, (header, value) in enumerate(values.items())}


def lists(world, sources, dates=""):
    """A thousand people in several lists. `sources`: name to columns, how many copies, and the share of misspelt names."""
    written = {name: (how, functools.partial(listed, columns=columns, slips=slips, dates=dates)) for name, (columns, how, slips) in sources.items()}
    return world.gather(world.people(1000), written)


def three(world, language, dates):
    """A shop, a till and a form on the web, whose columns are named in the language."""
    own = HEADERS[language]
    shop = {own[concept]: concept for concept in ("family", "given", "email", "phone", "city", "postcode")}
    till = {own["given"]: "given", own["family"]: "capitals", **{own[concept]: concept for concept in ("birth", "street", "postcode", "city", "phone")}}
    web = {"name": "joined" if language in FAMILY_FIRST else "whole", "email": "email", "phone": "phone"}
    return lists(world, {"shop": (shop, (0.6, 0.07), 0.05), "till": (till, (0.55, 0.07), 0.08), "web": (web, (0.5, 0.06), 0.04)}, dates)


def two(world, language, dates):
    """Two lists of names, birth dates and cities, one of them with the family name first."""
    own, first = HEADERS[language], language in FAMILY_FIRST
    rest = {own["birth"]: "birth", own["city"]: "city"}
    people, more = {"name": "reversed" if first else "whole", **rest}, {"name": "joined" if first else "reversed", **rest}
    return lists(world, {"people": (people, (1, 0.12), 0.1), "more": (more, (0.6, 0.07), 0.1)}, dates)


def few(world, columns):
    """Two lists of the same few columns."""
    return lists(world, {"a": (columns, (1, 0.12), 0.06), "b": (columns, (0.5, 0.06), 0.06)})


def brazilian(world):
    """A shop that asks for the tax number, and an old system in capitals."""
    people = world.people(900)
    for person in people:
        person.cpf = world.fake.cpf()
    return world.gather(people, {"loja": ((0.8, 0.15), brazilian_shop), "erp": ((0.6,), brazilian_system)})


def brazilian_shop(world, person):
    seen = world.later(person)
    street, _, number = seen.street.partition(",")
    return {
        "nome_completo": brazilian_name(world, seen), "cpf": world.missing(person.cpf, 0.5),
        "data_nascimento": world.missing(f"{seen.birth:%d/%m/%Y}", 0.3),
        "celular": world.missing(seen.phone, 0.2), "email": world.missing(seen.email, 0.3),
        "cep": seen.postcode, "logradouro": street, "numero": number.strip(),
        "bairro": world.missing(world.fake.bairro(), 0.3), "cidade": seen.city, "uf": world.pick(("SP", "RJ", "MG")),
    }


def brazilian_system(world, person):
    seen = world.later(person)
    return {
        "Cliente": brazilian_name(world, seen).upper(), "Documento": world.missing(person.cpf.replace(".", "").replace("-", ""), 0.5),
        "Telefone": world.missing(seen.phone, 0.2), "Cidade": fold(seen.city).upper(), "Endereço": fold(seen.street).upper(),
    }


def brazilian_name(world, person):
    return f"{person.given} {person.second} {person.family}" if world.chance(0.4) else person.whole


def german(world):
    """Contracts of an insurer, and its customers' accounts."""
    return world.gather(world.people(900), {"vertrag": ((0.8, 0.15), german_contract), "kunden": ((0.6,), german_customer)})


def german_contract(world, person):
    seen = world.later(person)
    return {
        "VersNr": world.number(10**9), "Anrede": "Frau" if seen.female else "Herr",
        "Titel": world.missing("Dr.", 0.9), "Vorname": seen.given, "Nachname": seen.family,
        "Geb.-Dat.": world.missing(f"{seen.birth:%d.%m.%Y}", 0.2), "Straße / Nr.": seen.street, "PLZ Ort": f"{seen.postcode} {seen.city}",
        "Tel. privat": world.missing(seen.phone, 0.4), "Vertragsbeginn": f"{world.day():%d.%m.%Y}", "Beitrag": world.amount(100),
    }


def german_customer(world, person):
    seen = world.later(person)
    return {
        "Kundenname": seen.comma, "Geburtsdatum": world.missing(str(seen.birth), 0.3), "Anschrift": f"{seen.street}, {seen.postcode} {seen.city}",
        "E-Mail-Adresse": world.missing(seen.email, 0.3), "Rufnummer": world.missing(seen.phone, 0.4), "Newsletter": world.pick(("ja", "nein")),
    }


def indian(world):
    """Members with their fathers' names, villages and districts, and a tax number now and then."""
    people = world.people(900)
    for person in people:
        person.pan = "".join(world.pick(string.ascii_uppercase) for _ in range(5)) + world.digits(4) + "K"
        person.father = f"{world.fake.first_name_male()} {person.family}"
    return world.gather(people, {"members": (1.9, indian_member)})


def indian_member(world, person):
    seen = world.later(person)
    return {
        "Name": seen.whole, "Father's Name": world.missing(person.father, 0.4), "DOB": world.missing(f"{seen.birth:%d-%m-%Y}", 0.3),
        "Mobile": world.missing(seen.phone, 0.2), "PAN": world.missing(person.pan, 0.6), "Address": seen.street, "Village/Town": seen.city,
        "District": world.pick(("Pune", "Thane", "Nashik")), "State": "Maharashtra", "PIN Code": seen.postcode,
    }


def spanish(world):
    """A club that knows both family names, and a web shop that often has one."""
    people = world.people(900)
    for person in people:
        person.mothers, person.nif = world.fake.last_name(), world.fake.nif()
    return world.gather(people, {"club": ((0.8, 0.15), spanish_member), "web": ((0.6,), spanish_customer)})


def spanish_member(world, person):
    seen = world.later(person)
    return {
        "NIF": world.missing(person.nif, 0.5), "Nombre": seen.given, "Primer apellido": seen.family,
        "Segundo apellido": world.missing(person.mothers, 0.2),
        "F. nacimiento": world.missing(f"{seen.birth:%d/%m/%Y}", 0.3), "Domicilio": seen.street, "C.P.": seen.postcode, "Población": seen.city,
        "Móvil": world.missing(seen.phone, 0.3), "Correo electrónico": world.missing(seen.email, 0.3),
    }


def spanish_customer(world, person):
    seen = world.later(person)
    families = f"{seen.family} {person.mothers}" if world.chance(0.6) else seen.family
    return {"cliente": f"{families}, {seen.given}", "telefono": world.missing(seen.phone, 0.2), "ciudad": seen.city, "email": world.missing(seen.email, 0.3)}


# Language: Faker's name of it, and how dates are written.
LANGUAGES = {
    "italian": ("it_IT", "%d/%m/%Y"), "swedish": ("sv_SE", "%Y-%m-%d"), "turkish": ("tr_TR", "%d.%m.%Y"), "russian": ("ru_RU", "%d.%m.%Y"),
    "japanese": ("ja_JP", "%Y/%m/%d"), "korean": ("ko_KR", "%Y-%m-%d"), "greek": ("el_GR", "%d/%m/%Y"), "czech": ("cs_CZ", "%d.%m.%Y"),
    "hungarian": ("hu_HU", "%Y.%m.%d"), "finnish": ("fi_FI", "%d.%m.%Y"), "hebrew": ("he_IL", "%d/%m/%Y"),
}
FAMILY_FIRST = ("japanese", "korean")

FEW = {
    "name_city": {"name": "whole", "city": "city"},
    "email_phone": {"email": "email", "phone": "phone"},
    "name_email": {"name": "whole", "email": "email"},
    "name_birth": {"first": "given", "last": "family", "birth_year": "year"},
    "name_phone": {"customer": "comma", "tel": "phone"},
    "name_street": {"name": "whole", "street": "street", "city": "city"},
}

# Name: the locale of the world, and what makes the set of it.
SETS = {
    "brazilian_customers": ("pt_BR", brazilian),
    "german_insurer": ("de_DE", german),
    "indian_members": ("en_IN", indian),
    "spanish_club": ("es_ES", spanish),
    **{f"few_{name}": ("en_US", functools.partial(few, columns=columns)) for name, columns in FEW.items()},
    **{f"{language}_three": (locale, functools.partial(three, language=language, dates=dates)) for language, (locale, dates) in LANGUAGES.items()},
    **{f"{language}_lists": (locale, functools.partial(two, language=language, dates=dates)) for language, (locale, dates) in LANGUAGES.items()},
}
