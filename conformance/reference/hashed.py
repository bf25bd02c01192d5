"""Writes the vectors of values that come hashed: conformance/normalize/hashed.json and conformance/activation/encode_hashed.json.

Independent of the library: hashes and their forms by Python's own modules. Run it from the repository root:

    python3 conformance/reference/hashed.py           # write the vectors
    python3 conformance/reference/hashed.py --check   # fail if a file differs
"""

import base64
import hashlib
import json
import pathlib
import sys

FOLDER = pathlib.Path(__file__).resolve().parents[1]
SHAPE = "invalid: neither 64 hexadecimal digits nor 32 bytes in Base64"
NOTHING = "placeholder: hash of a word for a missing value"


def sha256(text):
    return hashlib.sha256(text.encode()).digest()


def shown(raw, verdict):
    return {"display": raw, "key": "", "verdict": verdict}


def normalized():
    ok = lambda text: {"display": sha256(text).hex(), "key": sha256(text).hex(), "verdict": "ok"}
    for kind, text in [("email", "ann@example.fr"), ("phone", "+33612345678"), ("given_name", "valéry"),
                       ("birth_date", "19800229"), ("national_id", "123-45-6789"), ("customer_id", "C-17")]:
        digest = sha256(text)
        for name, form in [("hex", digest.hex()), ("capitals", digest.hex().upper()), ("spaces", f"  {digest.hex()}\t"),
                           ("Base64", base64.b64encode(digest).decode()),
                           ("Base64 without padding", base64.b64encode(digest).decode().rstrip("=")),
                           ("Base64 for addresses", base64.urlsafe_b64encode(digest).decode())]:
            yield {"name": f"{kind}, {name}", "input": [kind, form], "output": ok(text)}
    for raw in ["ann@example.fr", "0" * 63, "g" * 64, "a" * 65, "B" * 43, "a" * 44, sha256("x").hex()[:40], "é" * 32]:
        yield {"name": f"no hash: {raw[:12]}", "input": ["email", raw], "output": shown(raw, SHAPE)}
    for word in ["", "null", "NULL", "None", "n/a", "N/A", "unknown", "undefined", "nan", "test@test.com", "0000000000",
                 "+0000000000", "123456789", "inconnu", "anonymous", "aucun", "noreply@example.com"]:
        digest = sha256(word)
        yield {"name": f"the hash of {word or 'nothing'}", "input": ["email", digest.hex()],
               "output": shown(digest.hex(), NOTHING)}
    for digit in "0f":
        yield {"name": f"all {digit}", "input": ["email", digit * 64],
               "output": shown(digit * 64, "placeholder: repeated digit")}
    yield {"name": "nothing", "input": ["email", ""], "output": shown("", "placeholder: no letter or digit")}
    yield {"name": "a word for nothing", "input": ["email", "NULL"],
           "output": shown("NULL", "placeholder: word for a missing value")}


def encoded():
    digest = sha256("ann@example.fr")
    forms = [digest.hex(), digest.hex().upper(), base64.b64encode(digest).decode()]
    hexes = {"google_customer_match@2026": ["email", "phone"], "meta_capi@2026": ["email", "phone", "given_name"],
             "tiktok@2026": ["email", "phone"], "snap@2026": ["email", "phone"]}
    for destination, kinds in hexes.items():
        for kind in kinds:
            for form in forms:
                yield {"name": f"{destination} {kind}", "input": [destination, kind, form], "output": digest.hex()}
    for kind in ["email", "phone"]:
        yield {"name": f"uid2 {kind}", "input": ["uid2@1", kind, forms[0]], "output": base64.b64encode(digest).decode()}
    for destination in ["plain"]:
        yield {"name": f"{destination} wants it raw", "input": [destination, "email", forms[0]],
               "output": {"left_out": "hashed_already"}}
    for destination in ["trade_desk@2026", "liveramp@2026"]:
        # Numbers of the European Union are not accepted, which a hash does not show; LiveRamp wants another hash.
        yield {"name": f"{destination} telephone", "input": [destination, "phone", forms[0]],
               "output": {"left_out": "hashed_already"}}
    yield {"name": "no hash", "input": ["meta_capi@2026", "email", "ann@example.fr"], "output": {"left_out": "unusable"}}
    yield {"name": "a kind it does not take", "input": ["uid2@1", "given_name", forms[0]],
           "output": {"left_out": "not_taken"}}


def main():
    differing = []
    for area, name, cases in [("normalize", "hashed", normalized()), ("activation", "encode_hashed", encoded())]:
        lines = ",\n".join("    " + json.dumps(case, ensure_ascii=False) for case in cases)
        text = f'{{\n  "operation": "{area}.{name}",\n  "cases": [\n{lines}\n  ]\n}}\n'
        target = FOLDER / area / f"{name}.json"
        if "--check" not in sys.argv:
            target.write_text(text, encoding="utf-8")
        elif target.read_text(encoding="utf-8") != text:
            differing.append(target.name)
    sys.exit(f"{', '.join(differing)}: run this program again" if differing else 0)


if __name__ == "__main__":
    main()
