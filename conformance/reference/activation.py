"""Expected values of `conformance/activation/`: what each destination is sent.

Written from the destinations' published rules (the pages are named in `docs/activation.md`), with hashlib and unicodedata, and the
package `phonenumbers` for numbering plans; it shares no code with the core. Where a destination publishes an example with its hash, the
hash is asserted before the case is written. `python3 activation.py` writes the files, with `phonenumbers` installed.
"""

import base64
import hashlib
import json
import pathlib
import re
import unicodedata

import phonenumbers


class Left(Exception):
    """Why there is no value; the word is the argument."""


COUNTRIES = {
    "united states": "US", "usa": "US", "us": "US", "france": "FR", "fr": "FR", "allemagne": "DE", "germany": "DE", "de": "DE", "gb": "GB",
    "au": "AU", "pt": "PT", "sg": "SG", "royaume uni": "GB",
}
STATES = {"arizona": "AZ", "az": "AZ", "california": "CA", "ca": "CA", "new york": "NY", "ny": "NY", "texas": "TX", "washington": "WA"}
EU = set("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK RE YT GP MQ GF".split())
TITLES = {"mr", "mrs", "ms", "miss", "dr", "mme", "prof"}
SUFFIXES = {"jr", "sr", "ii", "iii"}


def sha256(text):
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def sha256_base64(text):
    return base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


def sha1(text):
    return hashlib.sha1(text.encode("utf-8")).hexdigest()


def plain(text):
    return text


def tidy(text):
    return " ".join(unicodedata.normalize("NFC", text).split())


def words_only(text, spaces=False):
    """Letters, marks and digits of any script."""
    kept = "".join(c for c in text if unicodedata.category(c)[0] in "LMN" or (spaces and c == " "))
    return " ".join(kept.split()) if spaces else kept


def some(text):
    if not text:
        raise Left("unusable")
    return text


# Contacts.


def email(text):
    local, at, domain = tidy(text).rpartition("@")
    if not at or not local or re.search(r"\s", local) or not re.fullmatch(r"[\w-]+(\.[\w-]+)+", domain):
        raise Left("unusable")
    return f"{local}@{domain}".lower()


def spaceless_email(text):
    return email("".join(text.split()))


def gmail(address, domains):
    local, _, domain = address.rpartition("@")
    if domain in domains:
        local = local.split("+")[0].replace(".", "")
        if not local:
            raise Left("unusable")
    return f"{local}@{domain}"


def number(text, country):
    """A number by the plans; overseas France has country codes of its own."""
    digits = re.sub(r"\D", "", text)
    if len(digits) < 6:
        raise Left("unusable")
    if digits.startswith("00"):
        text, digits = "+" + digits[2:], digits[2:]
    if not text.strip().startswith("+"):
        if country is None:
            raise Left("no_country")
        if country == "FR" and digits.startswith("0692"):
            country = "RE"
    return phonenumbers.parse(text, country)


def e164(text, country):
    return phonenumbers.format_number(number(text, country), phonenumbers.PhoneNumberFormat.E164)


def outside_eu(text, country):
    found = number(text, country)
    if phonenumbers.region_code_for_country_code(found.country_code) in EU:
        raise Left("not_accepted")
    return found


# Names, places, the rest.


def without_title(text):
    words = tidy(text).split(" ")
    while len(words) > 1 and words[0].lower().rstrip(".") in TITLES:
        words = words[1:]
    return " ".join(words)


def without_suffix(text):
    rest, _, last = tidy(text).rpartition(" ")
    return rest.rstrip(",") if rest and last.lower().rstrip(".") in SUFFIXES else tidy(text)


def folded(text):
    plain_letters = unicodedata.normalize("NFD", tidy(text).lower())
    return " ".join("".join(c if c.isalnum() else " " for c in plain_letters if not unicodedata.combining(c)).split())


def country_code(text):
    if folded(text) not in COUNTRIES:
        raise Left("unusable")
    return COUNTRIES[folded(text)]


def known(country):
    if country is None:
        raise Left("no_country")
    return country


def state(text, country):
    if known(country) != "US":
        return tidy(text)
    if folded(text) not in STATES:
        raise Left("unusable")
    return STATES[folded(text)]


def zip_code(text, country, of_american):
    if known(country) != "US":
        return tidy(text)
    digits = re.sub(r"[ -]", "", text)
    if not re.fullmatch(r"\d{5}(\d{4})?", digits):
        raise Left("unusable")
    return of_american(digits)


def date_digits(text):
    """A date that can be read in one way only."""
    numbers = [int(part) for part in re.split(r"\D+", text)]
    if len(text.split("-")[0]) == 4:
        readings = {tuple(numbers)}
    else:
        first, second, year = numbers
        readings = {(year, month, day) for month, day in ((first, second), (second, first)) if month <= 12}
    if len(readings) != 1 or min(readings)[0] < 1900:
        raise Left("unusable")
    return "%04d%02d%02d" % readings.pop()


def initial(text):
    initials = {"female": "f", "f": "f", "mme": "f", "male": "m", "m": "m"}
    if text.lower() not in initials:
        raise Left("unusable")
    return initials[text.lower()]


def ascii_only(text):
    if not text.isascii():
        raise Left("unpublished")
    return words_only(text.lower())


# Each destination: kind -> (what is hashed, the hash). The functions take the value and the country.

GOOGLE_MAIL = ("gmail.com", "googlemail.com")
lower_words = lambda text, _: some(words_only(tidy(text).lower()))
as_it_is = lambda text, _: some(tidy(text))

RULES = {
    "google_customer_match@2026": {
        "email": (lambda t, _: gmail(spaceless_email(t), GOOGLE_MAIL), sha256),
        "phone": (e164, sha256),
        "given_name": (lambda t, _: some(words_only(without_title(t).lower(), spaces=True)), sha256),
        "family_name": (lambda t, _: some(words_only(without_suffix(t).lower(), spaces=True)), sha256),
        "country": (lambda t, _: country_code(t), plain),
        "postal_code": (lambda t, c: zip_code(t, c, lambda d: d if len(d) == 5 else f"{d[:5]}-{d[5:]}"), plain),
    },
    "meta_capi@2026": {
        "email": (lambda t, _: email(t), sha256),
        "phone": (lambda t, c: e164(t, c)[1:], sha256),
        "given_name": (lower_words, sha256),
        "family_name": (lower_words, sha256),
        "birth_date": (lambda t, _: date_digits(t), sha256),
        "gender": (lambda t, _: initial(t), sha256),
        "city": (lower_words, sha256),
        "region": (lambda t, c: words_only(state(t, c).lower()), sha256),
        "postal_code": (lambda t, c: words_only(zip_code(t, c, lambda d: d[:5]).lower()), sha256),
        "country": (lambda t, _: country_code(t).lower(), sha256),
    },
    "tiktok@2026": {"email": (lambda t, _: spaceless_email(t), sha256), "phone": (e164, sha256)},
    "snap@2026": {
        "email": (lambda t, _: email(t), sha256),
        "phone": (lambda t, c: e164(t, c)[1:], sha256),
        "given_name": (lower_words, sha256),
        "family_name": (lower_words, sha256),
    },
    "uid2@1": {"email": (lambda t, _: gmail(email(t), ("gmail.com",)), sha256_base64), "phone": (e164, sha256_base64)},
    "liveramp@2026": {
        "email": (lambda t, _: spaceless_email(t), sha256),
        "phone": (lambda t, c: phonenumbers.national_significant_number(outside_eu(t, c)), sha1),
        "given_name": (lambda t, _: without_title(t), plain),
        "family_name": (as_it_is, plain),
        "street_address": (as_it_is, plain),
        "city": (as_it_is, plain),
        "region": (as_it_is, plain),
        "postal_code": (lambda t, c: zip_code(t, c, lambda d: d), plain),
    },
    "trade_desk@2026": {
        "email": (lambda t, _: gmail(email(t), ("gmail.com",)), sha256_base64),
        "phone": (lambda t, c: outside_eu(t, c) and e164(t, c), sha256_base64),
    },
    "amazon_ads@2026": {
        "email": (lambda t, _: email(t), sha256),
        "phone": (lambda t, c: e164(t, c)[1:], sha256),
        "given_name": (lambda t, _: some(ascii_only(tidy(t))), sha256),
        "family_name": (lambda t, _: some(ascii_only(tidy(t))), sha256),
        "city": (lambda t, _: some(ascii_only(tidy(t))), sha256),
        "country": (lambda t, _: country_code(t), plain),
    },
    "plain": {
        "email": (lambda t, _: email(t), plain),
        "phone": (e164, plain),
        "customer_id": (as_it_is, plain),
        "loyalty_id": (as_it_is, plain),
        "given_name": (as_it_is, plain),
        "family_name": (as_it_is, plain),
        "birth_date": (as_it_is, plain),
        "gender": (as_it_is, plain),
        "street_address": (as_it_is, plain),
        "postal_code": (as_it_is, plain),
        "city": (as_it_is, plain),
        "region": (as_it_is, plain),
        "country": (lambda t, _: country_code(t), plain),
    },
}

COLUMNS = {
    "google_customer_match@2026": "email_address*5 phone_number*4 given_name family_name region_code postal_code",
    "meta_capi@2026": "em*3 ph*3 fn ln db ge ct st zp country",
    "tiktok@2026": "Email_SHA256*3 Phone_SHA256*3",
    "snap@2026": "em*3 ph*3 fn ln",
    "uid2@1": "email_hash*3 phone_hash*3",
    "liveramp@2026": "EMAIL1_SHA-256 EMAIL2_SHA-256 EMAIL3_SHA-256 PHONE1_SHA-1 PHONE2_SHA-1 PHONE3_SHA-1 FIRSTNAME LASTNAME ADDRESS1 CITY STATE ZIP",
    "trade_desk@2026": "hashed_email*3 hashed_phone*3",
    "amazon_ads@2026": "email*3 phone*3 firstName lastName city countryCode",
    "plain": "email*3 phone*3 customer_id*3 loyalty_id*3 given_name family_name birth_date gender street_address postal_code city region country",
}

# Examples with the hash that the destination publishes for them.
PUBLISHED = [
    ("meta_capi@2026", "email", "John_Smith@gmail.com", None, "62a14e44f765419d10fea99367361a727c12365e2520f32218d505ed9aa0f62f"),
    ("meta_capi@2026", "phone", "(650)555-1212", "US", "e323ec626319ca94ee8bff2e4c87cf613be6ea19919ed1364124e16807ab3176"),
    ("meta_capi@2026", "given_name", "Mary", None, "6915771be1c5aa0c886870b6951b03d7eafc121fea0e80a5ea83beb7c449f4ec"),
    ("meta_capi@2026", "given_name", "정", None, "8fa8cd9c440be61d0151429310034083132b35975c4bea67fdd74158eb51db14"),
    ("meta_capi@2026", "given_name", "Valéry", None, "08e1996b5dd49e62a4b4c010d44e4345592a863bb9f8e3976219bac29417149c"),
    ("meta_capi@2026", "birth_date", "2/16/1997", None, "01acdbf6ec7b4f478a225f1a246e5d6767eeab1a7ffa17f025265b5b94f40f0c"),
    ("meta_capi@2026", "country", "United States", None, "79adb2a2fce5c6ba215fe5f27f532d4e7edbac4b6a5e09e1ef3a08084a904621"),
    ("snap@2026", "email", "Person@Example.com", None, "542d240129883c019e106e3b1b2d3f3cb3537c43c425364de8e951d5a3083345"),
    ("snap@2026", "phone", "+44 844 412 4653", None, "dc008fda46e2e64002cf2f82a4906236282d431c4f75e5b60bfe79fc48546383"),
    ("snap@2026", "given_name", "John", None, "96d9632f363564cc3032521409cf22a852f2032eec099ed5967c0d000cec607a"),
    ("snap@2026", "given_name", "Raphaël", None, "e74bb89e718fe1e19c422a48382870399f8bf7ca8dfa008739e75b0be76627b7"),
    ("tiktok@2026", "email", "janedoe@gmail.com", None, "d6117306485ed0e50afab3ac871e98f81699151f30281527d63ff5f233656c69"),
    ("uid2@1", "email", "user@example.com", None, "tMmiiTI7IaAcPpQPFQ65uMVCWH8av9jw4cwf/F5HVRQ="),
    ("uid2@1", "email", "MyEmail@example.com", None, "FsGNM28LJQ8OLZB0Us65ZYp07NrovJSGTCMSKnLMJ6U="),
    ("uid2@1", "email", "MYEMAIL@example.com", None, "FsGNM28LJQ8OLZB0Us65ZYp07NrovJSGTCMSKnLMJ6U="),
    ("uid2@1", "email", "My.Email@example.com", None, "4itTvG+HEnTzpiqzejyu1yFPwU1nYhWpaiQvz62hyB8="),
    ("uid2@1", "email", "JANESAOIRSE@example.com", None, "1mcOepIAfxtf94Xx/IHlOqbT170GvfXEc83HKGwoS20="),
    ("uid2@1", "email", "Jane.Saoirse@example.com", None, "sZZDLHuYmiypHIN5mVfFFdpT5sE6vyC3j+qU8RfpC/g="),
    ("uid2@1", "email", "JaneSaoirse+Work@example.com", None, "KKruSBUjDNO069iMUVImVQZm6RrAGZKeOtrD9mwogYA="),
    ("uid2@1", "email", "JANE.SAOIRSE@gmail.com", None, "ku4mBX7Z3qJTXWyLFB1INzkyR2WZGW4ANSJUiW21iI8="),
    ("uid2@1", "email", "JaneSaoirse+Work@gmail.com", None, "ku4mBX7Z3qJTXWyLFB1INzkyR2WZGW4ANSJUiW21iI8="),
    ("uid2@1", "phone", "+12345678901", None, "EObwtHBUqDNZR33LNSMdtt5cafsYFuGmuY4ZLenlue4="),
    ("uid2@1", "phone", "1 (234) 567-8901", "US", "EObwtHBUqDNZR33LNSMdtt5cafsYFuGmuY4ZLenlue4="),
    ("uid2@1", "phone", "+441234567890", None, "Rx8SW4ZyKqbPypXmswDNuq0SPxStFXBTG/yvPns/2NQ="),
]

# Examples whose normalised form is published, without its hash.
NORMALISED = [
    ("google_customer_match@2026", "email", "cloudy.sanfrancisco+shopping@gmail.com", None, "cloudysanfrancisco@gmail.com"),
    ("google_customer_match@2026", "email", "user.name+NYC@Example.com", None, "user.name+nyc@example.com"),
    ("google_customer_match@2026", "phone", "(800)555-0100", "US", "+18005550100"),
    ("meta_capi@2026", "city", "Paris", None, "paris"),
    ("meta_capi@2026", "city", "London", None, "london"),
    ("meta_capi@2026", "city", "New York", None, "newyork"),
    ("meta_capi@2026", "region", "Arizona", "US", "az"),
    ("meta_capi@2026", "region", "CA", "US", "ca"),
    ("meta_capi@2026", "postal_code", "94035", "US", "94035"),
    ("meta_capi@2026", "postal_code", "1987", "AU", "1987"),
    ("meta_capi@2026", "postal_code", "75018", "FR", "75018"),
    ("meta_capi@2026", "postal_code", "M1 1AE", "GB", "m11ae"),
    ("meta_capi@2026", "given_name", "Mary Jane", None, "maryjane"),
    ("meta_capi@2026", "family_name", "Smith-Jones", None, "smithjones"),
    ("tiktok@2026", "phone", "+16577770000", None, "+16577770000"),
    ("tiktok@2026", "phone", "+37493828222", None, "+37493828222"),
    ("uid2@1", "email", "jane.doe@gmail.com", None, "janedoe@gmail.com"),
    ("uid2@1", "email", "janedoe+home@gmail.com", None, "janedoe@gmail.com"),
    ("uid2@1", "phone", "(02) 1234 5678", "AU", "+61212345678"),
    ("trade_desk@2026", "email", "jane.doe@gmail.com", None, "janedoe@gmail.com"),
    ("trade_desk@2026", "email", "janedoe+home@gmail.com", None, "janedoe@gmail.com"),
    ("liveramp@2026", "email", "MyName@liveramp.com ", None, "myname@liveramp.com"),
    ("liveramp@2026", "phone", "+1 (555) 123-4567", None, "5551234567"),
]

# Every destination, each value of a kind that it takes. What other connectors get wrong is named.
EMAILS = [
    ("only the first dot removed", "a.b.c.d@gmail.com"), ("a domain that contains gmail.com", "jane.doe+x@gmailx.com"),
    ("a domain that ends in gmail.com", "jane.doe@notgmail.com"), ("a domain that begins with gmail.com", "jane.doe@gmail.com.example.org"),
    ("googlemail.com", "Jane.Doe+shop@googlemail.com"), ("two plus signs", "jane+one+two@gmail.com"), ("nothing but a tag", "+tag@gmail.com"),
    ("white space around", "  Jane@Example.com\t"), ("white space inside", "jane doe@gmail.com"), ("a no-break space after", "jane@example.com\u00a0"),
    ("an accent in two code points", "rene\u0301@example.com"), ("no address", "jane at example.com"), ("the empty text", ""), ("underscore and plus kept", "jane_doe+a@example.com"),
    ("a subdomain of gmail.com", "j.d@mail.gmail.com"),
]
PHONES = [
    ("a country is not assumed", "6505551212", None), ("nor with a one before", "16505551212", None), ("nor for a French number", "06 12 34 56 79", None),
    ("French, country known", "06 12 34 56 79", "FR"), ("French, plus", "+33 (0)6 12 34 56 79", None), ("French, 00", "0033 6 12 34 56 79", None),
    ("the number's country wins", "+33 6 12 34 56 79", "US"), ("British", "020 7183 8750", "GB"), ("German", "030 901820", "DE"), ("American", "650-253-0000", "US"),
    ("overseas France", "0692 12 34 57", "FR"), ("no number", "call me", "US"), ("full width digits", "０６１２３４５６７９", "FR"),
]
GIVEN = [
    ("accents dropped", "Valéry"), ("an accent in two code points", "Vale\u0301ry"), ("Korean", "정"), ("Korean in parts", unicodedata.normalize("NFD", "정")), ("hyphen", "Anne-Marie"),
    ("capitals with accents", "ÉLODIE"), ("Polish", "Łukasz"), ("white space", "  Jean   Pierre "), ("a title", "Mrs. Ann"), ("Chinese", "李小龙"), ("Hindi, with a virama", "कृष्णमूर्ति"), ("apostrophe", "D’Arcy"),
]
FAMILY = [
    ("apostrophe", "O'Brien"), ("particles", "de La Tour"), ("umlaut", "Müller"), ("two names", "García Márquez"), ("a suffix", "Smith Jr."), ("hyphen", "Smith-Jones"), ("Vietnamese", "Nguyễn"),
]
OTHERS = {
    "birth_date": [("ISO", "1997-02-16", None), ("day first", "16/02/1997", None)],
    "gender": [("word", "Female", None), ("letter", "m", None)],
    "city": [("accent", "Saint-Étienne", None), ("apostrophe", "L'Aquila", None), ("stops", "Washington D.C.", None), ("Japanese", "東京", None)],
    "region": [("by name", "California", "US"), ("by letters", "ny", "US"), ("abroad", "Île-de-France", "FR")],
    "postal_code": [("nine digits", "94035-1234", "US"), ("nine digits, no hyphen", "940351234", "US"), ("Portugal", "1234-567", "PT"), ("Britain", "WC2H 8LG", "GB")],
    "country": [("by code", "fr", None), ("by name", "Allemagne", None), ("none such", "Atlantis", None)],
    "street_address": [("as it is", "10 Downing Street", None)],
    "customer_id": [("as it is", "C-0042", None)],
    "loyalty_id": [("as it is", "9250 0001", None)],
}
# What only some destinations have to refuse.
REFUSED = [
    ("meta_capi@2026", "birth_date", "two readings", "12/03/1997", None), ("meta_capi@2026", "birth_date", "before 1900", "1899-12-31", None),
    ("meta_capi@2026", "gender", "neither", "other", None), ("meta_capi@2026", "region", "country unknown", "Arizona", None),
    ("meta_capi@2026", "region", "no such state", "Bavaria", "US"), ("meta_capi@2026", "postal_code", "country unknown", "75018", None),
    ("meta_capi@2026", "postal_code", "four digits", "9403", "US"), ("google_customer_match@2026", "postal_code", "country unknown", "94303", None),
    ("liveramp@2026", "postal_code", "country unknown", "94303", None), ("meta_capi@2026", "city", "nothing left", "--", None),
    ("google_customer_match@2026", "given_name", "nothing left", "...", None),
]


def expected(destination, kind, value, country):
    rule, digest = RULES[destination][kind]
    try:
        return digest(rule(value, country))
    except Left as left:
        return {"left_out": left.args[0]}
    except phonenumbers.NumberParseException:
        return {"left_out": "unusable"}


def case(destination, kind, name, value, country=None):
    given = [destination, kind, value] + ([country] if country else [])
    return {"name": f"{destination} {kind}: {name}", "input": given, "output": expected(destination, kind, value, country)}


def encode_cases():
    for destination, kind, value, country, published in PUBLISHED:
        found = case(destination, kind, f"published, {value}", value, country)
        assert found["output"] == published, found
        yield found
    for destination, kind, value, country, form in NORMALISED:
        found = case(destination, kind, f"published form, {value}", value, country)
        assert found["output"] == RULES[destination][kind][1](form), found
        yield found
    # The hash on TikTok's page is that of the number without its plus sign, which its text does not ask for.
    assert sha256("37493828222") == "65b7e6dcf6f4310f8d7cbfbd78289a753062fb054d6664fb9aaac5df66a422d4"
    for destination, rules in RULES.items():
        values = [("email", name, value, None) for name, value in EMAILS]
        values += [("phone", name, value, country) for name, value, country in PHONES]
        values += [("given_name", name, value, None) for name, value in GIVEN] + [("family_name", name, value, None) for name, value in FAMILY]
        values += [(kind, name, value, country) for kind, rows in OTHERS.items() for name, value, country in rows]
        taken = [case(destination, kind, name, value, country) for kind, name, value, country in values if kind in rules]
        assert len(taken) >= 25, destination
        yield from taken
        for kind in ("middle_name", "birth_date"):
            if kind not in rules:
                yield {"name": f"{destination} {kind}: not taken", "input": [destination, kind, "1997-02-16"], "output": {"left_out": "not_taken"}}
    for destination, kind, name, value, country in REFUSED:
        found = case(destination, kind, name, value, country)
        assert "left_out" in found["output"], found
        yield found
    for name in ("meta_capi", "google_customer_match@2025", "UID2@1", ""):
        yield {"name": f"no destination '{name}'", "input": [name, "email", "a@b.fr"], "error": "not_found"}
    yield {"name": "did you mean, without a version", "input": ["meta_capi", "email", "a@b.fr"], "error": "not_found", "message": "there is no destination 'meta_capi' (did you mean 'meta_capi@2026'?)"}
    yield {"name": "did you mean, mistyped", "input": ["uid3@1", "email", "a@b.fr"], "error": "not_found", "message": "there is no destination 'uid3@1' (did you mean 'uid2@1'?)"}
    yield {"name": "no such kind", "input": ["uid2@1", "e_mail", "a@b.fr"], "error": "unknown_kind"}


def person(name, consent, *values, signal=None):
    made = {"id": name, "consent": consent, "values": [list(value) for value in values]}
    return made if signal is None else {**made, "signal": signal}


def batch(columns, *rows, signal=""):
    """Rows begin with the id of the profile."""
    return {"signal": signal, "profiles": [row[0] for row in rows], "columns": columns.split(), "rows": [list(row[1:]) for row in rows]}


def exported(name, destination, people, batches, left_out=None, values_left_out=None, settings=None):
    values = {}
    for words, count in (values_left_out or {}).items():
        kind, reason = words.split()
        values.setdefault(kind, {})[reason] = count
    output = {"batches": batches, "left_out": left_out or {}, "values_left_out": values}
    return {"name": name, "input": [destination, "advertising", people] + ([settings] if settings else []), "output": output}


def export_cases():
    ann, bob, eve = ("email", "Ann@example.com"), ("email", "bob@example.com"), ("email", "eve@example.com")
    of = lambda destination, kind, value, country=None: expected(destination, kind, value, country)
    uid2 = lambda value: of("uid2@1", "email", value)
    yield exported("only those who granted, and why the others are not there", "uid2@1",
                   [person("p1", "granted", ann), person("p2", "denied", bob), person("p3", "unknown", eve)],
                   [batch("email_hash phone_hash", ["p1", uid2("ann@example.com"), None])],
                   {"consent_denied": 1, "consent_unknown": 1})
    yield exported("nobody granted", "uid2@1", [person("p1", "denied", ann)], [], {"consent_denied": 1})
    yield exported("consent for one address is not consent for another", "uid2@1",
                   [person("p1", "granted", (*ann, "granted"), ("email", "ann@work.example", "unknown"), ("phone", "+33612345679", "denied"))],
                   [batch("email_hash phone_hash", ["p1", uid2("ann@example.com"), None])],
                   {}, {"email consent_unknown": 1, "phone consent_denied": 1})
    yield exported("no address is allowed", "uid2@1", [person("p1", "granted", (*ann, "denied"))], [], {"consent_denied": 1}, {"email consent_denied": 1})
    yield exported("an address that another refused, however it is written", "uid2@1",
                   [person("p1", "granted", ("email", "j.doe@gmail.com"), ann), person("p2", "denied", ("email", "JDoe+x@gmail.com"))],
                   [batch("email_hash phone_hash", ["p1", uid2("ann@example.com"), None])],
                   {"consent_denied": 1}, {"email refused_by_another": 1})
    yield exported("not if the other only said nothing", "uid2@1", [person("p1", "granted", ann), person("p2", "unknown", ann)],
                   [batch("email_hash phone_hash", ["p1", uid2("ann@example.com"), None])], {"consent_unknown": 1})
    yield exported("several addresses, each once, no more than the destination takes", "uid2@1",
                   [person("p1", "granted", ann, ("email", "ANN@example.com"), bob, eve, ("email", "zoe@example.com")), person("p2", "granted", ("phone", "+33612345679"))],
                   [batch("email_hash email_hash_2 email_hash_3 phone_hash",
                          ["p1", uid2("ann@example.com"), uid2("bob@example.com"), uid2("eve@example.com"), None],
                          ["p2", None, None, None, of("uid2@1", "phone", "+33612345679")])],
                   {}, {"email too_many": 1})
    yield exported("a telephone of an unknown country stays here", "meta_capi@2026",
                   [person("p1", "granted", ("phone", "06 12 34 56 79")), person("p2", "granted", ("phone", "06 12 34 56 79"), ("country", "France"))],
                   [batch("em ph country", ["p2", None, of("meta_capi@2026", "phone", "06 12 34 56 79", "FR"), of("meta_capi@2026", "country", "France")])],
                   {"nothing_to_send": 1}, {"phone no_country": 1}, {"kinds": ["email", "phone", "country"]})
    yield exported("the country that the caller states is for those who have none", "meta_capi@2026",
                   [person("p1", "granted", ("phone", "06 12 34 56 79")), person("p2", "granted", ("phone", "020 7183 8750"), ("country", "GB"))],
                   [batch("ph", ["p1", of("meta_capi@2026", "phone", "06 12 34 56 79", "FR")], ["p2", of("meta_capi@2026", "phone", "020 7183 8750", "GB")])],
                   {}, {}, {"kinds": ["phone"], "country": "FR"})
    google = "google_customer_match@2026"
    name = (("given_name", "Ann"), ("family_name", "Lee"))
    whole = (*name, ("country", "US"), ("postal_code", "94303-5300"))
    hashed = [of(google, "given_name", "Ann"), of(google, "family_name", "Lee")]
    columns = "email_address phone_number given_name family_name region_code postal_code"
    yield exported("an address goes whole or not at all", google,
                   [person("p1", "granted", ann, *name), person("p2", "granted", *whole), person("p3", "granted", *name)],
                   [batch(columns, ["p1", of(google, "email", "ann@example.com"), None, None, None, None, None], ["p2", None, None, *hashed, "US", "94303-5300"])],
                   {"nothing_to_send": 1}, {"given_name incomplete": 2, "family_name incomplete": 2})
    yield exported("a batch has one signal where consent is set for a batch", google,
                   [person("p1", "granted", ann, signal="personalisation"), person("p2", "granted", bob, signal=""), person("p3", "granted", eve, signal="personalisation")],
                   [batch("email_address", ["p2", of(google, "email", "bob@example.com")]),
                    batch("email_address", ["p1", of(google, "email", "ann@example.com")], ["p3", of(google, "email", "eve@example.com")], signal="personalisation")],
                   {}, {}, {"kinds": ["email"]})
    yield exported("signals do not matter elsewhere", "uid2@1", [person("p1", "granted", ann, signal="a"), person("p2", "granted", bob, signal="b")],
                   [batch("email_hash phone_hash", ["p1", uid2("ann@example.com"), None], ["p2", uid2("bob@example.com"), None])])
    yield exported("batches of two", "plain", [person(f"p{n}", "granted", ("email", f"u{n}@example.com")) for n in range(1, 6)],
                   [batch("email", *[[f"p{n}", f"u{n}@example.com"] for n in group]) for group in ((1, 2), (3, 4), (5,))],
                   {}, {}, {"kinds": ["email"], "batch_size": 2})
    yield exported("nobody can be found by a city", "meta_capi@2026", [person("p1", "granted", ("city", "Paris"), ("gender", "f"))], [], {"nothing_to_send": 1})
    yield exported("no telephones of the European Union", "trade_desk@2026",
                   [person("p1", "granted", ann, ("phone", "+33612345679")), person("p2", "granted", ("phone", "+16502530000"))],
                   [batch("hashed_email hashed_phone", ["p1", uid2("ann@example.com"), None], ["p2", None, of("uid2@1", "phone", "+16502530000")])],
                   {}, {"phone not_accepted": 1})
    for fault, given in (("no purpose", ["uid2@1", " ", []]), ("a kind it does not take", ["uid2@1", "advertising", [], {"kinds": ["city"]}]),
                         ("a batch of nobody", ["uid2@1", "advertising", [], {"batch_size": 0}]), ("no such country", ["uid2@1", "advertising", [], {"country": "Atlantis"}])):
        yield {"name": fault, "input": given, "error": "invalid_input"}
    yield {"name": "no such destination", "input": ["uid2", "advertising", []], "error": "not_found"}


def columns_cases():
    for destination, columns in COLUMNS.items():
        named = []
        for column in columns.split():
            name, _, most = column.partition("*")
            named += [name] + [f"{name}_{n}" for n in range(2, int(most or 1) + 1)]
        yield {"name": destination, "input": [destination], "output": named}


def write(name, cases):
    lines = ["    " + json.dumps(each, ensure_ascii=False) for each in cases]
    text = '{\n  "operation": "activation.%s",\n  "cases": [\n%s\n  ]\n}\n' % (name, ",\n".join(lines))
    path = pathlib.Path(__file__).resolve().parent.parent / "activation" / f"{name}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    print(name, len(lines))


if __name__ == "__main__":
    write("encode", encode_cases())
    write("export", export_cases())
    write("columns", columns_cases())
