"""Writes conformance/segment/parse.json and members.json.

Independent of the library: a small parser of its own makes the JSON trees, SQLite decides who is a member (its WHERE has
the same three-valued logic; a few words are rewritten). The place of an error is marked in its text. Run it from anywhere:

    python3 conformance/reference/segment.py
"""

import datetime
import json
import pathlib
import random
import re
import sqlite3
import unicodedata

FOLDER = pathlib.Path(__file__).resolve().parents[1] / "segment"

# ---------------------------------------------------------------- a parser of its own: text -> tree

TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<name>\"(?:[^\"]|\"\")*\")|(?P<number>\d+(?:\.\d+)?)"
    r"|(?P<word>[^\W\d]\w*(?:\.[^\W\d]\w*)*)|(?P<sign><>|!=|<=|>=|[<>=(),-]))")
RESERVED = "AND OR NOT IN BETWEEN LIKE IS NULL TRUE FALSE WHERE WITHIN".split()


class Reader:
    def __init__(self, text):
        self.tokens, position, text = [], 0, text.rstrip()
        while position < len(text):
            match = TOKEN.match(text, position)
            self.tokens.append((match.lastgroup, match.group(match.lastgroup)))
            position = match.end()
        self.tokens += [("end", "")] * 2
        self.next = 0

    def take(self, *words):
        kind, text = self.tokens[self.next]
        found = kind in ("word", "sign") and text.upper() in words
        self.next += found
        return text.upper() if found else None

    def pop(self):
        self.next += 1
        return self.tokens[self.next - 1]

    def chain(self, word, part):
        parts = [part()]
        while self.take(word):
            parts.append(part())
        return parts[0] if len(parts) == 1 else {word.lower(): parts}

    def condition(self):
        return self.chain("OR", lambda: self.chain("AND", self.negation))

    def negation(self):
        if self.take("NOT"):
            return {"not": self.negation()}
        if self.take("("):
            inner = self.condition()
            assert self.take(")")
            return inner
        return self.test()

    def test(self):
        left = self.operand()
        negated = "not " if self.take("NOT") else ""
        if self.take("IN"):
            named = self.tokens[self.next][1].upper() == "LIST" and self.tokens[self.next + 1][0] == "text"
            if named:
                self.next += 1
            return {"op": negated + "in", "left": left, "list": {"list": self.operand()} if named else self.items()}
        if self.take("BETWEEN"):
            low = self.operand()
            assert self.take("AND")
            return {"op": negated + "between", "left": left, "low": low, "high": self.operand()}
        if self.take("LIKE"):
            return {"op": negated + "like", "left": left, "pattern": self.operand()}
        if self.take("IS"):
            positive = not self.take("NOT")
            window = self.window()
            if window:
                return {"op": "is" if positive else "is not", "left": left, "within": window}
            missing = self.take("MISSING", "NULL", "PRESENT") != "PRESENT"
            return {"op": "is missing" if positive == missing else "is present", "left": left}
        sign = self.take("=", "<>", "!=", "<", "<=", ">", ">=")
        if sign:
            return {"op": sign.replace("!=", "<>"), "left": left, "right": self.operand()}
        return left

    def items(self):
        if not self.take("("):
            return self.operand()
        items = [self.operand()]
        while self.take(","):
            items.append(self.operand())
        assert self.take(")")
        return items

    def operand(self):
        kind, text = self.pop()
        if kind == "text":
            return text[1:-1].replace("''", "'")
        if kind == "name":
            return {"field": text[1:-1].replace('""', '"')}
        if kind == "number" or text == "-":
            number = float(text if kind == "number" else "-" + self.pop()[1])
            return int(number) if number == int(number) else number
        if text.upper() in ("TRUE", "FALSE"):
            return text.upper() == "TRUE"
        if text.upper() == "DATE" and self.tokens[self.next][0] == "text":
            return {"date": self.pop()[1][1:-1]}
        if text.upper() == "INSTANT" and self.tokens[self.next][0] == "text":
            return {"instant": utc(self.pop()[1][1:-1])}
        assert kind == "word" and text.upper() not in RESERVED, text
        return self.call(text.lower()) if self.take("(") else {"field": text}

    def call(self, name):
        node = {"call": name, "args": []}
        while not self.take(")"):
            if self.take("WHERE"):
                node["where"] = self.condition()
            elif node["args"] and self.take("THEN"):
                node.setdefault("then", []).append(self.then())
            else:
                window = self.window() if node["args"] or self.tokens[self.next][1].upper() == "WITHIN" else None
                if window:
                    node["within"] = window
                else:
                    node["args"].append(self.operand())
                    self.take(",")
        return node

    def then(self):
        key = "not" if self.take("NOT") else "event"
        within = self.length() if self.take("WITHIN") else None
        node = {key: self.operand()}
        if self.take("WHERE"):
            node["where"] = self.condition()
        return node | ({"within": within} if within else {})

    def length(self):
        count, unit = int(self.pop()[1]), self.pop()[1].lower()
        return {"count": count, "unit": unit if unit.endswith("s") else unit + "s"}

    def calendar(self):
        self.take("CALENDAR")
        unit = self.pop()[1].lower()
        assert self.take("IN")
        return {"unit": unit if unit.endswith("s") else unit + "s", "zone": self.operand()}

    def moment(self):
        return self.operand()["instant"]

    def window(self):
        if self.take("WITHIN"):
            if self.tokens[self.next + 1][1].upper() == "CALENDAR":
                return {"count": int(self.pop()[1])} | self.calendar()
            return self.length()
        if self.take("THIS"):
            return {"count": 1} | self.calendar()
        if self.take("LAST"):
            return {"last": int(self.pop()[1]) if self.tokens[self.next][0] == "number" else 1} | self.calendar()
        if self.take("SINCE"):
            return {"since": self.moment()}
        if self.take("BEFORE"):
            if self.tokens[self.next][0] == "word":
                return {"before": self.moment()}
            length = self.length()
            assert self.take("AGO")
            return {"before": length["count"], "unit": length["unit"]}
        if self.take("FROM"):
            if self.tokens[self.next][0] == "word":
                first = self.moment()
                assert self.take("TO")
                return {"from": first, "to": self.moment()}
            first = int(self.pop()[1])
            assert self.take("TO")
            length = self.length()
            assert self.take("AGO")
            return {"from": first, "to": length["count"], "unit": length["unit"]}
        return None


def utc(text):
    """An instant in UTC, to the millisecond."""
    instant = datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(datetime.timezone.utc)
    return instant.strftime("%Y-%m-%dT%H:%M:%S.") + f"{instant.microsecond // 1000:03}Z"


def tree(text):
    reader = Reader(text)
    found = reader.condition()
    assert reader.tokens[reader.next][0] == "end", text
    return found


# ---------------------------------------------------------------- what parses

GOOD = """
country = 'FR' AND size >= 2 AND 'pos' IN sources
tier IN ('gold', 'platinum') AND count(order_completed WITHIN 365 DAYS) >= 4
exists(order_completed WHERE category = 'shoes' AND revenue >= 80 WITHIN 90 DAYS) AND absence(refund WITHIN 90 DAYS)
sum(order_completed.revenue WHERE channel IN ('web', 'app') WITHIN 12 WEEKS) BETWEEN 100 AND 500
avg(order_completed.revenue LAST 12 MONTHS IN 'Europe/Paris') > 45.5
first(order_completed) IS WITHIN 30 DAYS
last(order_completed) IS BEFORE 180 DAYS AGO
last(order_completed.store) = 'Lyon Part-Dieu'
distinct(product_viewed.sku WITHIN 7 DAYS) >= 5 AND NOT exists(order_completed WITHIN 7 DAYS)
sequence(product_added THEN NOT WITHIN 4 HOURS order_completed WITHIN 2 DAYS)
sequence(email_opened WHERE campaign = 'spring-26' THEN WITHIN 3 DAYS order_completed)
sequence(trial_started THEN WITHIN 14 DAYS subscription_started WITHIN 60 DAYS)
periods(login WITHIN 4 WEEKS) = 4 AND count(login WITHIN 1 DAY) = 0
count(invoice_failed SINCE INSTANT '2026-01-01T00:00:00+01:00') > 0
exists(feature_used WHERE name = 'export' AND plan <> 'free' WITHIN 1 WEEK)
count("Order Completed" WHERE "is gift" = TRUE THIS YEAR IN 'America/New_York') >= 1
max(order_completed.revenue) > 1000 OR segment('vip')
min(session.duration WITHIN 30 DAYS) < 10
consent('email_marketing', 'email') AND NOT consent('profiling')
month(birth_date) = 12 AND day(birth_date) BETWEEN 1 AND 24
age(birth_date, 'America/Sao_Paulo') NOT BETWEEN 13 AND 17
email NOT LIKE '%@example.%' AND email IS NOT NULL
ends_with(lower(email), '.edu') OR ends_with(lower(email), '.ac.uk')
fold(last_name) IN ('muller', 'mueller')
starts_with(postal_code, '2A') OR starts_with(postal_code, '2B')
length(phone) >= 10 AND NOT starts_with(phone, '+33')
sample(50, 'button colour') AND profile_age() < 14
joined IS LAST QUARTER IN 'Asia/Tokyo'
joined IS FROM INSTANT '2025-11-28T00:00:00-05:00' TO INSTANT '2025-12-02T00:00:00-05:00'
number(points) >= 500 AND date(expiry) IS WITHIN 1 CALENDAR MONTHS IN 'Europe/Madrid'
NOT (tier = 'none' OR tier IS MISSING) AND (city = 'Paris' OR postal_code LIKE '75___')
email IN LIST 'suppression' OR phone NOT IN LIST 'do not call'
'newsletter' IN interests AND 'sale' NOT IN interests
"customer.type" = 'b2b' AND employees > 250
exists(order_completed FROM 60 TO 30 DAYS AGO) AND NOT exists(order_completed WITHIN 30 DAYS)
città = 'Forlì' OR "ciudad natal" = 'Cádiz'
country = 'FR'
country <> 'FR'
country != 'FR'
points < 5
points <= 5
points > 5
points >= 5
points = -5
points = - 5
points = 0
points = -0
points = 12.50
points = 0.1
points = 007
points = 9007199254740991
country='FR'
  country   =\t'FR'  
name = ''
name = 'O''Brien'
name = ''''
name = 'été, "quoted" and naïve'
name = 'a % b _ c'
"Date d'achat" = 'x'
"and" = 'x'
"country" = 'FR'
"a.b" = 'x'
prénom = 'Zoé'
名前 = '太郎'
_private = 'x'
x1 = 'x'
date = 'x'
missing = 'x'
days = 3
order_completed.revenue > 3
'FR' = country
5 < points
city = birth_city
lower(email) = 'ann@example.com'
LOWER(email) = 'ann@example.com'
lower ( email ) = 'ann@example.com'
fold(city) = fold('Orléans')
length(upper(city)) > 3
birth_date < DATE '2000-01-01'
birth_date = date '2024-02-29'
date(text) = DATE '1999-12-31'
country IN ('FR')
country IN ('FR', 'BE', 'LU')
country in('FR','BE')
country NOT IN ('FR', 'BE')
NOT country IN ('FR', 'BE')
points IN (1, 2.5, -3)
birth_date IN (DATE '2000-01-01', DATE '2000-01-02')
'crm' IN sources
'crm' NOT IN sources
points BETWEEN 1 AND 5
points NOT BETWEEN 1 AND 5
points BETWEEN 1 AND 5 AND country = 'FR'
points BETWEEN low AND high OR country = 'FR'
birth_date BETWEEN DATE '1980-01-01' AND DATE '1989-12-31'
age(birth_date) BETWEEN 18 AND 25
email LIKE '%@example.com'
email NOT LIKE '%@example.com'
email like 'a_b%'
email LIKE '100\\%'
lower(email) LIKE 'a%'
email IS MISSING
email IS NULL
email is null
email IS NOT MISSING
email IS NOT NULL
email IS PRESENT
email IS NOT PRESENT
age(birth_date) IS MISSING
has(email)
NOT has(email)
has(email) = TRUE
source('crm')
segment('loyal')
segment('it''s')
TRUE
FALSE
NOT TRUE
true or false
starts_with(postal_code, '75')
ends_with(lower(email), '.fr') AND contains(city, 'Saint')
a = 1 AND b = 2
a = 1 AND b = 2 AND c = 3
a = 1 OR b = 2 OR c = 3
a = 1 AND b = 2 OR c = 3
a = 1 OR b = 2 AND c = 3
a = 1 OR b = 2 AND c = 3 OR d = 4
(a = 1 OR b = 2) AND c = 3
a = 1 AND (b = 2 OR c = 3)
(a = 1 AND b = 2) AND c = 3
a = 1 AND (b = 2 AND c = 3)
(a = 1 OR b = 2) OR c = 3
((a = 1))
(((a = 1 AND ((b = 2)))))
NOT a = 1
NOT NOT a = 1
NOT (a = 1)
NOT (a = 1 AND b = 2)
NOT a = 1 AND b = 2
NOT (a = 1 OR b = 2) AND NOT (c = 3)
a = 1 and not b = 2 or not (c = 3)
count(order_completed) >= 3
count(order_completed WITHIN 90 DAYS) >= 3
count(order_completed WITHIN 1 DAY) >= 3
count(order_completed WHERE revenue >= 50 WITHIN 30 DAYS) >= 2
count(order_completed WHERE revenue >= 50 AND country = 'FR' OR vip = TRUE) >= 2
NOT exists(refund WITHIN 7 days)
sum(order_completed.revenue WITHIN 2 WEEKS) > 100.5
sequence(cart, order_completed WITHIN 48 HOURS)
exists(page WITHIN 30 MINUTES)
now() > 3
consent('email_marketing')
country = 'FR' AND consent('email_marketing') AND NOT exists(refund WITHIN 7 DAYS)
exists(a WHERE count(b WITHIN 1 HOUR) > 2)
f(g(h(x)), 'y', 3, TRUE, DATE '2020-01-01') = 1
email IN LIST 'vip'
lower(email) not in list 'it''s'
'crm' IN list
list = 'x'
'gold' IN tags
joined IS WITHIN 30 DAYS
joined IS NOT WITHIN 1 WEEK
joined is within 12 hours
joined IS WITHIN 3 CALENDAR MONTHS IN 'Europe/Paris'
joined IS BEFORE 30 DAYS AGO
joined IS FROM 60 TO 30 DAYS AGO
joined IS THIS YEAR IN 'UTC'
joined IS LAST MONTH IN 'America/New_York'
joined IS LAST 2 CALENDAR QUARTERS IN 'UTC'
joined IS SINCE INSTANT '2026-01-01T00:00:00Z'
joined IS BEFORE INSTANT '2026-01-01T00:00:00+01:00'
joined IS FROM INSTANT '2025-01-01T00:00:00Z' TO INSTANT '2026-01-01T00:00:00Z'
last(order_completed) > INSTANT '2026-01-31T12:30:15.250Z'
last(order_completed) IS WITHIN 2 WEEKS
first(order_completed.channel) = 'web'
first("Order Completed", channel) = 'web'
instant = 'x'
then = 'x'
count(from) > 1
count(last) > 1
count(order WITHIN 3 CALENDAR DAYS IN 'UTC') > 1
count(order THIS MONTH IN 'Europe/Paris') > 1
count(order LAST 3 MONTHS IN 'Europe/Paris') > 1
count(order LAST CALENDAR WEEK IN 'UTC') > 1
count(order FROM 60 TO 30 DAYS AGO) = 0
count(order BEFORE 6 HOURS AGO) = 0
count(order SINCE INSTANT '2026-01-01T00:00:00Z') > 1
count(order BEFORE INSTANT '2026-01-01T00:00:00Z') > 1
count(order FROM INSTANT '2025-01-01T00:00:00Z' TO INSTANT '2026-01-01T00:00:00Z') > 1
count(order WHERE a = 1 FROM 60 TO 30 DAYS AGO) > 1
count(order WHERE a BETWEEN 1 AND 5 WITHIN 30 DAYS) > 1
count(order WHERE 'x' IN items WITHIN 30 DAYS) > 1
sum(order_completed.revenue LAST 1 YEARS IN 'UTC') > 1000
avg(order.revenue) BETWEEN 10 AND 20
min(order.revenue WHERE channel = 'web') > 5
distinct(page.name WITHIN 7 DAYS) >= 3
periods(order WITHIN 6 CALENDAR MONTHS IN 'Europe/Paris') >= 4
periods(login WITHIN 4 WEEKS) = 4
absence(order WITHIN 90 DAYS)
sequence(cart THEN order)
sequence(cart THEN WITHIN 2 HOURS order)
sequence(cart THEN WITHIN 2 HOURS order WITHIN 30 DAYS)
sequence(cart THEN NOT WITHIN 2 HOURS order WITHIN 30 DAYS)
sequence(cart WHERE total > 50 THEN WITHIN 1 DAY checkout THEN NOT WITHIN 1 WEEK order WHERE paid = TRUE)
sequence(a, b THEN c)
consent('marketing', 'email')
NOT consent('ads')
profile_age() > 30
sample(10, 'test of May')
age(birth_date, 'Europe/Paris') >= 18
exists(page WHERE name LIKE '/pricing%' WITHIN 1 HOURS) AND NOT exists(order WITHIN 30 DAYS)
segment('loyal') AND NOT segment('at risk') AND email IS PRESENT
count(a SINCE INSTANT '1970-01-01T00:00:00Z') > 0 OR count(b BEFORE 1 MINUTE AGO) > 0
""".strip("\n").split("\n")
GOOD += ["country = 'FR'\n  AND city = 'Lyon'", '"say ""hi""" = 1', "country\r\n=\r\n'FR'", "name = 'two\nlines'",
         "NOT " * 16 + "a = 1", "(" * 16 + "a = 1" + ")" * 16, "a" * 200 + " = 1"]

# ---------------------------------------------------------------- what does not; ¦ marks the place

COMPARISON = "expected a comparison (=, <>, <, <=, >, >=, IN, BETWEEN, LIKE, IS)"
END = "expected AND, OR or the end of the predicate"
QUOTES = "write texts in straight quotes: 'text'"
DEEP = "more than 16 levels are nested (name a part as a segment of its own and use segment('name'))"
NO_ARITHMETIC = "there is no arithmetic"
NOT_NUMBER = ("this number is not well-formed "
              "(write numbers as 12 or 12.5; write identifiers as text: '12ab')")
NOT_DATE = "this is not a date (write DATE 'YYYY-MM-DD', e.g. DATE '2026-01-31')"
ILIKE = "write lower(x) LIKE 'a%', or fold(x) LIKE 'a%' to leave accents aside too"
NO_REGEX = "there are no regular expressions; write LIKE, starts_with(), contains() or ends_with()"
NO_PARAMETERS = "a predicate has no parameters; write the value itself, texts in single quotes"
NO_QUERY = "a predicate is one condition, what stands after WHERE; count(), sum() and others look at events"
BAD = [
    ("¦", "expected a condition, found the end of the predicate"),
    ("   ¦", "expected a condition, found the end of the predicate"),
    ("country¦", f"{COMPARISON}, found the end of the predicate"),
    ("country ¦'FR'", f"{COMPARISON}, found the text 'FR'"),
    ("country =¦", "expected a value after =, found the end of the predicate"),
    ("country = 'FR' AND¦", "expected a condition, found the end of the predicate"),
    ("country = 'FR' ¦city = 'Lyon'", f"{END}, found 'city'"),
    ("country = 'FR'\n  AND city ¦~ 'Lyon'", f"'~' is not part of the language ({NO_REGEX})"),
    ("country = 'FR' AND\n¦OR city = 'Lyon'", "expected a condition, found 'OR'"),
    ("¦= 'FR'", "expected a condition, found '='"),
    ("¦AND country = 'FR'", "expected a condition, found 'AND'"),
    ("country ¦== 'FR'", "'==' is not part of the language (write = for equality)"),
    ("points ¦=> 5", "'=>' is not part of the language (write >=)"),
    ("points ¦=< 5", "'=<' is not part of the language (write <=)"),
    ("country = 'FR' ¦&& city = 'Lyon'", "'&&' is not part of the language (write AND)"),
    ("country = 'FR' ¦|| city = 'Lyon'", "'||' is not part of the language (write OR)"),
    ("¦!has(email)", "'!' is not part of the language (write NOT, or <> for inequality)"),
    ("country = ¦'FR", "the text that begins here has no end (close it with '; a ' inside it is written twice)"),
    ("name = 'O'¦Brien'", f"{END}, found 'Brien'"),
    ("name = 'a' ¦'b'", f"{END}, found the text 'b' (a ' inside a text is written twice: '')"),
    ("¦\"country = 'FR'", "the name that begins here has no end (close it with \"; a \" inside it is written twice)"),
    ("country = ¦‘FR’", f"'‘' is not part of the language ({QUOTES})"),
    ("country = ¦’FR’", f"'’' is not part of the language ({QUOTES})"),
    ("country = ¦“FR”", "'“' is not part of the language (write texts in straight single quotes: 'text')"),
    ("¦\"\" = 'x'", "this field name is empty (texts are written in single quotes: '')"),
    ("country = ¦\" \"", "this field name is empty (texts are written in single quotes: '')"),
    ("¦`country` = 'FR'", "'`' is not part of the language (write unusual field names in double quotes: \"the name\")"),
    ("country IN ¦['FR']",
     "'[' is not part of the language (write unusual field names in double quotes: \"the name\", lists in parentheses)"),
    ("country = 'FR'¦;", "';' is not part of the language (a predicate is one condition, without a final ;)"),
    ("country = 'FR' ¦-- France", "'--' is not part of the language (comments are not part of the language)"),
    ("points ¦+ 1 > 5", f"'+' is not part of the language ({NO_ARITHMETIC})"),
    ("points ¦- 1 > 5", f"{COMPARISON}, found '-' (there is no arithmetic; for a time write IS WITHIN 30 DAYS)"),
    ("count(¦*) > 5", "'*' is not part of the language "
     "(there is no arithmetic; an event count names the event: count(order_completed))"),
    ("points = ¦12ab", NOT_NUMBER),
    ("points = ¦12.", NOT_NUMBER),
    ("points = ¦1.2.3", NOT_NUMBER),
    ("points = ¦1e5", NOT_NUMBER),
    ("points = ¦.5", "'.' is not part of the language"),
    ("points = ¦9007199254740992", "this number is too large to be exact "
     "(numbers go up to 9007199254740991; write identifiers as text, in single quotes)"),
    ("points = ¦-'5'", "expected a value after =, found '-'"),
    ("country = ¦NULL", "expected a value after =, found 'NULL' (write IS MISSING or IS PRESENT)"),
    ("country <> ¦null", "expected a value after <>, found 'null' (write IS MISSING or IS PRESENT)"),
    ("1 < points ¦< 5", f"{END}, found '<' (for a range write x BETWEEN low AND high)"),
    ("(country = 'FR'¦", "expected AND, OR or ), found the end of the predicate"),
    ("country = 'FR'¦)", f"{END}, found ')'"),
    ("(¦)", "expected a condition, found ')'"),
    ("(country¦) = 'FR'", f"{COMPARISON}, found ')'"),
    ("country IN ¦'FR'", "expected a list such as ('a', 'b') after IN, found the text 'FR'"),
    ("country IN (¦)", "expected a text, number or date in the list, found ')'"),
    ("country IN ('FR',¦)", "expected a text, number or date in the list, found ')'"),
    ("country IN ('FR' ¦'BE')", "expected , or ), found the text 'BE' (a ' inside a text is written twice: '')"),
    ("country IN ('FR'¦", "expected , or ), found the end of the predicate"),
    ("country IN (¦FR)", "expected a text, number or date in the list, found 'FR'"),
    ("country NOT ¦= 'FR'", "expected IN, BETWEEN or LIKE after NOT, found '='"),
    ("country NOT ¦NULL", "expected IN, BETWEEN or LIKE after NOT, found 'NULL'"),
    ("points BETWEEN 1¦", "expected AND and the greatest value of BETWEEN, found the end of the predicate"),
    ("points BETWEEN 1¦, 5", "expected AND and the greatest value of BETWEEN, found ','"),
    ("points BETWEEN 1 AND¦", "expected a value after AND, found the end of the predicate"),
    ("points BETWEEN ¦AND 5", "expected a value after BETWEEN, found 'AND'"),
    ("email LIKE ¦5", "expected a pattern in single quotes after LIKE, found the number 5"),
    ("email LIKE ¦city", "expected a pattern in single quotes after LIKE, found 'city'"),
    ("email IS ¦'x'", "expected MISSING, NULL, PRESENT or NOT, found the text 'x'"),
    ("email IS ¦EMPTY",
     "expected MISSING, NULL, PRESENT or NOT, found 'EMPTY' (blank texts are missing: write IS MISSING)"),
    ("email IS NOT ¦TRUE", "expected MISSING, NULL or PRESENT, found 'TRUE' (write = TRUE or <> TRUE)"),
    ("birth_date < DATE ¦'01/02/2000'", "this is not a date (write DATE 'YYYY-MM-DD', e.g. DATE '2026-01-31')"),
    ("birth_date < DATE ¦'2023-02-29'", "this is not a date (write DATE 'YYYY-MM-DD', e.g. DATE '2026-01-31')"),
    ("birth_date < DATE ¦'2023-02-28T10:00'", "this is not a date (write DATE 'YYYY-MM-DD', e.g. DATE '2026-01-31')"),
    ("birth_date < DATE ¦2000", f"{END}, found the number 2000"),
    ("lower(email ¦= 'x'", "expected , or ), found '='"),
    ("lower(¦,email) = 'x'", "expected an argument, found ','"),
    ("lower(email,¦) = 'x'", "expected an argument, found ')'"),
    ("\"lower\"¦(email) = 'x'", f"{COMPARISON}, found '(' (function names take no quotes)"),
    ("¦a.b(c) = 1", "this is not the name of a function"),
    ("count(order WITHIN ¦DAYS) > 1", "expected a whole number from 1 to 1000000 after WITHIN, found 'DAYS'"),
    ("count(order WITHIN ¦0 DAYS) > 1", "expected a whole number from 1 to 1000000 after WITHIN, found the number 0"),
    ("count(order WITHIN ¦1.5 DAYS) > 1",
     "expected a whole number from 1 to 1000000 after WITHIN, found the number 1.5"),
    ("count(order WITHIN 7 ¦MONTHS) > 1", "expected MINUTES, HOURS, DAYS or WEEKS, found 'MONTHS' "
     "(a calendar unit names its time zone: WITHIN 3 CALENDAR MONTHS IN 'Europe/Paris')"),
    ("count(order WITHIN 7¦) > 1", "expected MINUTES, HOURS, DAYS or WEEKS, found ')'"),
    ("count(order WITHIN 7 DAYS ¦WHERE a = 1) > 1", "expected ), found 'WHERE'"),
    ("count(order WHERE a = 1 ¦b = 2) > 1", "expected AND, OR, WITHIN or ), found 'b'"),
    ("country = 'FR' ¦WHERE a = 1", f"{END}, found 'WHERE'"),
    ("SELECT ¦* FROM x", "'*' is not part of the language "
     "(there is no arithmetic; an event count names the event: count(order_completed))"),
    ("'FR'¦", f"{COMPARISON}, found the end of the predicate"),
    ("5¦", f"{COMPARISON}, found the end of the predicate"),
    ("prénom = 'Zoé' AND 名前 ¦太郎", f"{COMPARISON}, found '太郎'"),
    ("name = 'two\nlines' ¦x", f"{END}, found 'x'"),
    ("a = 1 AND\r\n\r\n\tb ¦c", f"{COMPARISON}, found 'c'"),
    ("¦\u0000 = 1", "'\\0' is not part of the language"),
    ("a = 1 AND ¦😀 = 2", "'😀' is not part of the language"),
    ("NOT " * 16 + "NOT ¦a = 1", DEEP),
    ("(" * 17 + "¦a = 1" + ")" * 17, DEEP),
    ("x" * 40 + " ¦" + "y" * 40, f"{COMPARISON}, found '{'y' * 30}...'"),
    ("email IN LIST ¦vip", f"{END}, found 'vip'"),
    ("joined IS WITHIN ¦DAYS", "expected a whole number from 1 to 1000000 after WITHIN, found 'DAYS'"),
    ("joined IS WITHIN 7 ¦", "expected MINUTES, HOURS, DAYS or WEEKS, found the end of the predicate"),
    ("joined IS NOT ¦SOON", "expected MISSING, NULL or PRESENT, found 'SOON'"),
    ("joined IS BEFORE ¦'2026'", "expected a whole number from 1 to 1000000 after BEFORE, found the text '2026'"),
    ("joined IS BEFORE 30 DAYS¦", "expected AGO, found the end of the predicate"),
    ("joined IS FROM 30 ¦60 DAYS AGO", "expected TO and the other end of the window, found the number 60"),
    ("joined IS FROM 30 TO ¦60 DAYS AGO", "60 is not nearer than 30 (write the farther end first: FROM 60 TO 30 DAYS AGO)"),
    ("joined IS FROM 60 TO 30 DAYS¦", "expected AGO, found the end of the predicate"),
    ("joined IS FROM ¦x TO y", "expected a whole number from 1 to 1000000 after FROM, found 'x'"),
    ("joined IS SINCE ¦DATE '2026-01-01'", "expected INSTANT '...' after SINCE, found 'DATE'"),
    ("joined IS SINCE INSTANT ¦'2026-01-01'",
     "this is not an instant (write it with its offset: INSTANT '2026-01-31T12:00:00+01:00')"),
    ("joined IS BEFORE INSTANT ¦'yesterday'",
     "this is not an instant (write it with its offset: INSTANT '2026-01-31T12:00:00+01:00')"),
    ("joined IS FROM INSTANT '2026-01-01T00:00:00Z' TO ¦INSTANT '2025-01-01T00:00:00Z'",
     "this instant is not after the first (write the earlier one first)"),
    ("joined IS THIS ¦HOUR IN 'UTC'", "expected DAYS, WEEKS, MONTHS, QUARTERS or YEARS, found 'HOUR'"),
    ("joined IS THIS MONTH¦", "expected IN and a time zone such as 'Europe/Paris', found the end of the predicate"),
    ("joined IS THIS MONTH IN ¦Paris", "expected a time zone such as 'Europe/Paris', found 'Paris'"),
    ("joined IS LAST ¦0 MONTHS IN 'UTC'", "expected a whole number from 1 to 1000000 after LAST, found the number 0"),
    ("joined IS WITHIN 3 CALENDAR ¦FORTNIGHTS IN 'UTC'",
     "expected DAYS, WEEKS, MONTHS, QUARTERS or YEARS, found 'FORTNIGHTS'"),
    ("count(order WITHIN 3 CALENDAR MONTHS¦) > 1",
     "expected IN and a time zone such as 'Europe/Paris', found ')'"),
    ("count(order LAST 3¦) > 1", "expected DAYS, WEEKS, MONTHS, QUARTERS or YEARS, found ')'"),
    ("sequence(a THEN¦) = TRUE", "expected the name of an event, found ')'"),
    ("sequence(a THEN ¦'b')", "expected the name of an event, found the text 'b'"),
    ("sequence(a THEN NOT WITHIN ¦b)", "expected a whole number from 1 to 1000000 after WITHIN, found 'b'"),
    ("sequence(a THEN b ¦c)", "expected AND, OR, WITHIN or ), found 'c'"),
    ("sequence(a THEN b WHERE¦)", "expected a condition, found ')'"),
    ("sequence(a THEN WITHIN 2 ¦b)", "expected MINUTES, HOURS, DAYS or WEEKS, found 'b'"),
    ("last(a) > INSTANT ¦'2026-13-01T00:00:00Z'",
     "this is not an instant (write it with its offset: INSTANT '2026-01-31T12:00:00+01:00')"),
    ("last(a) > INSTANT ¦5", f"{END}, found the number 5"),
    ("count(order WITHIN ¦1000001 DAYS) > 1",
     "expected a whole number from 1 to 1000000 after WITHIN, found the number 1000001"),
    ("count(order BEFORE 30 DAYS¦) > 1", "expected AGO, found ')'"),
    ("count(order WITHIN 7 DAYS ¦WITHIN 8 DAYS) > 1", "expected ), found 'WITHIN'"),
    ("count(order FROM 7 ¦DAYS) > 1", "expected TO and the other end of the window, found 'DAYS'"),
    # Habits of those who come from PostgreSQL, MySQL, Spark or a host language.
    ("country ¦ILIKE 'f%'", f"{COMPARISON}, found 'ILIKE' ({ILIKE})"),
    ("email ¦REGEXP '^ann'", f"{COMPARISON}, found 'REGEXP' ({NO_REGEX})"),
    ("email ¦rlike '^ann'", f"{COMPARISON}, found 'rlike' ({NO_REGEX})"),
    ("email ¦~* '@gmail'", f"'~' is not part of the language ({NO_REGEX})"),
    ("points¦::int > 5", "'::' is not part of the language (there are no casts; number(x) and date(x) read a text)"),
    ("country = ¦?", f"'?' is not part of the language ({NO_PARAMETERS})"),
    ("country = ¦:country", f"':' is not part of the language ({NO_PARAMETERS})"),
    ("country = ¦$1", f"'$' is not part of the language ({NO_PARAMETERS})"),
    ("country = ¦@country", f"'@' is not part of the language ({NO_PARAMETERS})"),
    ("points ¦% 2 = 0", "'%' is not part of the language (there is no arithmetic; as a pattern: LIKE '%text%')"),
    ("points > 5 ¦# big spenders", "'#' is not part of the language (comments are not part of the language)"),
    ("country = 'FR'\n¦-- only France", "'--' is not part of the language (comments are not part of the language)"),
    ("country = 'FR' ¦/* France */", "'/*' is not part of the language (comments are not part of the language)"),
    ("last(order) > now() ¦- INTERVAL '30 days'",
     f"{END}, found '-' (there is no arithmetic; for a time write IS WITHIN 30 DAYS)"),
    ("joined > INTERVAL ¦'30 days'",
     f"{END}, found the text '30 days' (write a window: last(order_completed) IS WITHIN 30 DAYS)"),
    ("joined > TIMESTAMP ¦'2026-01-01 00:00:00'",
     f"{END}, found the text '2026-01-01 00:00:00' (write DATE '2026-01-31', or INSTANT '2026-01-31T12:00:00+01:00')"),
    ("count(DISTINCT ¦sku) > 3", "expected , or ), found 'sku' (write distinct(event.property))"),
    ("CASE ¦WHEN country = 'FR' THEN TRUE ELSE FALSE END",
     f"{COMPARISON}, found 'WHEN' (there is no CASE; write the condition with AND, OR and NOT)"),
    ("SELECT ¦profile_id FROM profiles", f"{COMPARISON}, found 'profile_id' ({NO_QUERY})"),
    ("exists(SELECT ¦1 FROM orders)", f"expected , or ), found the number 1 ({NO_QUERY})"),
    ("country = 'FR' ¦ORDER BY city", f"{END}, found 'ORDER' ({NO_QUERY})"),
    ("country = 'FR' ¦LIMIT 10", f"{END}, found 'LIMIT' ({NO_QUERY})"),
    ("country = 'FR' ¦GROUP BY city", f"{END}, found 'GROUP' ({NO_QUERY})"),
    ("count(order) ¦OVER (PARTITION BY country) > 1", f"{END}, found 'OVER' ({NO_QUERY})"),
    ("country = 'FR' ¦UNION country = 'BE'", f"{END}, found 'UNION' (write OR)"),
    ("country = 'FR' ¦XOR city = 'Lyon'", f"{END}, found 'XOR' (write (a OR b) AND NOT (a AND b))"),
    ("city LIKE 'a!%' ¦ESCAPE '!'",
     f"{END}, found 'ESCAPE' (in a pattern \\% and \\_ stand for the characters themselves)"),
    ("city = 'lyon' ¦COLLATE nocase",
     f"{END}, found 'COLLATE' (write lower(x) or fold(x) to leave capitals or accents aside)"),
    ("vip IS ¦TRUE", "expected MISSING, NULL, PRESENT or NOT, found 'TRUE' (write = TRUE or <> TRUE)"),
    ("email IS ¦blank",
     "expected MISSING, NULL, PRESENT or NOT, found 'blank' (blank texts are missing: write IS MISSING)"),
    ("email IS NOT ¦DISTINCT FROM city",
     "expected MISSING, NULL or PRESENT, found 'DISTINCT' (a missing value is asked for by IS MISSING)"),
    ("country <=¦> 'FR'", "expected a value after <=, found '>'"),
    ("country IN ¦{'FR'}", "'{' is not part of the language"),
    ("country IN (¦\"FR\", \"BE\")",
     "expected a text, number or date in the list, found the field \"FR\" (texts are written in single quotes: 'text')"),
    ("country IN (¦NULL)", "expected a text, number or date in the list, found 'NULL'"),
    ("country IN ('FR'¦; 'BE')",
     "';' is not part of the language (a predicate is one condition, without a final ;)"),
    ("email LIKE ¦\"%@gmail.com\"",
     "expected a pattern in single quotes after LIKE, found the field \"%@gmail.com\" "
     "(texts are written in single quotes: 'text')"),
    ("name ¦CONTAINS 'x'", f"{COMPARISON}, found 'CONTAINS' (write contains(x, 'part'), or 'item' IN x for a list)"),
    ("email ¦STARTS WITH 'a'", f"{COMPARISON}, found 'STARTS' (write starts_with(x, 'part'))"),
    ("joined ¦AFTER DATE '2025-01-01'", f"{COMPARISON}, found 'AFTER' (write >)"),
    ("country ¦EQUALS 'FR'", f"{COMPARISON}, found 'EQUALS' (write =)"),
    # Slips of the hand.
    ("country = 'FR' AND ¦AND city = 'Lyon'", "expected a condition, found 'AND'"),
    ("country = 'FR'¦, city = 'Lyon'", f"{END}, found ','"),
    ("country = ¦<> 'FR'", "expected a value after =, found '<>'"),
    ("NOT¦", "expected a condition, found the end of the predicate"),
    ("¦)", "expected a condition, found ')'"),
    ("country NOT LIKE¦", "expected a pattern in single quotes after LIKE, found the end of the predicate"),
    ("country NOT ¦IS NULL", "expected IN, BETWEEN or LIKE after NOT, found 'IS'"),
    ("country IS¦", "expected MISSING, NULL, PRESENT or NOT, found the end of the predicate"),
    ("points BETWEEN 5 ¦TO 10", "expected AND and the greatest value of BETWEEN, found 'TO'"),
    ("points > 1¦,000", f"{END}, found ','"),
    ("points = ¦1_000", NOT_NUMBER),
    ("revenue > ¦€50", "'€' is not part of the language"),
    ("points > 5 ¦points < 10", f"{END}, found 'points'"),
    ("country = 'FR' AND\n city = ¦'Lyon\n AND size > 1",
     "the text that begins here has no end (close it with '; a ' inside it is written twice)"),
    ("joined > DATE ¦'31/12/2025'", NOT_DATE),
    ("joined > DATE ¦'2025-00-10'", NOT_DATE),
    ("DATE ¦2026-01-01 < joined", f"{COMPARISON}, found the number 2026"),
    ("joined IS WITHIN ¦THE LAST 7 DAYS", "expected a whole number from 1 to 1000000 after WITHIN, found 'THE'"),
    ("count(order_completed) ¦WITHIN 30 DAYS >= 2",
     f"{END}, found 'WITHIN' (WHERE and the window stand inside of the parentheses: "
     "count(order_completed WITHIN 30 DAYS))"),
    ("count(order_completed ¦IN LAST 30 DAYS) >= 2", "expected , or ), found 'IN'"),
    ("exists(order_completed WITHIN ¦-7 DAYS)", "expected a whole number from 1 to 1000000 after WITHIN, found '-'"),
    ("sum(order_completed¦.) > 5", "'.' is not part of the language"),
    ("count(Order ¦Completed) > 1", "expected , or ), found 'Completed'"),
    ("has(email¦", "expected , or ), found the end of the predicate"),
    ("consent('email' ¦AND 'sms')", "expected , or ), found 'AND'"),
    ("segment('loyal' ¦'vip')",
     "expected , or ), found the text 'vip' (a ' inside a text is written twice: '')"),
    ("¦" + "a" * 201 + " = 1", "this name is longer than 200 characters"),
]


def parse_cases():
    cases = [{"name": text.strip()[:60].replace("\n", " "), "input": [text], "output": tree(text)} for text in GOOD]
    for marked, reason in BAD:
        before, text = marked.split("¦")[0], marked.replace("¦", "")
        line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
        cases.append({"name": "refuses " + (text[:50] or "the empty text").replace("\n", " "), "input": [text],
                      "error": "predicate_syntax", "message": f"line {line}, column {column}: {reason}"})
    long = "x = '" + "a" * 65536 + "'"
    cases.append({"name": "refuses what is too long", "input": [long], "error": "predicate_syntax",
                  "message": f"line 1, column 1: the predicate has {len(long)} bytes, the limit is 65536 "
                             "(split it into named segments, or match long lists as a field of the records)"})
    return cases


# ---------------------------------------------------------------- members: SQLite decides

NOW = "2026-03-15"
KINDS = {"points": "number", "joined": "date", "tier": "category"}
COLUMNS = {"country": str, "city": str, "email": str, "postal_code": str, "birth_date": str, "points": float,
           "joined": str, "tier": str}
PROFILES = [
    {"country": "FR", "city": "Orléans", "email": "ann@example.com", "birth_date": "1980-06-15", "points": "12.5",
     "joined": "2024-01-31T23:59:00Z", "tier": "gold", "postal_code": "45000", "records": ["crm", "crm", "pos"]},
    {"country": "FR", "city": "orleans", "email": "Bob@Example.com", "birth_date": "2008-03-15", "points": "0",
     "tier": "7", "postal_code": "75011"},
    {"country": "BE", "city": "Liège", "points": "-3", "joined": "2025-12-01", "tier": "silver", "records": ["pos"]},
    {"city": "Saint-Étienne", "email": "c_d@example.fr", "birth_date": "2008-03-16", "points": "100"},
    {"country": "LU", "email": "100%@example.lu", "birth_date": "2000-02-29", "tier": "gold", "records": ["web", "pos"]},
    {"records": ["web"]},
    {"country": "fr", "city": "O'Brien's town", "birth_date": "not a date", "points": "many", "joined": "2024-02-29"},
    {"country": "FR", "city": "Lyon", "email": "d@d.d", "birth_date": "1999-12-31", "points": "12.50", "tier": "12",
     "postal_code": "75011", "records": ["crm", "pos", "web", "web"]},
]
MEMBERS = """
country = 'FR'
country <> 'FR'
NOT country = 'FR'
country <> 'FR' OR country IS MISSING
country IS MISSING
country IS PRESENT
country IS NOT NULL AND city IS NULL
country IN ('FR', 'BE')
country NOT IN ('FR', 'BE')
NOT country NOT IN ('FR', 'BE')
country < 'FR'
country >= 'LU'
country BETWEEN 'BE' AND 'FR'
country NOT BETWEEN 'BE' AND 'FR'
country = city
country < city
upper(country) = 'FR'
lower(country) IN ('fr', 'be')
points = 12.5
points <> 12.5
points > 0
points >= 0 AND points < 100
points BETWEEN -3 AND 12.5
points BETWEEN 12.5 AND -3
points IN (0, 100)
points NOT IN (0, 100)
points IS MISSING
NOT points > 0
5 < points
number(tier) > 7
number(tier) >= 7
number(tier) IS MISSING
tier = '7'
birth_date < DATE '2000-01-01'
birth_date >= DATE '2000-02-29'
birth_date = DATE '2008-03-15'
birth_date IN (DATE '1999-12-31', DATE '2008-03-16')
birth_date BETWEEN DATE '1980-01-01' AND DATE '1999-12-31'
birth_date IS MISSING
joined = DATE '2024-01-31'
joined > DATE '2024-01-31'
joined < birth_date
year(birth_date) = 1999
month(birth_date) = 2 AND day(birth_date) = 29
month(joined) = 12
age(birth_date) >= 18
age(birth_date) < 18
age(birth_date) BETWEEN 17 AND 26
age(birth_date) IS MISSING
NOT age(birth_date) >= 18
NOT (age(birth_date) >= 18 OR birth_date IS MISSING)
date(postal_code) IS MISSING
city LIKE 'O%'
city LIKE '%s'
city LIKE '_r%'
city LIKE '%''%'
city LIKE '%'
city LIKE ''
city NOT LIKE 'O%'
email LIKE '%@example.__'
email LIKE '100\\%%'
email LIKE '%\\_%'
lower(email) LIKE '%@example.com'
fold(city) = 'orleans'
fold(city) = fold('ORLÉANS')
fold(city) LIKE 'saint %'
fold(city) = 'obriens town'
length(city) = 7
length(postal_code) = 5 AND starts_with(postal_code, '75')
ends_with(lower(email), '.com')
contains(city, 'Étienne')
NOT contains(city, 'Étienne')
starts_with(city, country)
has(email)
NOT has(email)
has(email) AND has(birth_date)
has(birth_date)
has(email) = TRUE
has(email) <> FALSE
size = 1
size > 1
size BETWEEN 2 AND 3
source('crm')
NOT source('crm')
'pos' IN sources
'web' NOT IN sources
'crm' IN sources AND 'pos' IN sources
length(sources) >= 2
length(sources) = 3 OR size = 3
TRUE
FALSE
NOT FALSE
'a' = 'a'
'a' = 'b' OR 1 < 2
country = 'FR' AND city = 'Lyon'
country = 'FR' OR points > 0
country = 'FR' AND points > 0 OR tier = 'gold'
country = 'FR' AND (points > 0 OR tier = 'gold')
NOT (country = 'FR' AND points > 0)
NOT (country = 'FR' OR points > 0)
NOT NOT country = 'FR'
country = 'FR' AND country IS MISSING
country = 'FR' OR NOT country = 'FR'
country = 'FR' OR NOT country = 'FR' OR country IS MISSING
tier = 'gold' AND NOT email LIKE '%.lu' AND age(birth_date) >= 18
""".strip("\n").split("\n")


def fold(text):
    text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).casefold()
    return " ".join(re.sub(r"[^\w\s]", " ", text.replace("'", "")).split())


def read_date(text):
    try:
        return datetime.date.fromisoformat(text[:10]).isoformat() if text[10:11] in ("", "T", " ") else None
    except ValueError:
        return None


def read_number(text):
    return float(text) if re.fullmatch(r"[+-]?\d+(\.\d+)?", text) else None


def age(birth):
    b, n = (tuple(map(int, d.split("-"))) for d in (birth, NOW))
    return n[0] - b[0] - (n[1:] < b[1:])


def nullable(function):
    return lambda *args: None if None in args else function(*args)


def database():
    base = sqlite3.connect(":memory:")
    base.execute("PRAGMA case_sensitive_like = ON")
    functions = {"lower": str.lower, "upper": str.upper, "fold": fold, "starts_with": str.startswith,
                 "ends_with": str.endswith, "contains": lambda a, b: b in a, "number": read_number, "date": read_date,
                 "year": lambda d: int(d[:4]), "month": lambda d: int(d[5:7]), "day": lambda d: int(d[8:]), "age": age}
    for name, function in functions.items():
        base.create_function(name, -1, nullable(function))
    base.create_function("has", 1, lambda value: value is not None)
    columns = ", ".join(f"{name} {'REAL' if kind is float else 'TEXT'}" for name, kind in COLUMNS.items())
    base.execute(f"CREATE TABLE p (n INTEGER, size INTEGER, sources TEXT, source_count INTEGER, {columns})")
    return base


def rewritten(text):
    text = re.sub(r"\bDATE '", "'", text)
    text = text.replace("IS MISSING", "IS NULL").replace("IS PRESENT", "IS NOT NULL")
    text = re.sub(r"(LIKE '(?:[^']|'')*')", r"\1 ESCAPE '\\'", text)
    text = re.sub(r"source\('(\w+)'\)", r"(instr(sources, ',\1,') > 0)", text)
    text = re.sub(r"'(\w+)' (NOT )?IN sources", r"\2(instr(sources, ',\1,') > 0)", text)
    return text.replace("length(sources)", "source_count")


def members(profiles, texts):
    base = database()
    for number, profile in enumerate(profiles):
        records = profile.get("records", ["crm"])
        values = [profile.get(name) for name in COLUMNS]
        values = [read_number(v) if v and name == "points" else read_date(v) if v and name in ("birth_date", "joined")
                  else v for name, v in zip(COLUMNS, values)]
        row = [number, len(records), "," + ",".join(records) + ",", len(set(records)), *values]
        base.execute(f"INSERT INTO p VALUES ({', '.join('?' * len(row))})", row)
    return [[n for n, in base.execute(f"SELECT n FROM p WHERE {rewritten(text)} ORDER BY n")] for text in texts]


def drawn_condition(rng, depth):
    if depth and rng.random() < 0.7:
        joined = f" {rng.choice(['AND', 'OR'])} ".join(f"({drawn_condition(rng, depth - 1)})" for _ in range(rng.choice([2, 2, 3])))
        return rng.choice(["", "NOT "]) + f"({joined})"
    return rng.choice(["", "", "NOT "]) + rng.choice(MEMBERS[:-8])


def member_cases():
    rng = random.Random(7)
    drawn = [drawn_condition(rng, 3) for _ in range(40)]
    texts = MEMBERS + drawn
    names = MEMBERS + [f"drawn by seed, number {i + 1}" for i in range(len(drawn))]
    found = members(PROFILES, texts)
    cases = [{"name": name, "input": [PROFILES, text, NOW, KINDS], "output": output}
             for name, text, output in zip(names, texts, found)]
    for marked, code, reason in REFUSED:
        column = marked.index("¦") + 1
        text = marked.replace("¦", "")
        cases.append({"name": f"refuses {text}", "input": [PROFILES[:1] + PROFILES[-1:], text, NOW, KINDS],
                      "error": f"predicate_{code}", "message": f"line 1, column {column}: {reason}"})
    cases.append({"name": "refuses age() without today", "input": [PROFILES, "age(birth_date) > 3", None, KINDS],
                  "error": "invalid_input", "message": "age() needs to know what day it is "
                  "(give `now`, e.g. 2026-01-31: the library reads no clock)"})
    return cases


LIVE = "which a batch result does not have (use it in a live graph; over profiles, compare golden values)"
EVENTS = "they belong to functions of events, e.g. count(order_completed WITHIN 90 DAYS)"
LIST = "'sources' is a list, not a single value (write 'crm' IN sources, or length(sources) for how many there are)"
REFUSED = [
    ("¦contry = 'FR'", "unknown_name", "there is no field 'contry' (did you mean 'country'?)"),
    ("country = ¦FR", "unknown_name", "there is no field 'FR' (the fields are: country, city, email, birth_date, "
     "points, joined, tier, postal_code, size, sources; texts are written in single quotes: 'FR')"),
    ("country = 'FR' AND ¦Size > 1", "unknown_name", "there is no field 'Size' (did you mean 'size'?)"),
    ("¦lowr(city) = 'x'", "unknown_name", "there is no function 'lowr' (did you mean 'lower'?)"),
    ("source(¦'crn')", "unknown_name", "there is no source 'crn' (did you mean 'crm'?)"),
    ("¦'shop' IN sources", "unknown_name", "there is no source 'shop' (the sources are: crm, pos, web)"),
    ("points = ¦'5'", "type", "the number field 'points' cannot be compared with the text '5' "
     "(write the number without quotes)"),
    ("postal_code = ¦75011", "type", "the text field 'postal_code' cannot be compared with the number 75011 "
     "(write '75011' in quotes, or number(postal_code) to compare numbers)"),
    ("birth_date > ¦'2000-01-01'", "type", "the date field 'birth_date' cannot be compared with the text "
     "'2000-01-01' (write DATE 'YYYY-MM-DD')"),
    ("birth_date > ¦2000", "type", "the date field 'birth_date' cannot be compared with the number 2000 "
     "(compare its year(), or write DATE 'YYYY-MM-DD')"),
    ("tier > ¦DATE '2000-01-01'", "type", "the text field 'tier' cannot be compared with the date '2000-01-01' "
     "(write date(tier) to compare dates)"),
    ("country IN ('FR', ¦5)", "type", "the text field 'country' cannot be compared with the number 5 "
     "(write '5' in quotes, or number(country) to compare numbers)"),
    ("points BETWEEN 1 AND ¦'5'", "type", "the number field 'points' cannot be compared with the text '5' "
     "(write the number without quotes)"),
    ("points LIKE ¦'5%'", "type", "LIKE compares texts, the number field 'points' is not one"),
    ("city LIKE ¦'a\\b'", "syntax", "in a pattern \\ stands before %, _ or \\ only (write \\\\ for a \\ itself)"),
    ("¦lower(city)", "type", "lower() (a text) is not a condition (compare it with something)"),
    ("age(¦city) > 3", "type", "age() takes a date, found the text field 'city' (date(city) reads a text as a date)"),
    ("lower(¦points) = 'x'", "type", "lower() takes a text, found the number field 'points'"),
    ("¦lower(city, country) = 'x'", "type", "lower() takes 1 argument, found 2"),
    ("¦starts_with(city)", "type", "starts_with() takes 2 arguments, found 1"),
    ("¦has() = TRUE", "type", "has() takes 1 argument, found 0"),
    ("has(¦'email')", "type", "has() takes the name of a field"),
    ("source(¦crm)", "type", "source() takes a name in single quotes (e.g. source('name'))"),
    ("¦sources = 'crm'", "type", LIST),
    ("¦sources IS MISSING", "type", LIST),
    ("'FR' IN ¦country", "type", "the text field 'country' is not a list "
     "(write = for one value, IN ('a', 'b') for several)"),
    ("¦city IN sources", "type", "before IN sources stands the name of a source ('crm' IN sources)"),
    ("¦TRUE < FALSE", "type", "TRUE has no order (compare it with = TRUE)"),
    ("¦lower(city WITHIN 3 DAYS) = 'x'", "type", f"lower() takes neither WHERE nor WITHIN ({EVENTS})"),
    ("¦count(order_completed WITHIN 90 DAYS) >= 3", "unsupported", f"count() reads events, {LIVE}"),
    ("has(email) AND NOT ¦exists(refund)", "unsupported", f"exists() reads events, {LIVE}"),
    ("¦consent('email_marketing')", "unsupported", f"consent() reads consents, {LIVE}"),
]


def write(name, operation, cases):
    lines = ",\n".join("    " + json.dumps(case, ensure_ascii=False) for case in cases)
    text = f'{{\n  "operation": "{operation}",\n  "cases": [\n{lines}\n  ]\n}}\n'
    (FOLDER / name).write_text(text, encoding="utf-8")


def main():
    FOLDER.mkdir(exist_ok=True)
    write("parse.json", "segment.parse", parse_cases())
    write("members.json", "segment.members", member_cases())


if __name__ == "__main__":
    main()
