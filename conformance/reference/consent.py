"""Writes consent/effective.json: scenarios of consent, each with the view that the stated rule gives.

The rule, written down once more from the text of cdp-core/src/consent/mod.rs, without its code: a set of refusals that stand,
a set of grants that count. The expected words of each scenario are also written out by hand, and the program stops where the
two disagree.
"""

import json
import pathlib

OUT = pathlib.Path(__file__).parent.parent / "consent" / "effective.json"

U1, U2 = ("customer_id", "u1"), ("customer_id", "u2")
LAPTOP, TABLET = ("anonymous_id", "laptop"), ("anonymous_id", "tablet")
ANN, ANN_OLD, HOME = ("email", "ann@example.fr"), ("email", "ann@old.example"), ("email", "home@example.fr")
MOBILE = ("phone", "+33612345678")


def day(text):
    return f"2026-{text}T00:00:00.000Z"


def say(status, at, *subjects, purpose="ads", channel=None, signed_in=None, expires=None):
    """A statement; whoever has a customer id is signed in, unless told otherwise."""
    statement = {
        "subjects": [{"kind": kind, "key": key} for kind, key in subjects],
        "purpose": purpose,
        "status": status,
        "at": day(at),
        "authenticated": any(kind == "customer_id" for kind, _ in subjects) if signed_in is None else signed_in,
    }
    if channel:
        statement["channel"] = channel
    if expires:
        statement["expires_at"] = day(expires)
    return statement


def names(statement):
    return {(subject["kind"], subject["key"]) for subject in statement["subjects"]}


def view(ledger, question, now):
    """Granted, denied or unknown, by the text of the rule."""
    address = question.get("address")
    address = (address["kind"], address["key"]) if address else None

    def bears(statement):
        if statement["purpose"] not in ("*", question["purpose"]):
            return False
        channel = statement.get("channel") or "*"
        return "*" in (channel, question.get("channel") or "*") or channel == question["channel"]

    said = [s for s in ledger if bears(s) and s["at"] <= now]
    grants = [
        s
        for s in said
        if s["status"] == "granted"
        and (address is None or address in names(s))
        and not ("expires_at" in s and s["expires_at"] <= now)
        and not any(e["status"] == "expired" and e["at"] >= s["at"] and names(e) & names(s) for e in said)
    ]

    def speaks_of(grant, refusal):
        """That of a user is theirs alone to lift; any other is of whoever has an identifier that it names."""
        users = {subject for subject in names(refusal) if subject[0] == "customer_id"}
        return names(grant) & (users or names(refusal))

    def lifted(refusal):
        return any(
            g["authenticated"]
            and g["at"] > refusal["at"]
            and speaks_of(g, refusal)
            and of_all_it_refused(g.get("channel") or "*", refusal.get("channel") or "*")
            for g in grants
        )

    def of_all_it_refused(granted, refused):
        """For one channel that is asked about, its grant lifts a refusal of all; for none in particular, a grant of all does."""
        return granted in ("*", refused) or (refused == "*" and (question.get("channel") or "*") != "*")

    standing = [s for s in said if s["status"] in ("denied", "withdrawn") and not lifted(s)]
    deciding = standing or grants
    word = "denied" if standing else "granted" if grants else "unknown"
    asked = [s for s in ledger if bears(s) and (s["status"] != "granted" or address is None or address in names(s))]
    changes = [s["at"] for s in asked if s["at"] > now]
    changes += [
        s["expires_at"] for s in asked if s["status"] == "granted" and s["at"] <= now and s.get("expires_at", "") > now
    ]
    return {"effective": word, "because": [ledger.index(s) for s in deciding], "until": min(changes, default=None)}


def asked(purpose="ads", channel=None, address=None):
    question = {"purpose": purpose}
    if channel:
        question["channel"] = channel
    if address:
        question["address"] = {"kind": address[0], "key": address[1]}
    return question


YES, NO, OUT_, END = "granted", "denied", "withdrawn", "expired"
EMAIL = "email_marketing"
# name, ledger, question, now, the word expected
SCENARIOS = [
    ("nothing was said", [], asked(), "06-01", "unknown"),
    ("a grant", [say(YES, "01-10", U1)], asked(), "06-01", "granted"),
    ("a grant by somebody who is not signed in", [say(YES, "01-10", LAPTOP)], asked(), "06-01", "granted"),
    ("a refusal", [say(NO, "01-10", U1)], asked(), "06-01", "denied"),
    ("a grant of another purpose", [say(YES, "01-10", U1, purpose="email")], asked(), "06-01", "unknown"),
    ("a refusal of another purpose", [say(YES, "01-10", U1), say(NO, "02-10", U1, purpose="x")], asked(), "06-01", YES),
    ("a grant that is still to come", [say(YES, "07-01", U1)], asked(), "06-01", "unknown"),
    ("a grant from the very instant on", [say(YES, "06-01", U1)], asked(), "06-01", "granted"),
    ("a grant that runs out", [say(YES, "01-10", U1, expires="07-01")], asked(), "06-01", "granted"),
    ("a grant at the instant it runs out", [say(YES, "01-10", U1, expires="06-01")], asked(), "06-01", "unknown"),
    ("a source says that it has expired", [say(YES, "01-10", U1), say(END, "03-01", U1)], asked(), "06-01", "unknown"),
    ("expired, then granted anew", [say(YES, "01-10", U1), say(END, "03-01", U1), say(YES, "04-01", U1)], asked(), "06-01", YES),
    ("somebody else's has expired", [say(YES, "01-10", U1), say(END, "03-01", U2)], asked(), "06-01", "granted"),
    ("granted, then withdrawn", [say(YES, "01-10", U1), say(OUT_, "02-10", U1)], asked(), "06-01", "denied"),
    ("withdrawn, then granted by the person signed in", [say(OUT_, "01-10", U1), say(YES, "02-10", U1)], asked(), "06-01", YES),
    ("withdrawn, then granted by a form without login", [say(OUT_, "01-10", U1, ANN), say(YES, "02-10", ANN)], asked(), "06-01", "denied"),
    ("the same form, confirmed by a link in a mail that does not say which user", [say(OUT_, "01-10", U1, ANN), say(YES, "02-10", ANN, signed_in=True)], asked(), "06-01", "denied"),
    ("a link that does", [say(OUT_, "01-10", U1, ANN), say(YES, "02-10", U1, ANN)], asked(), "06-01", YES),
    ("withdrawn by a form without login, then granted by a link in a mail", [say(OUT_, "01-10", ANN), say(YES, "02-10", ANN, signed_in=True)], asked(), "06-01", YES),
    ("a row's refusal of an address, then granted by a user who has it", [say(NO, "01-10", ANN, signed_in=False), say(YES, "02-10", U1, ANN)], asked(), "06-01", YES),
    ("a row's refusal that names another user", [say(NO, "01-10", U2, ANN, signed_in=False), say(YES, "02-10", U1, ANN)], asked(), "06-01", "denied"),
    ("two users of a tablet: one refused, the other granted later", [say(NO, "01-10", U1, TABLET), say(YES, "02-10", U2, TABLET)], asked(), "06-01", "denied"),
    ("granted and refused at one instant", [say(YES, "01-10", U1), say(NO, "01-10", U1)], asked(), "06-01", "denied"),
    ("a late message about an earlier grant", [say(NO, "03-01", U1), say(YES, "02-01", U1)], asked(), "06-01", "denied"),
    ("before the refusal was made", [say(YES, "01-10", U1), say(NO, "06-02", U1)], asked(), "06-01", "granted"),
    ("two devices of one user: refused on one, granted later on the other", [say(NO, "01-10", U1, LAPTOP), say(YES, "02-10", U1, TABLET)], asked(), "06-01", YES),
    ("two devices of one user: granted on one, refused later on the other", [say(YES, "01-10", U1, LAPTOP), say(NO, "02-10", U1, TABLET)], asked(), "06-01", "denied"),
    ("Global Privacy Control on a cookie", [say(NO, "01-10", LAPTOP, purpose="*")], asked(), "06-01", "denied"),
    ("that cookie logs in, and the user had granted before", [say(YES, "01-01", U1), say(NO, "01-10", LAPTOP, purpose="*")], asked(), "06-01", "denied"),
    ("the user grants later, elsewhere", [say(NO, "01-10", LAPTOP, purpose="*"), say(YES, "02-01", U1, TABLET)], asked(), "06-01", "denied"),
    ("the user grants later, in that browser, signed in", [say(NO, "01-10", LAPTOP, purpose="*"), say(YES, "02-01", U1, LAPTOP)], asked(), "06-01", YES),
    ("what the grant did not speak of stays refused", [say(NO, "01-10", LAPTOP, purpose="*"), say(YES, "02-01", U1, LAPTOP)], asked(EMAIL), "06-01", "denied"),
    ("merged: one refused, the other granted before", [say(NO, "02-10", U1), say(YES, "01-10", U2)], asked(), "06-01", "denied"),
    ("merged: one refused, the other granted later", [say(NO, "01-10", U1), say(YES, "02-10", U2)], asked(), "06-01", "denied"),
    ("merged, then granted by the account that had refused", [say(NO, "01-10", U1), say(YES, "02-10", U2), say(YES, "03-10", U1)], asked(), "06-01", YES),
    ("unmerged: the side that refused", [say(NO, "01-10", U1)], asked(), "06-01", "denied"),
    ("unmerged: the side that granted", [say(YES, "02-10", U2)], asked(), "06-01", "granted"),
    ("withdrawn, then merged with somebody of whom nothing is known", [say(OUT_, "01-10", U1)], asked(), "06-01", "denied"),
    ("a household: one granted by the common address, the other refused by it", [say(YES, "01-10", U1, HOME), say(NO, "02-10", U2, HOME)], asked(), "06-01", "denied"),
    ("a household: the refusal of one is not lifted by the other, who has the same address", [say(NO, "01-10", U2, HOME), say(YES, "02-10", U1, HOME)], asked(), "06-01", "denied"),
    ("by channel: the one that was granted", [say(YES, "01-10", U1, channel="email")], asked(channel="email"), "06-01", "granted"),
    ("by channel: another one", [say(YES, "01-10", U1, channel="email")], asked(channel="sms"), "06-01", "unknown"),
    ("by channel: asked about none in particular", [say(YES, "01-10", U1, channel="email")], asked(), "06-01", "granted"),
    ("by channel: one granted, another refused, asked about none", [say(YES, "01-10", U1, channel="email"), say(NO, "01-10", U1, channel="sms")], asked(), "06-01", "denied"),
    ("by channel: a refusal of all, lifted for one", [say(NO, "01-10", U1), say(YES, "02-10", U1, channel="email")], asked(channel="email"), "06-01", YES),
    ("by channel: the refusal of all stands for the others", [say(NO, "01-10", U1), say(YES, "02-10", U1, channel="email")], asked(channel="sms"), "06-01", "denied"),
    ("by channel: a refusal of one is lifted by a grant of all", [say(NO, "01-10", U1, channel="sms"), say(YES, "02-10", U1)], asked(channel="sms"), "06-01", YES),
    ("by channel: a refusal of all, lifted for one, asked about none in particular", [say(NO, "01-10", U1), say(YES, "02-10", U1, channel="email")], asked(), "06-01", "denied"),
    ("by channel: the same, in words", [say(NO, "01-10", U1, channel="*"), say(YES, "02-10", U1, channel="email")], asked(channel="*"), "06-01", "denied"),
    ("by channel: the same, asked about the one", [say(NO, "01-10", U1, channel="*"), say(YES, "02-10", U1, channel="email")], asked(channel="email"), "06-01", YES),
    ("by channel: a refusal of one, lifted for it, asked about none in particular", [say(NO, "01-10", U1, channel="sms"), say(YES, "02-10", U1, channel="sms")], asked(), "06-01", YES),
    ("an address that the grant names", [say(YES, "01-10", U1, ANN)], asked(EMAIL, address=ANN), "06-01", "unknown"),
    ("the same, for its purpose", [say(YES, "01-10", U1, ANN)], asked(address=ANN), "06-01", "granted"),
    ("an address that it does not name", [say(YES, "01-10", U1, ANN)], asked(address=ANN_OLD), "06-01", "unknown"),
    ("a telephone beside the address that was granted", [say(YES, "01-10", U1, ANN)], asked(address=MOBILE), "06-01", "unknown"),
    ("a refusal is the person's, whatever address it names", [say(YES, "01-10", U1, ANN), say(NO, "02-10", U1, ANN_OLD)], asked(address=ANN), "06-01", "denied"),
    ("a grant for one address lifts nothing for another", [say(YES, "01-01", U1, ANN_OLD), say(NO, "02-01", U1), say(YES, "03-01", U1, ANN)], asked(address=ANN_OLD), "06-01", "denied"),
    ("but for the one it names", [say(YES, "01-01", U1, ANN_OLD), say(NO, "02-01", U1), say(YES, "03-01", U1, ANN)], asked(address=ANN), "06-01", "granted"),
    ("a refusal of everything", [say(YES, "01-10", U1), say(NO, "02-10", U1, purpose="*")], asked(), "06-01", "denied"),
    ("a grant of everything", [say(YES, "01-10", U1, purpose="*")], asked("anything"), "06-01", "granted"),
    ("a grant that lifted, and ran out", [say(NO, "01-10", U1), say(YES, "02-10", U1, expires="05-01")], asked(), "06-01", "denied"),
]


def main():
    cases = []
    for name, ledger, question, now, word in SCENARIOS:
        output = view(ledger, question, day(now))
        assert output["effective"] == word, f"{name}: {output['effective']}, expected {word}"
        cases.append({"name": name, "input": [ledger, question, day(now)], "output": output})
    refused = [
        ("a status that does not exist", [[{"subjects": [], "purpose": "ads", "status": "maybe", "at": day("01-01")}], asked(), day("06-01")]),
        ("an instant that is none", [[{"subjects": [], "purpose": "ads", "status": "granted", "at": "soon"}], asked(), day("06-01")]),
        ("no instant to ask at", [[], asked(), "soon"]),
    ]
    cases += [{"name": name, "input": input, "error": "invalid_input"} for name, input in refused]
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps({"operation": "consent.effective", "cases": cases}, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
