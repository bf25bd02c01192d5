"""Invented organisations with the people who answer for them: branches, shared sites, shared telephones, legal forms."""

from .people import Person, fold, phone_format, skewed, typo, written_name

SORTS = {
    "german": ("Bäckerei Metallbau Autohaus Spedition Apotheke Elektro Gartenbau Druckerei Tischlerei Verlag Software Immobilien Reinigung Sanitär".split(), ("GmbH", "GmbH & Co. KG", "AG", "e.K.", "")),
    "english": ("Bakery Consulting Plumbing Dental Motors Logistics Electrical Landscaping Printing Software Realty Cleaning Catering Academy Fitness Pharmacy".split(), ("Ltd", "LLC", "Inc.", "Limited", "")),
    "spanish": ("Panadería Talleres Transportes Farmacia Construcciones Electricidad Jardinería Imprenta Carpintería Editorial Informática Inmobiliaria Limpiezas Academia".split(), ("S.L.", "S.A.", "SLU", "")),
    "french": ("Boulangerie Garage Transports Pharmacie Maçonnerie Électricité Jardins Imprimerie Menuiserie Éditions Informatique Immobilier Nettoyage Plomberie".split(), ("SARL", "SAS", "SA", "EURL", "")),
}
ENGLISH_TOWNS = ("North South East West Central Old New Upper Lower Royal Grand Premier First United National Metro City Harbour Valley Lakeside".split())


class Organisation:
    """One invented organisation; a branch has its parent's name elsewhere, a neighbour its site."""

    def __init__(self, rng, language, number, other=None, how=None):
        words, forms = SORTS[language]
        self.language = language if language != "english" else "german"
        self.contact = Person(rng, self.language, number)
        self.l, self.sort, self.form = self.contact.l, rng.choice(words), rng.choice(forms)
        prefix = rng.choice(ENGLISH_TOWNS) if language == "english" and rng.random() < 0.5 else ""
        self.name = f"{prefix} {skewed(rng, self.l['family'], self.l['tail'])} {self.sort}".strip() if rng.random() < 0.7 else f"{self.sort} {self.contact.address['city']} {rng.choice(ENGLISH_TOWNS)}"
        self.address, self.phone = self.contact.address, self.contact.phone
        self.email = f"info@{fold(self.name).replace(' ', '')[:14]}.com" if rng.random() < 0.5 else self.contact.email
        if how == "branch":
            self.name, self.form = other.name, other.form
            self.email = other.email if rng.random() < 0.5 else self.email
            self.phone = other.phone if rng.random() < 0.15 else self.phone
        elif how == "neighbour":
            self.address = other.address
            self.phone = other.phone if rng.random() < 0.15 else self.phone


def organisations(rng, language, count):
    """Organisations, some of them branches or neighbours of the one before."""
    made = []
    for _ in range(count):
        chance = rng.random()
        how = None if not made or chance > 0.25 else "branch" if chance < 0.15 else "neighbour"
        made.append(Organisation(rng, language, rng.randrange(10_000), made[-1] if made else None, how))
    return made


def written(rng, name, form):
    words = name.split()
    if rng.random() < 0.2 and len(words) > 2:
        words.pop(rng.randrange(len(words)))
    if rng.random() < 0.12:
        words = words[::-1]
    text = " ".join(typo(rng, word) if rng.random() < 0.05 else word for word in words)
    return f"{text} {form}".strip() if rng.random() < 0.6 else text.upper() if rng.random() < 0.3 else text


def record(rng, organisation, habits):
    """One record of an organisation, with its contact person."""
    o = organisation
    contact = o.contact if rng.random() < 0.75 else Person(rng, o.language, 1)
    given, family = written_name(rng, contact, habits)
    street = o.address["street"]
    for long, short in o.l["abbreviations"] if rng.random() < 0.4 else ():
        street = street.replace(long, short)
    extra = rng.choice((f", {rng.randrange(1, 9)}. OG", " Suite " + str(rng.randrange(1, 40)))) if rng.random() < 0.1 else ""
    values = {
        "organisation": written(rng, o.name, o.form),
        "whole": f"{given} {family}",
        "email": o.email if rng.random() < 0.85 else contact.email,
        "national": o.contact.national if rng.random() < 0.5 else "",
        "phone": phone_format(rng, o.phone if rng.random() < 0.85 else contact.phone, o.l, habits),
        "street": o.l["line"](typo(rng, street) if rng.random() < habits["typos"] else street, o.address["number"]) + extra,
        "postcode": o.address["postcode"],
        "city": o.address["city"],
    }
    return {concept: "" if concept != "organisation" and rng.random() < habits["missing"] else value for concept, value in values.items()}
