"""Expected values of `conformance/normalize/phone.json`, from Google's numbering plans by way of the Python package
`phonenumbers` (another implementation than the core's), and for French overseas numbers from ARCEP's numbering plan.

`phone_number.json` has libphonenumber's example numbers of all regions and types, with their line types.

Run `python3 conformance/reference/phone.py` with `phonenumbers` installed to write the file again.
"""

import json
import pathlib
import re

import phonenumbers
from phonenumbers import PhoneNumberFormat as Format, PhoneNumberType as Type

REGIONS = (
    "FR GB US CA DE ES IT BE CH LU NL PT IE AT DK SE NO FI PL CZ GR HU RO BG HR SI SK LT LV EE RU UA TR IL MA DZ TN SN CI CM "
    "ZA NG KE EG AU NZ IN CN JP KR SG HK MX BR AR CL CO RE GP MQ GF YT MU"
).split()


def expected(text, region=None):
    number = phonenumbers.parse(text, region)
    assert phonenumbers.is_valid_number(number), (text, region)
    return {
        "display": phonenumbers.format_number(number, Format.INTERNATIONAL),
        "key": phonenumbers.format_number(number, Format.E164),
        "verdict": "ok",
    }


def case(name, text, region=None, output=None):
    given = [text] if region is None else [text, {"region": region}]
    return {"name": name, "input": given, "output": output or expected(text, region)}


def trivial(number):
    """Example numbers that the placeholder rules are made to refuse."""
    digits = re.sub(r"\D", "", phonenumbers.format_number(number, Format.NATIONAL)).lstrip("0")
    return len(set(digits)) == 1 or "12345678" in digits


def plans():
    """Each region's own example numbers, written in the ways people write them."""
    for region in REGIONS:
        for word, kind in (("fixed", Type.FIXED_LINE), ("mobile", Type.MOBILE)):
            number = phonenumbers.example_number_for_type(region, kind)
            if number is None or trivial(number):
                continue
            international = phonenumbers.format_number(number, Format.INTERNATIONAL)
            national = phonenumbers.format_number(number, Format.NATIONAL)
            yield case(f"{region} {word}, national", national, region)
            yield case(f"{region} {word}, international", international)
            yield case(f"{region} {word}, digits only with region", re.sub(r"\D", "", national), region)
            yield case(f"{region} {word}, 00 prefix", "00" + re.sub(r"\D", "", international), None, expected(international))


FRENCH = [
    ("spaces", "06 12 34 56 79"), ("dots", "06.12.34.56.79"), ("hyphens", "06-12-34-56-79"), ("slashes", "06/12/34/56/79"),
    ("none", "0612345679"), ("plus", "+33612345679"), ("plus and zero in brackets", "+33 (0)6 12 34 56 79"),
    ("plus, zero in brackets, no spaces", "+33(0)612345679"), ("00 and spaces", "00 33 6 12 34 56 79"), ("0033", "0033612345679"),
    ("0033 and zero in brackets", "0033 (0)6 12 34 56 79"), ("no-break spaces", "06\u00a012\u00a034\u00a056\u00a079"),
    ("narrow no-break spaces", "06\u202f12\u202f34\u202f56\u202f79"), ("a label", "Tel: 06 12 34 56 79"), ("tel URI", "tel:+33612345679"),
    ("full width", "０６１２３４５６７９"), ("space around", "  06 12 34 56 79  "), ("zero lost to a spreadsheet", "612345679"),
    ("33 without plus", "33612345679"), ("zero width characters", "06\u200b12\u200b34\u200b56\u200b79"),
]

OVERSEAS = [
    ("Reunion mobile", "0692 12 34 57", "262692123457"), ("Reunion mobile 0693", "0693 12 34 57", "262693123457"),
    ("Mayotte mobile", "0639 01 23 57", "262639012357"), ("Reunion fixed", "0262 20 12 35", "262262201235"),
    ("Mayotte fixed", "0269 61 12 35", "262269611235"), ("Guadeloupe mobile", "0690 35 12 35", "590690351235"),
    ("Guadeloupe fixed", "0590 81 12 35", "590590811235"), ("Guyane mobile", "0694 20 12 35", "594694201235"),
    ("Guyane fixed", "0594 30 12 35", "594594301235"), ("Martinique mobile", "0696 20 12 35", "596696201235"),
    ("Martinique fixed", "0596 60 12 35", "596596601235"), ("Saint-Pierre-et-Miquelon", "0508 41 12 35", "508411235"),
    ("Reunion mobile after +33", "+33 692 12 34 57", "262692123457"), ("Martinique after 0033", "0033 696 20 12 35", "596696201235"),
    ("Guadeloupe after +33 (0)", "+33 (0)690 35 12 35", "590690351235"), ("Guyane, no spaces", "0694201235", "594694201235"),
]

EXTENSIONS = [
    ("ext.", "020 7183 8750 ext. 12", "GB"), ("x", "(650) 253-0000 x123", "US"), ("semicolon", "+1 650 253 0000;ext=45", None),
    ("extension", "650-253-0000 extension 7", "US"), ("hash", "+44 20 7183 8750 #3", None),
]

UNPLACED = [
    ("no region", "06 12 34 56 79", None, "612345679"), ("no such number in the region", "0912", "FR", None),
    ("too short", "12345", None, None), ("too long", "1234509876123450", None, None), ("no digits", "call me", None, None),
    ("neither region nor country", "07911 323692", None, "7911323692"), ("a plus between zeros", "0+0", None, None), ("a local number without its area", "221-2412", "US", "2212412"),
]

# Numbers that their country has no room for: the plan's own judgement of the length, in words.
MISFITS = [
    ("+44 7911 3236929", None), ("+330000", "GB"), ("+3312345", None), ("06123456799", "FR"), ("061234567", "FR"), ("06 l2 34 56 79", "FR"),
    ("06 12 34 56", "FR"), ("030 1", "DE"), ("650-253-00000", "US"), ("+33 6 12 34 56 79 / 12", None),
]

# What stands around a number: a code that hides the caller (GSM 02.81, CLIR), what a spreadsheet adds, an extension, a note.
AROUND = [
    ("#31#0612345679", ""), ("*31#0612345679", ""), ("*31#+33612345679", ""), ("612345679.0", ""), ("33612345679.0", ""), ("06 12 34 56 79 poste 12", "12"), ("06 12 34 56 79 p. 12", "12"),
    ("06 12 34 56 79 (bureau)", ""), ("06 12 34 56 79 bureau", ""), ("0612345679 - domicile", ""), ("06 12 34 56 79, le soir", ""),
]

# One cell, two numbers.
SEVERAL = ["0612345679;0698765432", "0612345679/0698765432", "0612345679, 0698765432", "06 12 34 56 79 ou 06 98 76 54 32", "06 12 34 56 79 / +33 1 42 68 53 00", "0612345679 | 0698765432"]

# Mainland numbers dialled overseas, in the one network of ten digits (ARCEP).
MAINLAND = [("0612345679", "RE"), ("01 42 68 53 00", "GP"), ("0142685300", "RE"), ("06 12 34 56 79", "YT")]

# Numbers that no plan has yet, each in the notations that people use: one key for all of them.
UNASSIGNED = [
    ("US", "15551230199", [("555-123-0199", "US"), ("(555) 123 0199", "US"), ("1 555 123 0199", "US"), ("+1 555-123-0199", None), ("+15551230199", "FR"), ("001 555 123 0199", "FR")]),
    ("Britain", "447911323692", [("07911 323692", "GB"), ("7911 323692", "GB"), ("(07911) 323692", "GB"), ("44 7911 323692", "GB"), ("+44 7911 323692", "GB"), ("+44 (0)7911 323692", "GB"), ("0044 7911 323692", "GB"), ("+44 7911 323692", None), ("0044 7911 323692", None), ("0044 7911 323692", "US"), ("44 7911 323692", "FR"), ("07911 323692 ext. 4", "GB")]),
    ("France", "33710123457", [("07 10 12 34 57", "FR"), ("07.10.12.34.57", "FR"), ("710123457", "FR"), ("33 7 10 12 34 57", "FR"), ("+33 7 10 12 34 57", "FR"), ("+33 (0)7 10 12 34 57", "FR"), ("0033 7 10 12 34 57", None), ("+33710123457", "GB"), ("Tel: 07 10 12 34 57", "FR")]),
    ("Mayotte", "262639889102", [("0639 88 91 02", "FR"), ("06 39 88 91 02", "FR"), ("+33 639 88 91 02", "FR"), ("+33 639 88 91 02", "GB"), ("0033 639 88 91 02", None), ("+262 639 88 91 02", "FR"), ("0639 88 91 02", "YT")]),
    ("Pakistan", "92427925774", [("+92 42-7925774", None), ("+92 42-7925774", "US"), ("92-42-7925774", "US"), ("0092 42 7925774", "GB"), ("042 7925774", "PK")]),
]

# A country code without a plus, where the region's own plan has no room for the number.
ABROAD = [("442071838750", "FR"), ("44 20 7183 8750", "US"), ("33 6 12 34 56 79", "GB"), ("4930901820 12", "FR")]


PLACEHOLDERS = [
    ("zeros", "0000000000", "repeated digit"), ("zeros with spaces", "00 00 00 00 00", "repeated digit"), ("ones", "1111111111", "repeated digit"),
    ("sixes after zero", "06 66 66 66 66", "repeated digit"), ("nines", "9999999999", "repeated digit"), ("one to ten", "0102030405", "run of digits"),
    ("one to ten with spaces", "01 02 03 04 05", "run of digits"), ("up", "0123456789", "run of digits"), ("up from one", "1234567890", "run of digits"),
    ("up from one with signs", "(123) 456-7890", "run of digits"), ("down", "9876543210", "run of digits"), ("n/a", "n/a", "word for a missing value"),
    ("unknown", "Unknown", "word for a missing value"), ("inconnu", "inconnu", "word for a missing value"), ("nc", "NC", "word for a missing value"),
    ("zeros after a country code", "+33 0 00 00 00 00", "repeated digit"), ("zeros after 00", "0033000000000", "repeated digit"), ("sixes after a country code", "+33666666666", "repeated digit"),
    ("none", "none", "word for a missing value"), ("dashes", "--", "no letter or digit"), ("null", "NULL", "word for a missing value"),
]


LINES = {
    Type.FIXED_LINE: "fixed", Type.MOBILE: "mobile", Type.FIXED_LINE_OR_MOBILE: "fixed_or_mobile", Type.TOLL_FREE: "toll_free",
    Type.PREMIUM_RATE: "premium_rate", Type.VOIP: "voip",
}


def examples():
    """libphonenumber's own example number of every region and type, in every form it writes them."""
    seen = set()
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        for kind in Type.values():
            number = phonenumbers.example_number_for_type(region, kind)
            if number is None or (region, str(number)) in seen:
                continue
            seen.add((region, str(number)))
            forms = [phonenumbers.format_number(number, form) for form in (Format.E164, Format.INTERNATIONAL, Format.NATIONAL, Format.RFC3966)]
            output = {
                "e164": forms[0],
                "national": phonenumbers.national_significant_number(number),
                "extension": None,
                "valid": True,
                "line_type": LINES.get(phonenumbers.number_type(number), "other"),
            }
            yield {"name": f"{region} {phonenumbers.PhoneNumberType.to_string(kind).lower()}", "input": [forms, region], "output": [output]}


def unassigned(country, e164, text, region):
    """A case of a number whose length its plan allows, and that the plan has not: its E.164 form, whichever way it is written."""
    number = phonenumbers.parse("+" + e164)
    assert not phonenumbers.is_valid_number(number), e164
    assert phonenumbers.is_possible_number_with_reason(number) == phonenumbers.ValidationResult.IS_POSSIBLE, e164
    assert e164.endswith(re.sub(r"\D", "", text).lstrip("0")[-7:]) or "ext" in text, text
    output = {"display": text, "key": "+" + e164, "verdict": "ok"}
    return case(f"unassigned: {country}, {text}" + (f" in {region}" if region else ""), text, region, output)


def unplaced(name, text, region, key):
    digits = re.sub(r"\D", "", text).lstrip("0")
    reason = "fewer than 6 digits" if len(digits) < 6 else "more than 15 digits"
    verdict = "ok" if key else f"invalid: {reason}"
    return case(f"unplaced: {name}", text, region, {"display": text, "key": key or "", "verdict": verdict})


def misfit(text, region):
    # A zero that the plan strips from a number is none of its digits.
    digits = re.sub(r"\D", "", text).lstrip("0")
    code = phonenumbers.country_code_for_region(region) if region and not text.startswith("+") else ""
    lengths = {len(digits[len(str(number.country_code)) * (not code):]) - len(str(number.national_number)) for number in plan(code or int(digits[:2]))}
    reason = "fewer than 6 digits" if len(digits) < 6 else f"too {'few' if max(lengths) < 0 else 'many'} digits for its country"
    return case(f"misfit: {text}" + (f" in {region}" if region else ""), text, region, {"display": text, "key": "", "verdict": f"invalid: {reason}"})


def plan(code):
    """Example numbers of the country with that code."""
    region = phonenumbers.region_code_for_country_code(code)
    return [phonenumbers.example_number_for_type(region, kind) for kind in (Type.FIXED_LINE, Type.MOBILE)]


def around(text, extension):
    number = phonenumbers.parse("+33612345679")
    number.extension = extension or None
    output = {"display": phonenumbers.format_number(number, Format.INTERNATIONAL), "key": "+33612345679", "verdict": "ok"}
    return case(f"around: {text}", text, "FR", output)


def several(text):
    return case(f"several: {text}", text, "FR", {"display": text, "key": "", "verdict": "invalid: more than one number"})


def abroad(text, region):
    return case(f"abroad: {text} in {region}", text, region, {**expected("+" + text), "display": text})


def main():
    cases = [case(f"FR: {name}", text, "FR", expected("+33612345679")) for name, text in FRENCH]
    cases += [case(f"overseas: {name}", text, "FR", expected("+" + e164)) for name, text, e164 in OVERSEAS]
    cases += [case(f"extension: {name}", text, region) for name, text, region in EXTENSIONS]
    cases += [unplaced(*row) for row in UNPLACED]
    cases.append(case("FR: region in small letters", "06 12 34 56 79", "fr", expected("+33612345679")))
    cases += [{"name": f"no region {region}", "input": ["0612345679", {"region": region}], "error": "invalid_config"} for region in ("XX", "France", "")]
    cases += [misfit(*row) for row in MISFITS]
    cases += [around(*row) for row in AROUND]
    cases += [several(text) for text in SEVERAL]
    cases += [case(f"mainland: {text} in {region}", text, region, expected(text, "FR")) for text, region in MAINLAND]
    cases.append(case("an exponent", "6.12345679E8", "FR", {"display": "6.12345679E8", "key": "", "verdict": "invalid: a number with an exponent, as spreadsheets write it"}))
    cases += [unassigned(country, e164, text, region) for country, e164, notations in UNASSIGNED for text, region in notations]
    cases += [abroad(text, region) for text, region in ABROAD]
    cases += [case(f"placeholder: {name}", text, None, {"display": text, "key": "", "verdict": f"placeholder: {rule}"}) for name, text, rule in PLACEHOLDERS]
    cases += list(plans())
    write("phone", cases)
    write("phone_number", list(examples()))


def write(name, cases):
    lines = ["    " + json.dumps(each, ensure_ascii=False) for each in cases]
    text = '{\n  "operation": "normalize.%s",\n  "cases": [\n%s\n  ]\n}\n' % (name, ",\n".join(lines))
    path = pathlib.Path(__file__).resolve().parent.parent / "normalize" / f"{name}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    print(name, len(cases))


if __name__ == "__main__":
    main()
