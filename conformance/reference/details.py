"""Expected values of `conformance/normalize/details.json`: the parts of a value beside its forms.

Parts were taken apart by hand. Computed: tokens, initials, the phonetic key by the rules that `phonetic.rs` states in words and as
a table, telephone parts by the package `phonenumbers`, dates by the module `datetime`. Readings in Latin letters are BGN/PCGN's for
Cyrillic and Hanyu Pinyin. It shares no code with the core. `python3 details.py` writes the file, with `phonenumbers` installed.
"""

import datetime
import json
import pathlib
import re
import unicodedata

import phonenumbers
from phonenumbers import PhoneNumberFormat as Format

from phone import LINES

# A spelling and its sound, the first that fits; `a` is any vowel, heard only at the beginning.
SOUNDS = [
    (r"^kn", "n"), (r"^wr", "r"), (r"^w", "f"), (r"sc(?![eiyh])", "sk"), (r"tsch", "s"), (r"chael", "kal"), (r"sch", "s"), (r"chr", "kr"),
    (r"chl", "kl"), (r"ght", "t"), (r"ph", "f"), (r"ck", "k"), (r"ch|sh|tz|ts|cz|sc", "s"), (r"th|dt", "t"), (r"qu|gu", "k"), (r"gn", "n"),
    (r"gh", ""), (r"dg|dj", "j"), (r"sw", "sf"), (r"[aeiouy]", "a"), (r"c(?=[eiy])", "s"), (r"[ckq]", "k"), (r"[dt]", "t"), (r"[fv]", "f"),
    (r"g(?=[eiy])", "j"), (r"g", "k"), (r"[sz]", "s"), (r"x", "ks"), (r"([bjlmnpr])", r"\1"), (r".", ""),
]


def sound(word):
    """At most six sounds: vowels only at the beginning, repeats once, the mute end of French names unheard."""
    word = re.sub(r"[^a-z]", "", word)[:24]
    word = re.sub(r"au(lt|ld)$", "au", word) if re.search(r"au(lt|ld)$", word) else re.sub(r"(?<=..[aeiouynrm])[sxztd]$", "", word)
    heard, last, at = "", "", 0
    while at < len(word) and len(heard) < 6:
        match, spelt = next((match, spelt) for match, spelt in ((re.compile(rule).match(word, at) if rule[0] != "^" or at == 0 else None, spelt) for rule, spelt in SOUNDS) if match)
        for each in match.expand(spelt):
            if (each != "a" or at == 0) and each != last and len(heard) < 6:
                heard += each
            last = each
        at = match.end()
    return heard


def sounds(text):
    return " ".join(filter(None, map(sound, text.split())))


def tokens(key):
    return " ".join(sorted(set(key.split())))


def initials(text):
    return "".join(word[0] for word in text.split())


def given(key, title="", suffix="", roots="", latin=""):
    return {"title": title, "suffix": suffix, "nickname_root": roots, "initials": initials(key), "phonetic": sounds(latin or key), "latin": latin}


def family(key, core=None, suffix="", birth="", latin=""):
    return {"core": core or key, "suffix": suffix, "birth_name": birth, "phonetic": sounds(latin or key), "latin": latin}


def full(key, first, last, title="", middle="", suffix="", birth="", roots="", latin="", sounded=None):
    parts = {"title": title, "given_name": first, "middle_name": middle, "family_name": last, "suffix": suffix, "birth_name": birth, "nickname_root": roots}
    return {**parts, "initials": initials(f"{first} {middle} {last}"), "phonetic": sounded or sounds(last), "tokens": tokens(key), "latin": latin}


def organisation(key, form=""):
    return {"legal_form": form, "initials": initials(key), "phonetic": sounds(key), "tokens": tokens(key), "latin": ""}


def words(key, latin=""):
    return {"tokens": tokens(key), "latin": latin}


def city(key, latin=""):
    return {"phonetic": sounds(latin or key), **words(key, latin)}


def email(local, domain, role="", disposable="", corrected=""):
    return {"local": local, "domain": domain, "role": role, "disposable": disposable, "corrected": corrected}


def street(number="", name="", unit=""):
    return {"number": number, "street": name, "unit": unit}


def address(number, name, postal_code, town, region="", department="", unit=""):
    return {**street(number, name, unit), "postal_code": postal_code, "city": town, "region": region, "department": department}


EMPTY = {
    "given_name": given(""), "family_name": family(""), "email": email("", ""), "birth_date": {"year": "", "month": "", "day": "", "other_reading": ""},
    "phone": {"country_code": "", "national": "", "extension": "", "line_type": ""}, "loyalty_id": {}, "number": {},
}


def case(kind, text, key, parts, display=None, verdict="ok", **options):
    shown = display or " ".join(unicodedata.normalize("NFC", text).split())
    output = {"raw": text, "display": shown, "key": key, "verdict": verdict, **parts}
    name = f"{kind}: {text}" + "".join(f" ({option} {value})" for option, value in options.items())
    return {"name": name, "input": [kind, text, options] if options else [kind, text], "output": output}


def unusable(kind, text, verdict):
    return case(kind, text, "", EMPTY[kind], verdict=verdict)


def phone(text, e164, **options):
    """A number that its plan has: its parts are the plan's."""
    number = phonenumbers.parse(e164)
    assert phonenumbers.is_valid_number(number), e164
    extension = options.pop("dialled", None) or phonenumbers.parse(text, options.get("region")).extension or ""
    number.extension = extension or None
    parts = {
        "country_code": str(number.country_code), "national": phonenumbers.national_significant_number(number), "extension": extension,
        "line_type": LINES[phonenumbers.number_type(number)],
    }
    return case("phone", text, e164, parts, phonenumbers.format_number(number, Format.INTERNATIONAL), **options)


def date(kind, text, year, month, day, other=None):
    parts = {"year": str(year), "month": str(month), "day": str(day), "other_reading": str(datetime.date(*other)) if other else ""}
    iso = str(datetime.date(year, month, day))
    return case(kind, text, iso, parts, iso)


def names():
    dupont = "de la fontaine"
    return [
        case("given_name", "Mme Anne-Marie", "anne marie", given("anne marie", "mme", roots="ann marianne nancy")),
        case("given_name", "Bob", "bob", given("bob", roots="robert")),
        case("given_name", "Morris II", "morris", given("morris", suffix="ii", roots="maurice")),
        case("given_name", "Александр", "александр", given("александр", latin="aleksandr")),
        case("given_name", "J.-P.", "jp", given("jp", roots="jean pascal jean patrick jean paul jean philippe jean pierre")),
        case("given_name", "M. Paul", "paul", given("paul", "m"), region="FR"),
        case("given_name", "M. Paul", "m paul", given("m paul"), region="GB"),
        unusable("given_name", "n/a", "placeholder: word for a missing value"),
        case("middle_name", "Paul Henri", "paul henri", given("paul henri")),
        case("full_name", "Nguyễn Văn An", "an van nguyen", full("an van nguyen", "an", "nguyen", middle="van")),
        case("full_name", "王 小明", "王小明", full("王小明", "小明", "王", latin="wang xiao ming", sounded=sounds("wang"))),
        case("full_name", "D. Juan García López", "juan garcia lopez", full("juan garcia lopez", "juan", "lopez", "d", "garcia", roots="john"), region="ES"),
        case("full_name", "Dr. med. Anna Schmidt", "anna schmidt", full("anna schmidt", "anna", "schmidt", "dr", roots="ann anne annabel hannah savannah susanna susannah")),
        case("family_name", "de La Fontaine Jr.", dupont, family(dupont, "fontaine", "jr")),
        case("family_name", "Martin née Dupont", "martin", family("martin", birth="dupont")),
        case("family_name", "O'Brien", "obrien", family("obrien")),
        case("family_name", "Müller", "muller", family("muller")),
        case("family_name", "Knight", "knight", family("knight")),
        case("family_name", "Renault", "renault", family("renault")),
        case("family_name", "Wright", "wright", family("wright")),
        case("family_name", "Schwarz", "schwarz", family("schwarz")),
        case("family_name", "王", "王", family("王", latin="wang")),
        case("birth_name", "d'Artagnan", "dartagnan", family("dartagnan")),
        case("birth_name", "née de La Tour", "de la tour", family("de la tour", "tour")),
        case("birth_name", "Martin née Lefèvre", "lefevre", family("lefevre", birth="lefevre")),
        case("full_name", "Dr. Bob Müller Jr", "bob muller jr", full("bob muller jr", "bob", "muller", "dr", suffix="jr", roots="robert")),
        case("full_name", "DUPONT Jean-Pierre", "jean pierre dupont", full("jean pierre dupont", "jean pierre", "dupont", roots="jane jeannette")),
        case("full_name", "Smith, John A.", "john a smith", full("john a smith", "john", "smith", middle="a", roots="giovanni jean jonathan juan")),
        case("full_name", "John D. Smith", "john d smith", full("john d smith", "john", "smith", middle="d", roots="giovanni jean jonathan juan")),
        case("full_name", "Marie MARTIN épouse DUPONT", "marie dupont", full("marie dupont", "marie", "dupont", birth="martin", roots="maria mary rosemary")),
        case("full_name", "DUPONT Marie épouse MARTIN", "marie martin", full("marie martin", "marie", "martin", birth="dupont", roots="maria mary rosemary")),
        case("full_name", "DUPONT née MARTIN Marie", "marie dupont", full("marie dupont", "marie", "dupont", birth="martin", roots="maria mary rosemary")),
        case("full_name", "Mme née MARTIN", "martin", full("martin", "", "martin", "mme", birth="martin")),
        case("full_name", "M. ou Mme Paul Durand", "paul durand", full("paul durand", "paul", "durand", "m mme")),
        case("full_name", "Paul\u202fDurand", "paul durand", full("paul durand", "paul", "durand")),
        case("full_name", "Paul\u2003Durand", "paul durand", full("paul durand", "paul", "durand")),
        case("full_name", "Paul\u00a0\x00Durand", "paul durand", full("paul durand", "paul", "durand"), display="Paul Durand"),
        case("full_name", "José Ortega y Gasset", "jose ortega y gasset", full("jose ortega y gasset", "jose", "ortega y gasset")),
        case("full_name", "王秀英", "王秀英", full("王秀英", "秀英", "王", latin="wang xiu ying", sounded=sound("wang"))),
        case("full_name", "M. et Mme Durand", "durand", full("durand", "", "durand", "m mme")),
        case("full_name", "M. McCarthy", "m mccarthy", full("m mccarthy", "m", "mccarthy"), region="GB"),
        case("organisation_name", "Société Générale S.A.", "societe generale", organisation("societe generale", "sa")),
        case("organisation_name", "Marks & Spencer plc", "marks spencer", organisation("marks spencer", "plc")),
    ]


def contacts():
    gmial = "Jean.Dupont+shop@gmial.com"
    return [
        case("email", gmial, gmial.lower(), email("Jean.Dupont+shop", "gmial.com", corrected="jeandupont@gmail.com")),
        case("email", "contact@societe.fr", "contact@societe.fr", email("contact", "societe.fr", role="role")),
        case("email", "x@yopmail.com", "x@yopmail.com", email("x", "yopmail.com", disposable="disposable")),
        case("email", "ann@bücher.example", "ann@bücher.example", email("ann", "bücher.example")),
        unusable("email", "no at", "invalid: no @"),
        phone("06 12 34 56 79", "+33612345679", region="FR"),
        phone("06 12 34 56 79 poste 12", "+33612345679", region="FR", dialled="12"),
        phone("06 12 34 56 79 (bureau)", "+33612345679", region="FR"),
        phone("0692 12 34 57", "+262692123457", region="FR"),
        phone("(650) 253-0000 x123", "+16502530000", region="US"),
        phone("+44 20 7183 8750", "+442071838750"),
        phone("0800 123 456", "+33800123456", region="FR"),
        case("phone", "07911 323692", "+447911323692", EMPTY["phone"], region="GB"),
    ]


def dates():
    return [
        date("birth_date", "31/12/1980", 1980, 12, 31),
        date("birth_date", "03/04/1985", 1985, 4, 3, (1985, 3, 4)),
        date("birth_date", "1er mai 1958", 1958, 5, 1),
        unusable("birth_date", "31/02/1990", "invalid: a day that is in no calendar"),
        date("date", "2024-02-29", 2024, 2, 29),
    ]


def places():
    leclerc, voltaire = "avenue du general leclerc", "16 boulevard voltaire 97400 saint denis"
    return [
        case("street_address", "12 bis, av. du Gal Leclerc", "12 bis " + leclerc, street("12 bis", leclerc)),
        case("street_address", "123 Main St Apt 4", "123 main street apt 4", street("123", "main street", "4")),
        case("street_address", "1 St. James's Sq", "1 saint james square", street("1", "saint james square")),
        case("street_address", "12 rue X, Bât A, Esc 2, Appt 34", "12 rue x apt a apt 2 apt 34", street("12", "rue x", "a 2 34")),
        case("street_address", "rue du 8 mai 1945", "rue du 8 mai 1945", street(name="rue du 8 mai 1945")),
        case("street_address", "12-14 rue X", "12 14 rue x", street("12 14", "rue x")),
        case("street_address", "5 avenue de la Porte de Vanves", "5 avenue de la porte de vanves", street("5", "avenue de la porte de vanves")),
        case("full_address", "12 rue X, Bât A, Esc 2, 75002 Paris", "12 rue x batiment a escalier 2 75002 paris", address("12", "rue x", "75002", "paris", unit="a 2")),
        case("full_address", "3 rue X, F-75002 Paris", "3 rue x 75002 paris", address("3", "rue x", "75002", "paris", department="75"), region="FR"),
        case("full_address", "3 rue X, 75002, Paris", "3 rue x 75002 paris", address("3", "rue x", "75002", "paris", department="75"), region="FR"),
        case("full_address", "75002 Paris", "75002 paris", address("", "", "75002", "paris", department="75"), region="FR"),
        case("full_address", "1600 Pennsylvania Ave, Washington DC 20500, USA", "1600 pennsylvania avenue washington dc 20500", address("1600", "pennsylvania avenue", "20500", "washington", "dc"), region="FR"),
        case("full_address", "10 Downing St, London SW1A2AA", "10 downing street london sw1a2aa", address("10", "downing street", "SW1A2AA", "london")),
        case("street_address", "Le Bourg", "le bourg", street(name="le bourg")),
        case("address_extra", "Bât A", "batiment a", street(unit="a")),
        case("full_address", "3 rue de la Paix, 75002 Paris", "3 rue de la paix 75002 paris", address("3", "rue de la paix", "75002", "paris")),
        case("full_address", "3 rue de la Paix, 75002 Paris", "3 rue de la paix 75002 paris", address("3", "rue de la paix", "75002", "paris", department="75"), region="FR"),
        case("full_address", "123 Main St, Springfield, IL 62701", "123 main street springfield il 62701", address("123", "main street", "62701", "springfield", "il")),
        case("full_address", "16 bd Voltaire, 97400 Saint-Denis, France", voltaire, address("16", "boulevard voltaire", "97400", "saint denis")),
        case("city", "St-Étienne", "saint etienne", city("saint etienne")),
        case("city", "Москва", "москва", city("москва", "moskva")),
        case("postal_code", "20167", "20167", {"department": "2A"}, region="FR"),
        case("postal_code", "SW1A 2AA", "SW1A2AA", {"department": ""}),
        case("region", "Île-de-France", "ile de france", words("ile de france")),
        case("country", "Allemagne", "DE", {}),
    ]


def others():
    return [
        case("postal_code", "97133", "97133", {"department": "977"}, region="FR"),
        case("email", "jean@sub.mailinator.com", "jean@sub.mailinator.com", email("jean", "sub.mailinator.com", disposable="disposable")),
        case("organisation_id", "732 829 320 00074", "73282932000074", {"register": "siret", "siren": "732829320"}),
        case("organisation_id", "FR 40 303265045", "fr40303265045", {"register": "vat", "siren": "303265045"}),
        case("organisation_id", "552081317", "552081317", {"register": "siren", "siren": "552081317"}),
        case("organisation_id", "529900T8BM49AURSDO55", "529900t8bm49aursdo55", {"register": "", "siren": ""}),
        case("text", "Rue du Bac, rue", "rue du bac rue", words("rue du bac rue")),
        case("category", "VIP Gold", "vip gold", words("vip gold")),
        case("category", "A+", "a+", words("a+")),
        case("gender", "Mme", "female", {}),
        case("identifier", "AB-123", "ab123", {}),
        case("url", "https://www.Example.fr/a/", "example.fr/a", {}),
        case("title", "Maître", "maitre", {}),
        case("house_number", "12 B", "12b", {}),
        case("name_suffix", "Senior", "sr", {}),
        case("number", "1 234,50 €", "1234.5", {}),
        unusable("loyalty_id", "0000", "placeholder: repeated digit"),
    ]


def main():
    cases = names() + contacts() + dates() + places() + others()
    lines = ["    " + json.dumps(each, ensure_ascii=False) for each in cases]
    text = '{\n  "operation": "normalize.details",\n  "cases": [\n%s\n  ]\n}\n' % ",\n".join(lines)
    path = pathlib.Path(__file__).resolve().parent.parent / "normalize" / "details.json"
    path.write_text(text, encoding="utf-8")
    print("details", len(cases))


if __name__ == "__main__":
    main()
