"""Keys of parts of names, for the programs beside this one that write their vectors; writes none itself.

Names whose key follows from writing alone are listed by language, and keyed by published data: Unicode's NFKD and case
folding (the module `unicodedata`), marks removed from Latin, Greek, Cyrillic, Arabic and Hebrew, letters without a
decomposition as in CLDR's Latin-ASCII transform (`ə` as in ICAO Doc 9303-3), apostrophes joined, other punctuation a
space. What depends on a rule was keyed by hand. It shares no code with the core.
"""

import unicodedata

from names import case

PLAIN = {  # CLDR, Latin-ASCII; ə: ICAO Doc 9303-3, section 6.
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ħ": "h", "ŧ": "t", "ŋ": "n", "ı": "i", "ĸ": "q",
    "ɓ": "b", "ɗ": "d", "ɖ": "d", "ƙ": "k", "ƴ": "y", "ɲ": "n", "ɛ": "e", "ə": "e",
}
APOSTROPHES = "'`\u2018\u2019\u201b\u02b9\u02bb\u02bc\u02bd\u02be\u02bf\u2032\u00b4\uff07\u055a\u05f3"
STRIPPED = ("COMBINING", "HEBREW", "ARABIC")


def is_stripped(c):
    """Whether a mark is one of Latin, Greek, Cyrillic, Arabic or Hebrew; the vowel signs of other scripts stay."""
    name = unicodedata.name(c, "")
    return unicodedata.category(c) == "Mn" and name.startswith(STRIPPED) and "KATAKANA" not in name


def fold(text):
    text = "".join("'" if c in APOSTROPHES else c for c in text).replace("l·l", "ll").replace("L·L", "LL").replace("\u0140", "l").replace("\u013f", "L")
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    kept = []
    for c in text:
        kind = unicodedata.category(c)
        if c == "'" or c == "\u0640" or kind == "Cf" or is_stripped(c):
            continue
        kept.append(PLAIN.get(c, c) if kind[0] in "LNM" else " ")
    return " ".join(unicodedata.normalize("NFC", "".join(kept)).split())


def world(block):
    """Lines of `language: name, name, ...`."""
    for line in block.strip("\n").split("\n"):
        language, names = line.split(": ", 1)
        for text in names.split(", "):
            yield case(f"{language}: {ascii(text)[1:-1]}", text, fold(text))


def rules(block, **options):
    """Lines of `text | key`; no key where nothing is left."""
    for line in block.strip("\n").split("\n"):
        text, key = line.split(" | ") if " | " in line else (line[:-2], "")
        name = (text if text.isascii() and text.isprintable() else ascii(text)[1:-1]) or "blank"
        name += "".join(f" ({option} {value})" for option, value in options.items())
        yield case(name, text, key, "ok" if key else "invalid: nothing left to compare", **options)


# Tokens that stand for nothing whatever the kind of name, and names that only look like them.
MISSING = "n/a|N/A|n.a.|unknown|Inconnu|INCONNUE|non renseigné|Non communiqué|xxx|XXXX|not provided|Not available|undefined|sans objet|[object Object]"
KEYBOARD = "azerty|qwerty|QSDF|asdf|qwertyuiop|azertyuiop|abcd"
REPEATED = "aaaa|zzzzz|1111|ÉÉÉÉ"
MARKS = "-|.|?|***|//|--|…|()"
REAL = "Null|None|Nil|Nan|Na|Test|Aaa|Xx|Abc"


def placeholders():
    rows = [(MISSING, "word for a missing value"), (KEYBOARD, "keyboard run"), (REPEATED, "repeated character"), (MARKS, "no letter or digit")]
    for texts, rule in rows:
        for text in texts.split("|"):
            yield case(f"placeholder {ascii(text)[1:-1]}", text, "", f"placeholder: {rule}")
    for text in REAL.split("|"):
        yield case(f"no placeholder {text}", text, fold(text))


def whole(*groups):
    """All cases, each input once."""
    seen = {}
    for group in groups:
        for each in group:
            seen.setdefault(repr(each["input"]), each)
    return list(seen.values())
