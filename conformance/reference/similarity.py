"""Textbook string similarities, written from their definitions, to make the expected values of `conformance/similarity`.

Run `python3 conformance/reference/similarity.py` to write the files again. Standard library only; no code is shared with
the core. Jaro: Jaro 1989. Winkler: four leading characters at most, a tenth each, above .7 (Winkler 1990).
Levenshtein and optimal string alignment: the full dynamic-programming tables.
"""

import json
import pathlib


def jaro(a, b):
    if not a and not b:
        return 1.0
    if not a or not b:
        return 0.0
    window = max(max(len(a), len(b)) // 2 - 1, 0)
    partner = [None] * len(b)
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            if abs(i - j) <= window and x == y and partner[j] is None:
                partner[j] = i
                break
    matched = [i for i in partner if i is not None]
    m = len(matched)
    if m == 0:
        return 0.0
    in_a = [a[i] for i in sorted(matched)]
    in_b = [b[j] for j in range(len(b)) if partner[j] is not None]
    transpositions = sum(x != y for x, y in zip(in_a, in_b)) // 2
    return (m / len(a) + m / len(b) + (m - transpositions) / m) / 3.0


def jaro_winkler(a, b):
    similarity = jaro(a, b)
    if similarity <= 0.7:
        return similarity
    prefix = 0
    for x, y in zip(a[:4], b[:4]):
        if x != y:
            break
        prefix += 1
    return similarity + 0.1 * prefix * (1.0 - similarity)


def edit_distance(a, b, swaps):
    table = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i in range(len(a) + 1):
        for j in range(len(b) + 1):
            if i == 0 or j == 0:
                table[i][j] = i + j
                continue
            table[i][j] = min(table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + (a[i - 1] != b[j - 1]))
            if swaps and i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
                table[i][j] = min(table[i][j], table[i - 2][j - 2] + 1)
    return table[len(a)][len(b)]


def edit_similarity(a, b, swaps):
    longest = max(len(a), len(b))
    return 1.0 if longest == 0 else 1.0 - edit_distance(a, b, swaps) / longest


def token_set(a, b):
    left, right = set(a.split()), set(b.split())
    return 1.0 if not left | right else len(left & right) / len(left | right)


PAIRS = [
    ("both empty", "", ""), ("left empty", "", "abc"), ("right empty", "abc", ""), ("one equal letter", "a", "a"),
    ("one different letter", "a", "b"), ("equal words", "martin", "martin"), ("classic transposition", "martha", "marhta"),
    ("classic prefix", "dixon", "dicksonx"), ("classic dwayne", "dwayne", "duane"), ("classic jellyfish", "jellyfish", "smellyfish"),
    ("classic kitten", "kitten", "sitting"), ("classic saturday", "saturday", "sunday"), ("jones and johnson", "jones", "johnson"),
    ("abroms", "abroms", "abrams"), ("lampley", "lampley", "campley"), ("jeraldine", "jeraldine", "geraldine"),
    ("michelle", "michelle", "michael"), ("julies", "julies", "julius"), ("tanya", "tanya", "tonya"), ("sean", "sean", "susan"),
    ("jon", "jon", "john"), ("jon and jan", "jon", "jan"), ("shackleford", "shackleford", "shackelford"),
    ("dunningham", "dunningham", "cunnigham"), ("nichleson", "nichleson", "nichulson"), ("massey", "massey", "massie"),
    ("brookhaven", "brookhaven", "brrokhaven"), ("hardin", "hardin", "martinez"), ("itman", "itman", "smith"),
    ("swap of neighbours", "ab", "ba"), ("swap with a letter between", "ca", "abc"), ("two swaps", "abcd", "badc"),
    ("overlapping swaps", "abc", "cab"), ("a long swap", "a cat", "an abct"), ("reversed", "abcdef", "fedcba"),
    ("repeated letters", "aaaa", "aa"), ("repeated against one", "aaaaaaaa", "a"), ("nothing shared", "abcd", "wxyz"),
    ("prefix of", "jean", "jean pierre"), ("suffix of", "pierre", "jean pierre"), ("letter inserted", "dupont", "duppont"),
    ("letter replaced", "dupont", "dupond"), ("hyphen", "jean-pierre", "jean pierre"), ("letter dropped", "catherine", "cathrine"),
    ("spelling of a name", "catherine", "katherine"), ("accents count as letters", "valéry", "valery"),
    ("accents on both sides", "hélène", "helène"), ("cyrillic", "дмитрий", "дмитри"), ("greek", "γιώργος", "γιωργος"),
    ("chinese", "王小明", "王小名"), ("chinese, one character", "王", "李"), ("astral characters", "😀😁", "😁😀"),
    ("latin against cyrillic", "anna", "анна"), ("digits", "0612345678", "0612345687"), ("date", "1980-12-31", "1980-12-13"),
    ("e-mail", "jean.dupont@example.fr", "jdupont@example.fr"), ("street", "12 rue de la paix", "12 r de la paix"),
    ("words in another order", "marie claire dubois", "dubois marie claire"), ("repeated words", "la la land", "la land"),
    ("spaces only differ", "van der berg", "vanderberg"),
    ("sixty-four characters", "abcdefgh" * 8, "abcdefgh" * 7 + "abcdefgx"),
    ("sixty-four against sixty-three", "abcdefgh" * 8, "bcdefgh" + "abcdefgh" * 7),
    ("sixty-five characters", "abcdefgh" * 8 + "i", "abcdefgh" * 8 + "j"), ("long and short", "ab" * 60, "ba"),
    ("long and shifted", "0123456789" * 12, "123456789" * 12), ("ascii and long unicode", "é" * 70, "e" * 70),
    ("window edge even", "abcdefghij", "fghijabcde"), ("window edge odd", "abcdefghi", "fghiabcde"),
    ("just above the boost", "abcdxxx", "abcdyyy"), ("just below the boost", "abcxxxx", "abcyyyy"),
    ("upper case is another letter", "Martin", "martin"), ("family names", "lefebvre", "lefevre"), ("family names 2", "schmidt", "schmitt"),
    ("family names 3", "macdonald", "mcdonald"), ("unlike names", "robert", "bob"),
]

OPERATIONS = {
    "jaro_winkler": jaro_winkler,
    "jaro": jaro,
    "levenshtein": lambda a, b: edit_similarity(a, b, False),
    "osa": lambda a, b: edit_similarity(a, b, True),
    "levenshtein_distance": lambda a, b: edit_distance(a, b, False),
    "osa_distance": lambda a, b: edit_distance(a, b, True),
    "token_set": token_set,
    "common_prefix": lambda a, b: next((i for i, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b))),
}


def main():
    folder = pathlib.Path(__file__).resolve().parent.parent / "similarity"
    folder.mkdir(exist_ok=True)
    for name, function in OPERATIONS.items():
        lines = []
        for case, a, b in PAIRS:
            lines.append("    " + json.dumps({"name": case, "input": [a, b], "output": function(a, b)}, ensure_ascii=False))
        text = '{\n  "operation": "similarity.%s",\n  "cases": [\n%s\n  ]\n}\n' % (name, ",\n".join(lines))
        (folder / f"{name}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
