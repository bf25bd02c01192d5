"""Expected values of the smaller files of `conformance/normalize`, written by hand from the public rules of each kind:
RFC 5321 and 5322 and the providers' help pages for e-mail, ISO 8601 and the Gregorian calendar for dates, ISO 3166 for
countries, La Poste's and the postal services' abbreviations for addresses, INSEE's and the EU's check digits for
registers. Display forms follow Unicode's NFC. It shares no code with the core; `python3 normalize.py` writes the files.
"""

import decimal
import json
import pathlib
import unicodedata

MISSING = "placeholder: word for a missing value"


def shown(text):
    return " ".join(unicodedata.normalize("NFC", text).split())


def ok(text, key, display=None, **options):
    return make(text, key, "ok", display, options)


def bad(text, reason, display=None, **options):
    return make(text, "", f"invalid: {reason}", display, options)


def junk(text, rule="word for a missing value", **options):
    return make(text, "", f"placeholder: {rule}", None, options)


def make(text, key, verdict, display, options):
    name = text if text.isascii() and text.isprintable() else ascii(text)[1:-1]
    for option, value in options.items():
        name += f" ({option} {value})"
    given = [text] if not options else [text, options]
    return {"name": name or "empty", "input": given, "output": {"display": shown(text) if display is None else display, "key": key, "verdict": verdict}}


def wrong(text, **options):
    """A region that does not exist."""
    name = " ".join(f"({option} {value})" for option, value in options.items())
    return {"name": f"{text} {name}", "input": [text, options], "error": "invalid_config"}


def oks(block, **options):
    """Lines of `text | key`."""
    return [ok(*line.split(" | "), **options) for line in block.strip("\n").split("\n")]


def email():
    # Which characters of a mailbox mean nothing: help pages of Gmail, Outlook, Proton ("dots, hyphens and underscores"), Fastmail.
    cases = []
    for line in """
ann@example.fr | ann@example.fr | ann@example.fr
 Ann@EXAMPLE.fr  | Ann@example.fr | ann@example.fr
Jean.Dupont@Gmail.com | Jean.Dupont@gmail.com | jeandupont@gmail.com
j.e.a.n@gmail.com | j.e.a.n@gmail.com | jean@gmail.com
jean+shop@gmail.com | jean+shop@gmail.com | jean@gmail.com
jean.d+a+b@gmail.com | jean.d+a+b@gmail.com | jeand@gmail.com
jean.dupont@googlemail.com | jean.dupont@googlemail.com | jeandupont@gmail.com
jean.dupont@outlook.fr | jean.dupont@outlook.fr | jean.dupont@outlook.fr
jean.dupont+news@outlook.com | jean.dupont+news@outlook.com | jean.dupont@outlook.com
jean+x@hotmail.com | jean+x@hotmail.com | jean@hotmail.com
jean.d+x@live.fr | jean.d+x@live.fr | jean.d@live.fr
jean+x@icloud.com | jean+x@icloud.com | jean@icloud.com
jean@me.com | jean@me.com | jean@icloud.com
ann@bücher.example | ann@bücher.example | ann@bücher.example
ann@xn--bcher-kva.example | ann@bücher.example | ann@bücher.example
ann@XN--BCHER-KVA.example | ann@bücher.example | ann@bücher.example
ann@Bücher.Example | ann@bücher.example | ann@bücher.example
jean+x@mac.com | jean+x@mac.com | jean@icloud.com
jean+x@proton.me | jean+x@proton.me | jean@proton.me
jean@protonmail.com | jean@protonmail.com | jean@proton.me
jean@pm.me | jean@pm.me | jean@proton.me
jean+x@fastmail.com | jean+x@fastmail.com | jean@fastmail.com
jean.dupont+x@orange.fr | jean.dupont+x@orange.fr | jean.dupont+x@orange.fr
jean.dupont@orange.fr | jean.dupont@orange.fr | jean.dupont@orange.fr
jean-dupont@yahoo.fr | jean-dupont@yahoo.fr | jean-dupont@yahoo.fr
jean.d@laposte.net | jean.d@laposte.net | jean.d@laposte.net
a+b@company.com | a+b@company.com | a+b@company.com
o'brien@company.ie | o'brien@company.ie | o'brien@company.ie
user_name@sub.domain.co.uk | user_name@sub.domain.co.uk | user_name@sub.domain.co.uk
user%x@domain.org | user%x@domain.org | user%x@domain.org
!#$%&*/=?^`{|}~@domain.org | !#$%&*/=?^`{|}~@domain.org | !#$%&*/=?^`{|}~@domain.org
1234567890@domain.org | 1234567890@domain.org | 1234567890@domain.org
x@y.io | x@y.io | x@y.io
a@b-c.museum | a@b-c.museum | a@b-c.museum
MAILTO:jean@free.fr | jean@free.fr | jean@free.fr
mailto:jean@free.fr | jean@free.fr | jean@free.fr
Jean Dupont <jean.d@free.fr> | jean.d@free.fr | jean.d@free.fr
"Dupont, Jean" <jean.d@free.fr> | jean.d@free.fr | jean.d@free.fr
<jean@free.fr> | jean@free.fr | jean@free.fr
jean@free.fr. | jean@free.fr | jean@free.fr
jean@free.fr, | jean@free.fr | jean@free.fr
jean@free.fr; | jean@free.fr | jean@free.fr
(jean@free.fr) | jean@free.fr | jean@free.fr
'jean@free.fr' | jean@free.fr | jean@free.fr
jean@FREE.FR | jean@free.fr | jean@free.fr
JEAN@FREE.FR | JEAN@free.fr | jean@free.fr
JEAN.D@GMAIL.COM | JEAN.D@gmail.com | jeand@gmail.com
jean @free.fr | jean@free.fr | jean@free.fr
jean@ free.fr | jean@free.fr | jean@free.fr
info@company.fr | info@company.fr | info@company.fr
contact@company.fr | contact@company.fr | contact@company.fr
jean@yopmail.com | jean@yopmail.com | jean@yopmail.com
jérôme@café.fr | jérôme@café.fr | jérôme@café.fr
jean@gmial.com | jean@gmial.com | jean@gmial.com
testard@free.fr | testard@free.fr | testard@free.fr
marc.test@free.fr | marc.test@free.fr | marc.test@free.fr
noreplymartin@free.fr | noreplymartin@free.fr | noreplymartin@free.fr
nathalie.null@free.fr | nathalie.null@free.fr | nathalie.null@free.fr
A.B+c@gmail.com | A.B+c@gmail.com | ab@gmail.com
n.a@dupont.fr | n.a@dupont.fr | n.a@dupont.fr
t.est@free.fr | t.est@free.fr | t.est@free.fr
t.ata@free.fr | t.ata@free.fr | t.ata@free.fr
te+st@free.fr | te+st@free.fr | te+st@free.fr
bar@hotel-lutetia.fr | bar@hotel-lutetia.fr | bar@hotel-lutetia.fr
abc@company.fr | abc@company.fr | abc@company.fr
jean+x@outlook.de | jean+x@outlook.de | jean@outlook.de
jean+x@hotmail.it | jean+x@hotmail.it | jean@hotmail.it
jean+x@hotmail.es | jean+x@hotmail.es | jean@hotmail.es
jean+x@live.be | jean+x@live.be | jean@live.be
jean-d+x@outlook.com.br | jean-d+x@outlook.com.br | jean-d@outlook.com.br
j.e_a-n@proton.me | j.e_a-n@proton.me | jean@proton.me
j.ean+shop@protonmail.com | j.ean+shop@protonmail.com | jean@proton.me
j_ean@pm.me | j_ean@pm.me | jean@proton.me
j_ean@gmail.com | j_ean@gmail.com | j_ean@gmail.com
jean@sub.mailinator.com | jean@sub.mailinator.com | jean@sub.mailinator.com
""".strip("\n").split("\n"):
        text, display, key = line.split(" | ")
        cases.append(ok(text, key, display))
    cases.append(ok("\u200bjean@free.fr\u200b", "jean@free.fr", "jean@free.fr"))
    cases.append(ok("a" * 64 + "@free.fr", "a" * 64 + "@free.fr"))
    cases += [
        bad("jean", "no @"), bad("jean.free.fr", "no @"), bad("@free.fr", "nothing before the @"), bad("jean@", "nothing after the @"),
        bad("jean@free", "a domain without a dot"), bad("jean@free..fr", "a domain label that is empty or too long"),
        bad("jean@.fr", "a domain label that is empty or too long"), bad(".jean@free.fr", "a dot at an end or two dots in a row before the @"),
        bad("jean.@free.fr", "a dot at an end or two dots in a row before the @"), bad("je..an@free.fr", "a dot at an end or two dots in a row before the @"),
        bad("je an@free.fr", "a character that is not allowed before the @"), bad("jean@fr ee.fr", "a character that is not allowed in a domain"),
        bad("jean@-free.fr", "a domain label that begins or ends with a hyphen"), bad("jean@free-.fr", "a domain label that begins or ends with a hyphen"),
        bad("jean@free_x.fr", "a character that is not allowed in a domain"), bad("jean@free.f", "no such top-level domain"),
        bad("jean@192.168.1.1", "no such top-level domain"), bad("a" * 65 + "@free.fr", "more than 64 characters before the @"),
        bad("a@b@free.fr", "a character that is not allowed before the @"), bad("jean@" + "a" * 64 + ".fr", "a domain label that is empty or too long"),
        bad("jean(x)@free.fr", "a character that is not allowed before the @"),
        junk("test@test.com", "test address"), junk("test@free.fr", "test address"), junk("TEST@TEST.FR", "test address"), junk("toto@toto.com", "test address"),
        junk("jean@example.com", "test domain"), junk("a.b@example.org", "test domain"), junk("marie@test.com", "test domain"),
        junk("nc@nc.fr"), junk("na@na.com"), junk("none@none.com"), junk("noemail@free.fr"), junk("no-email@company.com"), junk("pasdemail@gmail.com"), junk("null@null.com"),
        junk("noreply@company.com", "address nobody reads"), junk("no-reply@company.com", "address nobody reads"), junk("ne-pas-repondre@company.fr", "address nobody reads"),
        junk("azerty@gmail.com", "keyboard run"), junk("qwerty@gmail.com", "keyboard run"), junk("aaa@aaa.com", "keyboard run"),
        junk("n/a"), junk("NC"), junk("none"), junk("unknown"), junk("-", "no letter or digit"), junk("@", "no letter or digit"),
    ]
    return cases


def birth_date():
    cases = []

    def on(iso, *texts, **options):
        cases.extend(ok(text, iso, iso, **options) for text in texts)

    on("1980-12-31", "1980-12-31", "1980/12/31", "1980.12.31", "19801231", "31/12/1980", "31.12.1980", "31-12-1980", "31 12 1980", "12/31/1980",
       "31 Dec 1980", "31 December 1980", "December 31, 1980", "Dec 31 1980", "31 décembre 1980", "31 decembre 1980", "31 déc. 1980", "31-Dec-1980",
       "31DEC1980", "31st December 1980", "December 31st, 1980", "1980-12-31T00:00:00", "1980-12-31T00:00:00Z", "1980-12-31 00:00:00", "1980-12-31T00:00:00.000+01:00",
       "1980-12-31T23:59:59-05:00", "mercredi 31 décembre 1980", "Wednesday, December 31, 1980", " 1980-12-31 ", "31/12/80", "31121980", "1980 December 31", "31/12/1980 00:00", "31/12/1980 00:00:00")
    on("1917-12-03", "19171203", "1917-12-03", "3 Dec 1917", "3 décembre 1917")
    on("1917-03-12", "12/03/1917", "12.03.1917", order="dmy")
    on("1917-12-03", "12/03/1917", order="mdy")
    on("1917-03-12", "1917/03/12", order="dmy")
    on("1990-01-13", "13/01/1990", "01/13/1990", order="dmy")
    on("1990-01-13", "13/01/1990", "01/13/1990", order="mdy")
    on("1985-04-03", "3/4/1985", "3/4/85", "03-04-85", order="dmy")
    on("1985-03-04", "3/4/1985", order="mdy")
    on("1985-03-04", "85-03-04", "85/3/4", order="ymd")
    on("1985-03-03", "3/3/1985")
    on("2000-02-29", "29/02/2000", "2000-02-29")
    on("1996-02-29", "29 février 1996", "29 fév. 1996", "29 Feb 96")
    on("2005-08-15", "15 août 2005", "15 aout 2005", "15 August 2005", "Aug 15, 2005", "15/08/05")
    on("1988-03-09", "9. März 1988", "9 Maerz 1988", "9 de marzo de 1988", "9 marzo 1988", "9 maart 1988", "9 de março de 1988")
    on("1992-01-24", "24. Januar 1992", "24. Jänner 1992", "24 de enero de 1992", "24 gennaio 1992", "24 de janeiro de 1992", "24 januari 1992")
    on("1979-12-05", "5. Dezember 1979", "5 de diciembre de 1979", "5 dicembre 1979", "5 de dezembro de 1979")
    on("1983-10-17", "17. Oktober 1983", "17 oktober 1983", "17 ottobre 1983", "17 octubre 1983", "17 de outubro de 1983", "17 okt. 1983")
    on("1931-07-14", "14/07/31", "14 juil. 1931", "14 juillet 1931")
    on("2029-07-14", "14/07/29")
    on("1930-07-14", "14/07/30")
    on("1958-05-01", "1er mai 1958", "1 mai 1958", "1st May 1958", "May 1st 1958")
    on("1686-08-19", "1686-08-19", "19/08/1686")
    on("1150-06-02", "1150-06-02")
    on("1969-09-02", "2 sept. 1969", "2 Sep 1969", "2 septembre 1969")
    on("1977-06-21", "21 juin 1977", "21 June 1977", "21-06-1977")
    on("1944-10-25", "25 octobre 1944", "25 Oct 1944", "October 25 1944")
    on("1962-11-30", "30 novembre 1962", "30/11/1962", "11/30/1962")
    on("1951-04-09", "9 avril 1951", "9 avr 1951", "9 Apr 1951")
    on("1973-01-27", "27 janvier 1973", "27 janv. 1973", "27 Jan 1973")
    on("1980-02-13", "13021980", "Wed Feb 13 00:00:00 CET 1980", "Wed Feb 13 1980 00:00:00 GMT+0100 (Central European Standard Time)", "sam. 13 fév. 1980", "mar. 13 févr. 1980", "né le 13 février 1980", "Née le 13/02/1980", "mar. 13 fev. 1980", "born on 13 February 1980", "Geboren am 13.02.1980", "١٣/٠٢/١٩٨٠", "۱۹۸۰-۰۲-۱۳", "१३/०२/१९८०", "１３／０２／１９８０")
    on("1980-03-13", "mar. 13 mars 1980", "13 mar 1980", "Mar 13 1980", "mar. 13 mar. 1980")
    on("1980-02-13", "13021980", "19800213", order="dmy")
    on("1989-07-14", "14071989", "07141989")
    on("1980-12-20", "20121980")
    on("1980-12-20", "20121980", order="dmy")
    on("1947-08-15", "15081947")
    on("2010-11-20", "20112010", "20101120")
    cases += [bad(text, "a day that is in no calendar") for text in [
        "31/02/1990", "29/02/1900", "29/02/2001", "31/04/1985", "1990-13-13", "1990-02-30", "32/01/1990", "13/13/1990", "1990-00-10", "1990-10-00", "30 février 1990"]]
    cases += [bad(text, "a year before 1000 or after 2100") for text in ["0999-01-01", "2101-01-01", "31/12/3020"]]
    cases += [bad(text, "not a day, a month and a year") for text in ["1990", "mars 1990", "12/1990", "1/2/3/4", "3 mars"]]
    # The Solar Hijra's 1360 is 1981: another calendar, not the Gregorian 1360.
    cases += [bad(text, "a year of another calendar") for text in ["۱۳۶۰/۰۵/۱۲", "١٤٠٣/٠١/١٥"]]
    cases += [bad(text, "not a date") for text in ["hello", "3 Foo 1990", "199001", "12345678901", "mardi"]]
    cases += [junk(text, "default date of a system") for text in ["01/01/1900", "1900-01-01", "19000101", "1970-01-01", "1900-01-01T00:00:00", "1899-12-30", "2099-12-31"]]
    cases += [junk(text, "repeated digit") for text in ["00/00/0000", "0000-00-00", "00000000", "11/11/1111", "12/12/1212"]]
    cases += [junk(text) for text in ["n/a", "unknown", "null", "inconnu", "non renseigné"]]
    on("1901-01-02", "1901-01-02")
    on("1980-01-01", "01/01/1980")
    return cases


def gender():
    cases = [ok(text, "female") for text in "F f Female FEMALE femme Femme féminin Mme Mme. Mrs Mrs. Ms Miss Mlle Madame Mademoiselle woman girl W weiblich Frau 2 fille mujer donna".split()]
    cases += [ok(text, "male") for text in "M m Male MALE homme Homme H masculin Mr Mr. Monsieur man boy Herr männlich 1 garçon hombre uomo".split()]
    cases += [ok(text, "other") for text in "other Autre X non-binary nonbinary NB divers D 9 non-binaire".split()]
    cases += [bad(text, "not a known gender") for text in "0 3 Q Paris hommes femalee MF".split()]
    cases += [junk(text) for text in ["unknown", "n/a", "inconnu", "null", "non renseigné"]] + [junk("-", "no letter or digit"), junk("?", "no letter or digit")]
    return cases


def city():
    return oks("""
Paris | paris
PARIS | paris
Paris 12 | paris
Paris 12e | paris
Paris 12ème | paris
PARIS 01 | paris
Paris 1er | paris
Paris 1er Arrondissement | paris
Paris Cedex | paris
PARIS CEDEX 08 | paris
PARIS LA DEFENSE CEDEX | paris la defense
Lyon | lyon
LYON CEDEX 03 | lyon
Lyon 3e | lyon
Lyon 03 | lyon
Marseille 8ème arrondissement | marseille
Saint-Étienne | saint etienne
St-Étienne | saint etienne
St Etienne | saint etienne
ST ETIENNE | saint etienne
Saint Etienne | saint etienne
Ste-Foy-lès-Lyon | sainte foy les lyon
Sainte-Foy-lès-Lyon | sainte foy les lyon
St. Louis | saint louis
St Albans | saint albans
Le Havre | le havre
La Rochelle | la rochelle
L'Isle-Adam | l isle adam
L’Isle-Adam | l isle adam
L ISLE ADAM | l isle adam
Villeneuve-d'Ascq | villeneuve d ascq
VILLENEUVE D ASCQ | villeneuve d ascq
Aix-en-Provence | aix en provence
AIX EN PROVENCE | aix en provence
Aix en Provence CEDEX 2 | aix en provence
Châlons-en-Champagne | chalons en champagne
Nîmes | nimes
Besançon | besancon
Mâcon | macon
Œting | oeting
L'Haÿ-les-Roses | l hay les roses
Fort-de-France | fort de france
Saint-Denis | saint denis
Saint-Denis CEDEX 9 | saint denis
Les Abymes | les abymes
New York | new york
NEW  YORK | new york
Newcastle-upon-Tyne | newcastle upon tyne
King's Lynn | kings lynn
Kings Lynn | kings lynn
Bishop's Stortford | bishops stortford
Stoke-on-Trent | stoke on trent
San José | san jose
São Paulo | sao paulo
München | munchen
Köln | koln
Zürich | zurich
Łódź | lodz
Malmö | malmo
København | kobenhavn
Москва | москва
Αθήνα | αθηνα
北京 | 北京
Nice | nice
Y | y
Eu | eu
Null | null
None | none
Cedex | cedex
PARIS 12 EME | paris
Paris 1 er | paris
Paris 12 e arrondissement | paris
Paris 16ème Passy | paris passy
75012 Paris | paris
Paris 75012 | paris
1000 Bruxelles | bruxelles
75012 PARIS CEDEX 12 | paris
Les 2 Alpes | les deux alpes
Les Deux Alpes | les deux alpes
Les 3 Bassins | les trois bassins
Neuilly s/Seine | neuilly sur seine
NEUILLY S/ SEINE | neuilly sur seine
Neuilly-sur-Seine | neuilly sur seine
Aulnay s/s Bois | aulnay sous bois
N.S.W. | n s w
""") + [junk(text) for text in ["n/a", "N/A", "unknown", "inconnu", "non renseigné"]] + [junk("-", "no letter or digit"), junk("azerty", "keyboard run"), junk("xxxx")]


def postal_code():
    cases = oks("""
75002 | 75002
 75002  | 75002
75 002 | 75002
F-75002 | F75002
SW1A 1AA | SW1A1AA
sw1a 1aa | SW1A1AA
SW1A1AA | SW1A1AA
sw1a-1aa | SW1A1AA
M1 1AE | M11AE
B33 8TH | B338TH
CR2 6XH | CR26XH
DN55 1PT | DN551PT
W1A 0AX | W1A0AX
EC1A 1BB | EC1A1BB
10001 | 10001
10001-1234 | 100011234
1234 AB | 1234AB
1234ab | 1234AB
1010 | 1010
8001 | 8001
K1A 0B6 | K1A0B6
k1a0b6 | K1A0B6
D-10115 | D10115
10115 | 10115
100-0001 | 1000001
01000 | 01000
06000 | 06000
97400 | 97400
97110 | 97110
20000 | 20000
2A004 | 2A004
D02 AF30 | D02AF30
28013 | 28013
00118 | 00118
1000-001 | 1000001
111 22 | 11122
00-950 | 00950
110 00 | 11000
2000 | 2000
0200 | 0200
７５００２ | 75002
ex4 4pw | EX44PW
yo31 8jl | YO318JL
75002 Paris | 75002
1000 Bruxelles | 1000
75002.0 | 75002
١٠٠٠١ | 10001
""")
    cases += oks("""
1000 | 01000
6000 | 06000
9100 | 09100
75002 | 75002
01000 | 01000
33 000 | 33000
F-33000 | 33000
FR-33000 | 33000
F 33000 | 33000
FR33000 | 33000
1000.0 | 01000
75002 Paris | 75002
75002, Paris | 75002
75002 CEDEX 02 | 75002
SW1A 1AA | SW1A1AA
PT-1000-001 | PT1000001
10115 | 10115
""", region="FR")
    cases += oks("1000 | 01000", region="fr") + [wrong("1000", region=region) for region in ("XX", "France", "", "FRA")]
    cases += oks("""
1000 | 1000
9000 | 9000
""", region="BE")
    cases += oks("""
8001 | 8001
CH-8001 | 8001
75002 | 75002
""", region="CH")
    cases += oks("""
2134 | 02134
22222 | 22222
44444 | 44444
55555 | 55555
10001 | 10001
10001-1234 | 10001
100011234 | 10001
21341234 | 02134
""", region="US")
    cases += oks("""
D-10115 | 10115
DE-10115 | 10115
1067 | 01067
""", region="DE")
    cases += [bad(text, "no digit in a postal code") for text in ("abcde", "Paris", "ㄱㅏ")]
    cases += [bad("750022", "more digits than postal codes of the region have", region="FR"), bad("100001", "fewer digits than postal codes of the region have", region="JP"), bad("750", "fewer digits than postal codes of the region have", region="FR"), bad("12", "fewer digits than a postal code has"), bad("1234567890123", "longer than a postal code can be"), bad("1000-001", "more digits than postal codes of the region have", region="FR")]
    cases += [ok("1000-001", "1000001", region="PT"), ok("750022", "750022"), ok("101", "101", region="IS"), ok("100001", "100001", region="RU")]
    cases += [junk("00000", "repeated digit"), junk("99999", "repeated digit"), junk("11111", "repeated digit"), junk("n/a"), junk("unknown"), junk("NC"), junk("-", "no letter or digit")]
    return cases


def country():
    cases = []
    for code, names in {
        "FR": "FR|fr|FRA|France|FRANCE|france |République française",
        "DE": "DE|DEU|Germany|Allemagne|Deutschland|ALLEMAGNE", "GB": "GB|GBR|UK|U.K.|United Kingdom|Royaume-Uni|Great Britain|England|Scotland|Angleterre",
        "US": "US|USA|U.S.A.|United States|United States of America|États-Unis|Etats Unis|ETATS-UNIS", "BE": "BE|BEL|Belgium|Belgique|België",
        "CH": "CH|CHE|Switzerland|Suisse|Schweiz|Svizzera", "ES": "ES|ESP|Spain|Espagne|España", "IT": "IT|ITA|Italy|Italie|Italia",
        "NL": "NL|NLD|Netherlands|The Netherlands|Pays-Bas|Nederland|Holland", "PT": "PT|PRT|Portugal", "IE": "IE|IRL|Ireland|Irlande|Éire",
        "LU": "LU|LUX|Luxembourg", "AT": "AT|AUT|Austria|Autriche|Österreich", "SE": "SE|SWE|Sweden|Suède|Sverige", "PL": "PL|POL|Poland|Pologne|Polska",
        "CA": "CA|CAN|Canada", "MA": "MA|MAR|Morocco|Maroc", "DZ": "DZ|Algérie|Algeria", "TN": "TN|Tunisie|Tunisia", "SN": "Sénégal|Senegal",
        "CI": "Côte d'Ivoire|Côte d’Ivoire|Ivory Coast|CIV", "RE": "RE|La Réunion|Réunion", "GP": "Guadeloupe", "MQ": "Martinique", "GF": "Guyane", "YT": "Mayotte",
        "CN": "China|Chine|CHN|中国", "JP": "Japan|Japon|日本", "RU": "Russia|Russie|Россия", "BR": "Brazil|Brésil|Brasil", "AU": "Australia|Australie",
        "NZ": "New Zealand|Nouvelle-Zélande", "IN": "India|Inde", "KR": "South Korea|Corée du Sud|Korea", "CD": "RDC|Democratic Republic of the Congo", "CG": "Congo",
        "GR": "Greece|Grèce|Ελλάδα", "CZ": "Czech Republic|Czechia|République tchèque|Tchéquie", "HR": "Croatia|Croatie|Hrvatska", "TR": "Turkey|Turquie|Türkiye",
        "VN": "Vietnam|Viêt Nam", "MU": "Île Maurice|Mauritius", "MC": "Monaco", "NA": "NA|Namibia|Namibie", "NC": "NC|New Caledonia|Nouvelle-Calédonie",
    }.items():
        cases += [ok(name, code) for name in names.split("|")]
    cases += [bad(name, "not a known country") for name in ["Frence", "Atlantis", "XX", "75002", "Europe"]] + [junk(text) for text in ["n/a", "unknown", "inconnu"]]
    return cases


def region():
    return oks("""
Île-de-France | ile de france
ILE DE FRANCE | ile de france
Provence-Alpes-Côte d'Azur | provence alpes cote d azur
PROVENCE ALPES COTE D AZUR | provence alpes cote d azur
Auvergne-Rhône-Alpes | auvergne rhone alpes
Hauts-de-Seine | hauts de seine
Côtes-d'Armor | cotes d armor
Val-d'Oise | val d oise
Bretagne | bretagne
Nord | nord
nsw | nsw
NSW | nsw
N.S.W. | n s w
CA | ca
NC | nc
NY | ny
California | california
Baden-Württemberg | baden wurttemberg
Nordrhein-Westfalen | nordrhein westfalen
Corse-du-Sud | corse du sud
La Réunion | la reunion
Guadeloupe | guadeloupe
Yorkshire | yorkshire
Greater London | greater london
Tyne & Wear | tyne wear
Québec | quebec
Catalunya | catalunya
Île-de-France | ile de france
ÎLE DE FRANCE | ile de france
Provence-Alpes-Côte d'Azur | provence alpes cote d azur
Provence Alpes Côte d’Azur | provence alpes cote d azur
Auvergne-Rhône-Alpes | auvergne rhone alpes
Bourgogne-Franche-Comté | bourgogne franche comte
Pays de la Loire | pays de la loire
Val-d'Oise | val d oise
VAL D'OISE | val d oise
Côtes-d'Armor | cotes d armor
La Réunion | la reunion
Corse-du-Sud | corse du sud
2A | 2a
93 | 93
New South Wales | new south wales
NSW | nsw
N.S.W. | n s w
CA | ca
California | california
Baden-Württemberg | baden wurttemberg
Nordrhein-Westfalen | nordrhein westfalen
Thüringen | thuringen
Comunidad de Madrid | comunidad de madrid
País Vasco | pais vasco
Emilia-Romagna | emilia romagna
Valle d'Aosta | valle d aosta
São Paulo | sao paulo
Noord-Holland | noord holland
Vlaams-Brabant | vlaams brabant
Kyōto | kyoto
Nouvelle-Aquitaine | nouvelle aquitaine
Grand Est | grand est
Hauts-de-France | hauts de france
Normandie | normandie
TX | tx
West Midlands | west midlands
Co. Durham | co durham
Ñuble | nuble
Łódzkie | lodzkie
Österbotten | osterbotten
North Rhine-Westphalia | north rhine westphalia
Seine St Denis | seine st denis
Loire Atlantique | loire atlantique
Московская область | московская область
""") + [junk("n/a"), junk("unknown"), junk("-", "no letter or digit")]


def text():
    return oks("""
Hello, World! | hello world
  a   b  | a b
ÉCOLE | ecole
Œuvre | oeuvre
Æsir | aesir
Straße | strasse
STRASSE | strasse
ﬁn | fin
½ | 1 2
x² | x2
№ 5 | no 5
ⅣX | ivx
Ａｂｃ | abc
O'Brien | obrien
rock’n’roll | rocknroll
d'abord | dabord
Jean-Pierre | jean pierre
a—b–c‑d | a b c d
a/b\\c | a b c
a_b | a b
tab\there | tab here
C++ | c
100% | 100
50€ | 50
a&b | a b
İstanbul | istanbul
ılık | ilik
ΣΊΣΥΦΟΣ | σισυφοσ
Σίσυφος | σισυφοσ
Ёлка | елка
ЙОД | иод
Đorđe | dorde
Łódź | lodz
Ørsted | orsted
Þing | thing
Ħal | hal
ﷺ | صلى الله عليه وسلم
مُحَمَّد | محمد
שָׁלוֹם | שלום
हिन्दी | हिन्दी
ไทย | ไทย
가나다 | 가나다
カタカナ | カタカナ
ｶﾀｶﾅ | カタカナ
が | が
中文 字 | 中文 字
naïve café | naive cafe
nai\u0308ve cafe\u0301 | naive cafe
Ǆ | dz
ŉ | n
Å | a
Ω | ω
K | k
""".replace("\\u0308", "\u0308").replace("\\u0301", "\u0301").replace("\\t", "\t").replace("\\\\", "\\")) + [
        junk("!!!", "no letter or digit"), junk("—", "no letter or digit"), junk("N/A"), junk("null"), junk("Unknown"), junk("n.a."), junk("Non renseigné"), junk("😀", "no letter or digit"),
    ]


def street_address():
    return oks("""
12 rue de la Paix | 12 rue de la paix
12, rue de la Paix | 12 rue de la paix
12 R DE LA PAIX | 12 rue de la paix
12 r. de la Paix | 12 rue de la paix
12 bis rue de la Paix | 12 bis rue de la paix
12bis rue de la Paix | 12 bis rue de la paix
12 BIS, RUE DE LA PAIX | 12 bis rue de la paix
12 ter rue de la Paix | 12 ter rue de la paix
12 B rue de la Paix | 12b rue de la paix
12b rue de la Paix | 12b rue de la paix
12 av. Foch | 12 avenue foch
12 ave Foch | 12 avenue foch
12 AV FOCH | 12 avenue foch
12 avenue Foch | 12 avenue foch
3 bd Voltaire | 3 boulevard voltaire
3 Bld. Voltaire | 3 boulevard voltaire
3 blvd Voltaire | 3 boulevard voltaire
3 boulevard Voltaire | 3 boulevard voltaire
5 pl. de l'Église | 5 place de l eglise
5 Place de l’Eglise | 5 place de l eglise
7 imp. des Lilas | 7 impasse des lilas
7 chem. du Bois | 7 chemin du bois
7 ch du Bois | 7 chemin du bois
9 all. des Tilleuls | 9 allee des tilleuls
9 Allée des Tilleuls | 9 allee des tilleuls
14 rte de Lyon | 14 route de lyon
14 fbg Saint-Honoré | 14 faubourg saint honore
14 rue du Fg St-Honoré | 14 rue du faubourg saint honore
16 rue St Jacques | 16 rue saint jacques
16 rue Saint-Jacques | 16 rue saint jacques
16 rue Ste Anne | 16 rue sainte anne
20 av. du Gal Leclerc | 20 avenue du general leclerc
20 avenue du Général Leclerc | 20 avenue du general leclerc
20 av. du Mal Foch | 20 avenue du marechal foch
22 q. de Seine | 22 quai de seine
Résidence Les Pins | residence les pins
10 Downing Street | 10 downing street
10 Downing St | 10 downing street
10 Downing St. | 10 downing street
221B Baker Street | 221b baker street
221b Baker St | 221b baker street
350 Fifth Avenue | 350 fifth avenue
350 Fifth Ave | 350 fifth avenue
123 Main St | 123 main street
123 MAIN ST. | 123 main street
123 N Main St | 123 north main street
123 North Main Street | 123 north main street
45 Oak Rd | 45 oak road
45 Oak Road | 45 oak road
8 Cedar Ln | 8 cedar lane
8 Elm Dr | 8 elm drive
8 Elm Ct | 8 elm court
8 Park Pl | 8 park place
8 Park Sq | 8 park square
8 Hill Cres | 8 hill crescent
1 St James Square | 1 saint james square
1 St. James's Sq | 1 saint james square
1 St James' Sq | 1 saint james square
1 ST JAMES’S SQ | 1 saint james square
1 St James's Square | 1 saint james square
2 King's Rd | 2 kings road
2 Kings Rd | 2 kings road
18 O'Connell St | 18 oconnell street
4 rue du Dr Roux | 4 rue du docteur roux
4 Dr Martin Luther King Blvd | 4 doctor martin luther king boulevard
12200 Ventura Blvd | 12200 ventura boulevard
435 S. La Cienega Blvd. | 435 south la cienega boulevard
1515 Adela Ln | 1515 adela lane
123 Main St Apt 4 | 123 main street apt 4
123 Main St, Apt. 4 | 123 main street apt 4
123 Main St #4 | 123 main street apt 4
123 Main Street Unit 4 | 123 main street apt 4
Flat 3, 10 High Street | 10 high street apt 3
Flat 3 10 High St | 10 high street apt 3
Apt 4B 123 Main St | 123 main street apt 4b
12 rue de la Paix Appt 5 | 12 rue de la paix apt 5
12 rue de la Paix, appartement 5 | 12 rue de la paix apt 5
12 rue de la Paix Bât A | 12 rue de la paix apt a
Hauptstraße 5 | 5 hauptstrasse
Hauptstr. 5 | 5 hauptstrasse
PO Box 123 | po box 123
P.O. Box 123 | po box 123
BP 123 | po box 123
B.P. 123 | po box 123
Le Bourg | le bourg
Lieu-dit La Croix | lieu dit la croix
rue de la Paix 12 | 12 rue de la paix
broadway | broadway
12 rue de la Paix, Bâtiment A, Esc 2, Appt 34 | 12 rue de la paix apt a apt 2 apt 34
12 rue de la Paix, Appt 34, Esc 2, Bâtiment A | 12 rue de la paix apt a apt 2 apt 34
12 rue X Bât B Appt 3 | 12 rue x apt b apt 3
BAT A ESC 2 APPT 34 | apt a apt 2 apt 34
100 Main St Bldg 2 Apt 4 | 100 main street apt 2 apt 4
Flat 2 Building 5, 10 High St | 10 high street apt 5 apt 2
Unit 5 Building 2 | apt 2 apt 5
rue du 8 mai 1945 | rue du 8 mai 1945
12 rue du 8 mai 1945 | 12 rue du 8 mai 1945
rue du 11 novembre 1918 | rue du 11 novembre 1918
place du 19 mars 1962 | place du 19 mars 1962
n°12 rue de la Paix | 12 rue de la paix
No 12 rue de la Paix | 12 rue de la paix
12 blvd. St. Michel | 12 boulevard saint michel
12 Bld St-Michel | 12 boulevard saint michel
12 Fg St Antoine | 12 faubourg saint antoine
12 rue E. Zola | 12 rue e zola
12 rue S. Allende | 12 rue s allende
12 rue N. Appert | 12 rue n appert
12 rue R. Salengro | 12 rue r salengro
350 Park Ave S | 350 park avenue south
5 avenue de la Porte de Vanves | 5 avenue de la porte de vanves
12-14 rue de Lyon | 12 14 rue de lyon
12/14 rue de Lyon | 12 14 rue de lyon
12 à 14 rue de Lyon | 12 14 rue de lyon
1st Floor, 12 High Street | 12 high street apt 1
123 Main St Ste 200 | 123 main street apt 200
12 rue X 3ème étage gauche | 12 rue x apt 3 apt gauche
Résidence Les Lilas, 12 rue de la Paix | 12 residence les lilas rue de la paix
""") + [junk("n/a"), junk("unknown"), junk("-", "no letter or digit"), junk("aaaa", "repeated character"), junk("non renseigné")]


def full_address():
    return oks("""
12 rue de la Paix, 75002 Paris | 12 rue de la paix 75002 paris
12 rue de la Paix, 75002 PARIS, France | 12 rue de la paix 75002 paris
12 R. DE LA PAIX 75002 PARIS | 12 rue de la paix 75002 paris
12 rue de la Paix 75002 Paris CEDEX 02 | 12 rue de la paix 75002 paris
3 bd Voltaire, 69003 LYON | 3 boulevard voltaire 69003 lyon
3 bd Voltaire; 69003 Lyon | 3 boulevard voltaire 69003 lyon
16 rue St-Jacques, 75005 Paris | 16 rue saint jacques 75005 paris
10 St James Sq, London | 10 saint james square london
45 Oak Rd, Leeds | 45 oak road leeds
4 imp. des Lilas, 33000 Bordeaux | 4 impasse des lilas 33000 bordeaux
10 Downing St, London SW1A 2AA | 10 downing street london sw1a 2aa
10 Downing Street, London, SW1A 2AA, United Kingdom | 10 downing street london sw1a 2aa
123 Main St, Springfield, IL 62701 | 123 main street springfield il 62701
123 Main Street, Springfield IL 62701 | 123 main street springfield il 62701
1515 Adela Ln, Las Vegas, NV 89111, USA | 1515 adela lane las vegas nv 89111
12 bis av. du Gal Leclerc, 92100 Boulogne-Billancourt | 12 bis avenue du general leclerc 92100 boulogne billancourt
5 pl. de l'Église 35000 RENNES | 5 place de l eglise 35000 rennes
22 q. de Seine, 76000 Rouen, FR | 22 quai de seine 76000 rouen
7 chem. du Bois, 38000 Grenoble Cedex 9 | 7 chemin du bois 38000 grenoble
9 allée des Tilleuls; 13008 Marseille; France | 9 allee des tilleuls 13008 marseille
14 rte de Lyon, 01000 Bourg-en-Bresse | 14 route de lyon 01000 bourg en bresse
Résidence Les Pins, 06400 Cannes | residence les pins 06400 cannes
12 rue de la Paix, F-75002 Paris | 12 rue de la paix 75002 paris
12 rue du 8 mai 1945, 75010 Paris | 12 rue du 8 mai 1945 75010 paris
BP 12, 97400 Saint-Denis | po box 12 97400 saint denis
Le Bourg, 24300 Nontron | le bourg 24300 nontron
221B Baker St, London NW1 6XE | 221b baker street london nw1 6xe
221b Baker Street, London, NW1 6XE, UK | 221b baker street london nw1 6xe
350 Fifth Ave, New York, NY 10118 | 350 fifth avenue new york ny 10118
350 Fifth Avenue, New York NY 10118, United States | 350 fifth avenue new york ny 10118
8 Hill Cres, Edinburgh EH1 1AA | 8 hill crescent edinburgh eh1 1aa
4 Dr Martin Luther King Blvd, Newark, NJ 07102 | 4 doctor martin luther king boulevard newark nj 07102
123 N Main St, Dayton OH 45402 | 123 north main street dayton oh 45402
Hauptstr. 5, 10115 Berlin | hauptstrasse 5 10115 berlin
Hauptstraße 5, 10115 Berlin, Deutschland | hauptstrasse 5 10115 berlin
Marktplatz 1, 70173 Stuttgart, Germany | marktplatz 1 70173 stuttgart
Calle Mayor 3, 28013 Madrid, España | calle mayor 3 28013 madrid
Via Roma 10, 00184 Roma, Italia | via roma 10 00184 roma
Rua Augusta 100, 1100-053 Lisboa, Portugal | rua augusta 100 1100 053 lisboa
Damrak 1, 1012 LG Amsterdam, Nederland | damrak 1 1012 lg amsterdam
Rue Neuve 1, 1000 Bruxelles, Belgique | rue neuve 1 1000 bruxelles
Rue du Rhône 10, 1204 Genève, Suisse | rue du rhone 10 1204 geneve
1 rue X, 75001 PARIS | 1 rue x 75001 paris
1 RUE X 75001 PARIS FRANCE | 1 rue x 75001 paris france
10 St. James's Sq, London SW1Y 4LE, England | 10 saint james square london sw1y 4le
10 St James Sq, London SW1Y 4LE | 10 saint james square london sw1y 4le
18 O'Connell St, Dublin, Ireland | 18 oconnell street dublin
16 rue Ste Anne, 75001 Paris | 16 rue sainte anne 75001 paris
3 imp. des Roses, 31000 Toulouse | 3 impasse des roses 31000 toulouse
3 bd. Voltaire 69003 Lyon CEDEX | 3 boulevard voltaire 69003 lyon
45 Oak Rd, Leeds LS1 1AA | 45 oak road leeds ls1 1aa
8 Elm Ct, Austin, TX 78701 | 8 elm court austin tx 78701
8 Park Pl, London | 8 park place london
8 Elm Dr, Boise, ID 83702 | 8 elm drive boise id 83702
6 Station Rd, York YO1 6GA | 6 station road york yo1 6ga
2 pl. du Mché, 67000 Strasbourg | 2 place du mche 67000 strasbourg
15 rue Victor-Hugo, 44000 Nantes | 15 rue victor hugo 44000 nantes
8 Cedar Ln, Reno NV 89501 | 8 cedar lane reno nv 89501
20 av. du Mal Foch, 94130 Nogent-sur-Marne | 20 avenue du marechal foch 94130 nogent sur marne
12200 Ventura Blvd, Studio City, CA 91604 | 12200 ventura boulevard studio city ca 91604
""") + [
        # Lines are parts, as commas are.
        ok("12 rue de la Paix\n75002 PARIS\nFRANCE", "12 rue de la paix 75002 paris", "12 rue de la Paix, 75002 PARIS, FRANCE"),
        ok("3 bd Voltaire,\r\n69003 Lyon\n", "3 boulevard voltaire 69003 lyon", "3 bd Voltaire, 69003 Lyon")] + [junk("n/a"), junk("unknown"), junk("-", "no letter or digit")]


def url():
    # RFC 3986, section 6.2: what does not change the page.
    cases = [ok(*line.split(" | ")) for line in """
https://www.example.fr/ | example.fr
http://www.example.fr | example.fr
HTTP://WWW.EXAMPLE.FR | example.fr
www.example.fr | example.fr
example.fr | example.fr
Example.FR/ | example.fr
example.fr/Shop | example.fr/Shop
example.fr/Shop/ | example.fr/Shop
https://example.fr/a/b/ | example.fr/a/b
https://example.fr/a?id=7 | example.fr/a?id=7
https://example.fr/a/?id=7 | example.fr/a?id=7
https://example.fr/a?id=7#top | example.fr/a?id=7
https://example.fr/#top | example.fr
https://example.fr/a?utm_source=mail | example.fr/a
https://example.fr/a?utm_source=mail&id=7 | example.fr/a?id=7
https://example.fr/a?id=7&utm_campaign=x&gclid=1 | example.fr/a?id=7
https://example.fr/a?fbclid=abc | example.fr/a
https://example.fr:443/a | example.fr/a
http://example.fr:80/a | example.fr/a
http://example.fr:8080/a | example.fr:8080/a
https://shop.example.fr | shop.example.fr
https://shop.example.co.uk/x | shop.example.co.uk/x
https://www.shop.example.fr | shop.example.fr
https://user:secret@example.fr/a | example.fr/a
//example.fr/a | example.fr/a
http://192.0.2.1/a | 192.0.2.1/a
https://münchen.example/a | münchen.example/a
https://example.fr/Café | example.fr/Café
https://www.facebook.com/dupont | facebook.com/dupont
facebook.com/dupont/ | facebook.com/dupont
https://twitter.com/dupont?lang=fr | twitter.com/dupont?lang=fr
https://fr.linkedin.com/in/jean-dupont | fr.linkedin.com/in/jean-dupont
www.chez-dupont.fr/index.html | chez-dupont.fr/index.html
http://example.fr. | example.fr
https://example.fr?a=1 | example.fr?a=1
https://example.fr/a?b=http://x.fr | example.fr/a?b=http://x.fr
https://example.fr/a//b | example.fr/a//b
  https://example.fr/a   | example.fr/a
HTTPS://Example.fr/A | example.fr/A
www.fr.example.org | fr.example.org
https://a_b.example.org | a_b.example.org
https://example.fr/a?&id=1& | example.fr/a?id=1
https://example.museum | example.museum
https://example.fr/a?msclkid=1&mc_cid=2&mc_eid=3 | example.fr/a
www.www.example.fr | example.fr
http://xn--mnchen-3ya.example/a | münchen.example/a
http://www.MÜNCHEN.example | münchen.example
example.fr/%7Eann | example.fr/~ann
example.fr/~ann | example.fr/~ann
example.fr/caf%c3%a9 | example.fr/caf%C3%A9
example.fr/a%2fb | example.fr/a%2Fb
example.fr/%41 | example.fr/A
example.fr/100%/%41 | example.fr/100%/A
example.fr/%%341 | example.fr/%%341
example.fr/a/../b | example.fr/b
example.fr/a/./b/ | example.fr/a/b
example.fr/../../b | example.fr/b
example.fr/a/%2e%2e/b | example.fr/b
example.fr/a/.. | example.fr
example.fr/.well-known | example.fr/.well-known
example.fr/a?x=../b | example.fr/a?x=../b
example.fr/a?utm%5Fsource=mail | example.fr/a
www.fr | www.fr
""".strip("\n").split("\n")]
    cases += [bad(text, "not the scheme of a web page") for text in ("ftp://example.fr", "mailto://a@b.fr", "file:///tmp/a")]
    cases += [bad(text, "no host in a web address") for text in ("example", "http://", "https://example..fr", "https://.fr", "https://ex!ample.fr", "http:///a")]
    cases += [bad(text, "a space in a web address") for text in ("not a page", "www.example.fr et autres")]
    return cases + [junk("n/a"), junk("none"), junk("-", "no letter or digit")]


def title():
    rows = {
        "mr": "Mr|Mr.|MR|M.|M|mister|Mister|Monsieur|MONSIEUR|Herr|herr|Señor|Signor|Senhor|Sig.|Dhr.|Hr|Don|D.",
        "mrs": "Mrs|Mrs.|MRS|Mme|MME|Mme.|Madame|madame|Madam|Frau|Fr.|Señora|Sra.|Signora|Mevr.|mistress|Dña.|Doña",
        "miss": "Miss|MISS|Mlle|Mlle.|MLLE|Mademoiselle|Fräulein|Señorita|Srta.|Signorina",
        "ms": "Ms|Ms.|MS",
        "mx": "Mx|Mx.",
        "dr": "Dr|Dr.|DR|Docteur|Doctor|Dre|Dra.|Dott.",
        "prof": "Prof|Prof.|Professeur|Professor",
        "maitre": "Maître|Me|Maitre",
        "rev": "Rev|Rev.|Reverend|Revd",
        "sir": "Sir",
        "lady": "Lady",
    }
    cases = [ok(text, key) for key, texts in rows.items() for text in texts.split("|")]
    return cases + [ok("Prof. Dr.", "prof dr"), ok("M. et Mme", "mr et mrs"), junk("n/a"), junk("unknown"), junk("-", "no letter or digit")]


def name_suffix():
    rows = {
        "jr": "Jr|Jr.|JR|jr|Junior|JUNIOR|junior|Jnr|Jnr.|jnr",
        "sr": "Sr|Sr.|SR|sr|Senior|SENIOR|senior|Snr|Snr.|snr",
        "ii": "II|ii|Ii|2nd|2ND|II.",
        "iii": "III|iii|3rd|3RD|III.",
        "iv": "IV|iv|4th|4TH|IV.",
        "esq": "Esq|Esq.|ESQ|Esquire|esquire",
        "phd": "PhD|Phd|PHD",
        "md": "MD|md",
        "obe": "OBE|obe",
        "v": "V|v",
        "kc": "KC",
        "qc": "QC",
        "dds": "DDS",
        "mbe": "MBE",
        "cbe": "CBE",
    }
    cases = [ok(text, key) for key, texts in rows.items() for text in texts.split("|")]
    return cases + [ok(" Jr ", "jr"), ok("(Jr)", "jr"), junk("n/a"), junk("-", "no letter or digit"), junk("unknown")]


def house_number():
    cases = [ok(text, text) for text in ("1", "12", "221", "12200", "7")]
    cases += oks("""
12b | 12b
12B | 12b
12 B | 12b
12 b | 12b
221B | 221b
221 B | 221b
12 bis | 12 bis
12bis | 12 bis
12 BIS | 12 bis
12BIS | 12 bis
12 ter | 12 ter
12ter | 12 ter
12 quater | 12 quater
12quater | 12 quater
n° 12 | 12
N°12 | 12
no 12 | 12
No. 12 | 12
Nr. 5 | 5
num 5 | 5
 12  | 12
12, | 12
#12 | 12
12. | 12
12-14 | 12 14
12 - 14 | 12 14
12/14 | 12 14
12/3 | 12 3
3 1/2 | 3 1 2
A12 | a12
12a | 12a
12 A | 12a
12 Z | 12z
0012 | 0012
１２ | 12
12 rez | 12 rez
km 12 | km 12
lot 5 | lot 5
bat A | bat a
12 bis A | 12 bis a
n° 12 bis | 12 bis
12 TER | 12 ter
5c | 5c
5 C | 5c
100 | 100
100A | 100a
1 bis | 1 bis
99 ter | 99 ter
no 7 B | 7b
n 3 | 3
""")
    return cases + [junk("n/a"), junk("unknown"), junk("-", "no letter or digit"), junk("null"), junk("?", "no letter or digit")]


def department():
    pairs = "75002 75|69003 69|13008 13|01000 01|1000 |20000 2A|20090 2A|20167 2A|20190 2A|20199 2A|20200 2B|20220 2B|20600 2B|97110 971|97133 977|97150 978|97200 972|97300 973|97400 974|97490 974|97500 975|97600 976|97700 977|97800 978|98000 |98600 986|98713 987|98800 988|98400 984|00000 |99999 |96000 |95000 95|90000 90|59000 59|33000 33|06400 06|2A004 |7500 |750022 |SW1A1AA | |02000 02|10000 10|21000 21|29200 29|31000 31|34000 34|35000 35|38000 38|44000 44|45000 45|51100 51|54000 54|57000 57|62000 62|64000 64|67000 67|68100 68|76000 76|78000 78|83000 83|84000 84|87000 87|92100 92|93200 93|94130 94|97000 |97900 |98100 "
    rows = [pair.split(" ") for pair in pairs.split("|")]
    return [{"name": code or "empty", "input": [code], "output": found or None} for code, found in rows]


def organisation_name():
    return oks("""
Dupont SARL | dupont
SARL Dupont | dupont
Dupont S.A.R.L. | dupont
S.A.R.L. DUPONT | dupont
Dupont SAS | dupont
Dupont S.A.S. | dupont
SAS Dupont | dupont
Dupont SASU | dupont
Dupont SA | dupont
Dupont S.A. | dupont
EURL Dupont | dupont
SCI Les Lilas | lilas
SNC Dupont et Fils | dupont fils
Dupont & Fils | dupont fils
Dupont et Fils | dupont fils
Smith & Sons Ltd | smith sons
Smith and Sons Limited | smith sons
Smith & Sons Ltd. | smith sons
Acme Inc | acme
Acme Inc. | acme
Acme, Inc. | acme
Acme Incorporated | acme
Acme Corp | acme
Acme Corp. | acme
Acme Corporation | acme
ACME LLC | acme
Acme L.L.C. | acme
Acme PLC | acme
Acme P.L.C. | acme
Acme Co., Ltd. | acme
Acme Company | acme
The Acme Company | acme
Acme & Co | acme
Acme and Company Limited | acme
Müller GmbH | muller
Müller GmbH & Co. KG | muller
Siemens AG | siemens
BMW AG | bmw
Ferrari S.p.A. | ferrari
Ferrari SpA | ferrari
Barilla S.r.l. | barilla
Philips N.V. | philips
Heineken BV | heineken
Volvo AB | volvo
Equinor ASA | equinor
Nokia Oyj | nokia
Lego A/S | lego
Inditex S.A. | inditex
Toyota | toyota
La Maison du Café | maison du cafe
Le Petit Bistro | petit bistro
Les Galeries Lafayette | galeries lafayette
L'Oréal | loreal
L'Oréal S.A. | loreal
Apple Pan The | apple pan
The Apple Pan | apple pan
H&M | hm
H & M | hm
Marks & Spencer | marks spencer
Marks and Spencer plc | marks spencer
A.B.C. Conseil | abc conseil
I.B.M. | ibm
IBM | ibm
Boulangerie Martin | boulangerie martin
Arnie Morton's of Chicago | arnie mortons of chicago
McDonald's | mcdonalds
7-Eleven | 7 eleven
3M | 3m
Société Générale | societe generale
Société à responsabilité limitée Dupont | dupont
Dupont société anonyme | dupont
SA | sa
Газпром | газпром
""") + [junk("n/a"), junk("unknown"), junk("--", "no letter or digit"), junk("xxxx"), junk("inconnu")]


def identifier_cases():
    return [
        ok("123456", "123456"), ok(" 123456 ", "123456"), ok("123-456", "123456"), ok("123 456", "123456"), ok("123.456", "123456"), ok("AB-123", "ab123"), ok("ab_123", "ab123"),
        ok("AB/123", "ab123"), ok("000123", "000123"), ok("#123", "123"), ok("A", "a"), ok("1", "1"), ok("cust:42", "cust42"), ok("C0042", "c0042"),
        ok("3F2504E0-4F89-11D3-9A0C-0305E82C3301", "3f2504e0-4f89-11d3-9a0c-0305e82c3301"), ok("3f2504e0-4f89-11d3-9a0c-0305e82c3301", "3f2504e0-4f89-11d3-9a0c-0305e82c3301"),
        ok("{3F2504E0-4F89-11D3-9A0C-0305E82C3301}", "3f2504e0-4f89-11d3-9a0c-0305e82c3301"), ok("urn:uuid:3f2504e0-4f89-11d3-9a0c-0305e82c3301", "3f2504e0-4f89-11d3-9a0c-0305e82c3301"),
        ok("3f2504e04f8911d39a0c0305e82c3301", "3f2504e0-4f89-11d3-9a0c-0305e82c3301"), ok("URN:UUID:3F2504E0-4F89-11D3-9A0C-0305E82C3301", "3f2504e0-4f89-11d3-9a0c-0305e82c3301"),
        ok("3f2504e0 4f89 11d3 9a0c 0305e82c3301", "3f2504e0-4f89-11d3-9a0c-0305e82c3301"), ok("-12", "-12"), ok("−12", "-12"), ok("12-", "12"), ok("-1-2", "12"), ok("2.0", "2"), ok("20", "20"), ok("-12.0", "-12"), ok("2.0.0", "200"), ok("2.00", "200"),
        ok("C+1", "c+1"), ok("C-1", "c1"), ok("C + 1", "c+1"), ok("+12", "12"), ok("a++b", "a+b"), ok("١٢٣", "123"), junk("-1", "number for a missing value"), junk("-1.0", "number for a missing value"), ok("GA1.2.1234567890.1600000000", "ga1212345678901600000000"), ok("１２３", "123"), ok("client-é", "cliente"),
        ok("10", "10"), ok("100", "100"), ok("11", "11"), ok("x" * 400, "x" * 400), ok("1234", "1234"), ok("2222-3333", "22223333"), ok("nullable7", "nullable7"), ok("testuser9", "testuser9"),
        junk("null"), junk("NULL"), junk("undefined"), junk("None"), junk("nan"), junk("NaN"), junk("n/a"), junk("N/A"), junk("[object Object]"), junk("anonymous"), junk("Anonyme"), junk("unknown"), junk("nil"), junk("nc"),
        junk("true"), junk("false"), junk("guest"), junk("test"), junk("0", "repeated digit"), junk("000000", "repeated digit"), junk("0000-0000", "repeated digit"), junk("1111", "repeated digit"), junk("99999999", "repeated digit"),
        junk("00000000-0000-0000-0000-000000000000", "repeated digit"), junk("1234567890", "run of digits"), junk("123456789", "run of digits"), junk("0123456789", "run of digits"), junk("12345678", "run of digits"),
        junk("-", "no letter or digit"), junk("...", "no letter or digit"), junk("?", "no letter or digit"), junk("x" * 401, "identifier over 400 characters"), junk("xxx"), junk("not available"), junk("inconnu"),
    ]


def numbered(case):
    """Customers are numbered one after the other: short numbers of one digit, and 12345678, come up."""
    return ok(*case["input"] * 2) if case["input"][0] in ("1111", "99999999", "12345678") else case


def organisation_id():
    def luhn(body):
        total = sum((d * 2 - 9 if d > 4 else d * 2) if i % 2 == 0 else d for i, d in enumerate(map(int, reversed(body))))
        return body + str(-total % 10)

    sirens = [luhn(body) for body in ("73282932", "55208131", "44306184", "38012986", "54205118", "35600000", "55212022", "78417166", "51280254", "81234567", "90213456")]
    cases = []
    for siren in sirens:
        cases.append(ok(siren, siren))
        cases.append(ok(f"{siren[:3]} {siren[3:6]} {siren[6:]}", siren))
        cases.append(bad(siren[:8] + str((int(siren[8]) + 1) % 10), "the check digit of a SIREN is wrong", region="FR"))
        siret = luhn(siren + "0001")
        cases.append(ok(siret, siret))
        cases.append(ok(f"{siret[:3]} {siret[3:6]} {siret[6:9]} {siret[9:]}", siret))
        if siren != "356000000":
            cases.append(bad(siret[:13] + str((int(siret[13]) + 1) % 10), "the check digit of a SIRET is wrong", region="FR"))
            vat = f"FR{(12 + 3 * (int(siren) % 97)) % 97:02d}{siren}"
            cases.append(ok(vat, vat.lower()))
            cases.append(ok(f"FR {vat[2:4]} {siren}", vat.lower()))
            cases.append(bad(f"FR{(int(vat[2:4]) + 1) % 97:02d}{siren}", "the check digits of a VAT number are wrong"))
    # La Poste: any office whose digits add up to a multiple of five.
    cases.append(ok("35600000049837", "35600000049837", region="FR"))
    cases += [ok("DE136695976", "de136695976"), bad("DE136695977", "the check digits of a VAT number are wrong"), ok("BE 0403.170.701", "be0403170701"), bad("BE0403170702", "the check digits of a VAT number are wrong"), ok("IT00743110157", "it00743110157"), bad("IT00743110158", "the check digits of a VAT number are wrong"), ok("GB980780684", "gb980780684"), bad("GB802311781", "the check digits of a VAT number are wrong"), ok("ESB58378431", "esb58378431"), ok("GB 123 4567 82", "gb123456782"), ok("529900T8BM49AURSDO55", "529900t8bm49aursdo55"), ok("201012345A", "201012345a"), junk("000000000", "repeated digit"), junk("n/a")]
    # What people write around the number: INSEE, the registers of commerce, the VAT directive.
    cases += [ok("SIRET : 732 829 320 00017", "73282932000017"), ok("Siren 732829320", "732829320", region="FR"), ok("RCS Paris 732 829 320", "732829320"), ok("RCS Paris B 732 829 320", "732829320"), ok("R.C.S. Paris 732 829 320", "732829320"), ok("732 829 320 RCS Paris", "732829320"), ok("SIRET73282932000017", "73282932000017"), ok("N° TVA : FR 44 732829320", "fr44732829320"), ok("TVA intracommunautaire FR44732829320", "fr44732829320"), ok("USt-IdNr. DE136695976", "de136695976"), ok("P.IVA 00743110157", "00743110157", region="IT"), ok("732829320.0", "732829320", region="FR")]
    # A zero lost to a spreadsheet comes back where the check digit then agrees.
    lost = luhn("05880073")
    office = luhn(lost + "0001")
    cases += [ok(lost[1:], lost, region="FR"), ok(office[1:], office, region="FR"), ok(lost[1:], lost[1:]), ok("743110157", "00743110157", region="IT"), ok("403170701", "0403170701", region="BE"), ok("0403.170.701", "0403170701", region="BE")]
    cases += [bad(text, "neither the 9 digits of a SIREN nor the 14 of a SIRET", region="FR") for text in ("123", "123456789012345", "12345678901", lost[1:8] + str((int(lost[8]) + 1) % 10))]
    cases += [bad(text, "no digit in the number of an organisation") for text in ("en cours", "RCS Paris", "SIRET")]
    cases += [bad("0403170702", "the check digits of a Belgian enterprise number are wrong", region="BE"), bad("123", "not the 10 digits of a Belgian enterprise number", region="BE"), bad("00743110158", "the check digit of a partita IVA is wrong", region="IT"), bad("123", "not the 11 digits of a partita IVA", region="IT"), ok("123", "123")]
    return cases


def national_id():
    # INSEE: the key of a NIR is 97 less the number modulo 97; 2A counts as 19, 2B as 18.
    def nir(number):
        plain = number.replace("2A", "19", 1).replace("2B", "18", 1)
        return f"{number}{97 - int(plain) % 97:02d}"

    cases = identifier_cases()
    for number in ("2550814168025", "1850578006084", "269054958815", "1840675112019", "280052A004012", "175122B033007"):
        number = number.ljust(13, "0")
        whole = nir(number)
        cases.append(ok(whole, whole.lower(), region="FR"))
        cases.append(ok(f"{whole[0]} {whole[1:3]} {whole[3:5]} {whole[5:7]} {whole[7:10]} {whole[10:13]} {whole[13:]}", whole.lower(), region="FR"))
        wrong = whole[:13] + f"{int(whole[13:]) % 97 + 1:02d}"
        cases.append(bad(wrong, "the key of a NIR is wrong", region="FR"))
        cases.append(ok(wrong, wrong.lower()))
        cases.append(ok(number, number.lower(), region="FR"))
    return cases


def date():
    """As a birth date, but a system's default date is a date: somebody may have ordered on 1 January 1970."""
    def dated(case):
        if case["output"]["verdict"] != "placeholder: default date of a system":
            return case
        iso = {"01/01/1900": "1900-01-01", "19000101": "1900-01-01", "1900-01-01T00:00:00": "1900-01-01"}.get(case["input"][0], case["input"][0])
        return ok(case["input"][0], iso, iso)

    zeros = ("00/00/0000", "0000-00-00", "00000000")
    repeated = {"11/11/1111": "1111-11-11", "12/12/1212": "1212-12-12"}
    return [ok(case["input"][0], *[repeated[case["input"][0]]] * 2) if case["input"][0] in repeated else bad(case["input"][0], "a year before 1000 or after 2100") if case["input"][0] in zeros else dated(case) for case in birth_date()]


def category():
    """As text, but the signs of a grade stay: ratings are modified by plus and minus (S&P Global Ratings Definitions; A++ and B++
    are AM Best's), and so are blood groups by their Rh factor (ISBT 128)."""
    return [case for case in text() if case["input"] != ["C++"]] + oks("""
Head of Household | head of household
Full-time | full time
part_time | part time
VIP | vip
B2B | b2b
Étudiant(e) | etudiant e
Cadre supérieur | cadre superieur
Inactif | inactif
A+ | a+
A- | a-
A− | a-
a + | a
A | a
B | b
AA+ | aa+
AA- | aa-
A++ | a++
O- | o-
AB+ | ab+
C++ | c++
18-25 | 18 25
65+ | 65+
65 | 65
+65 | 65
-A | a
(A+) | a
non- | non-
Silver / Gold | silver gold
1ère classe | 1ere classe
""")


def ignore():
    """What is ignored has a key all the same, as text has."""
    return text() + oks("Lorem ipsum | lorem ipsum\nA+ | a\n-5 | 5")


def number():
    """One key for one amount: the decimal module's plainest form. A point or a comma is the decimal mark and spaces group
    (ISO 80000-1, 7.3; resolution 10 of the 22nd CGPM); where English is written a comma groups (CLDR, en); brackets and a minus behind are
    the negative of accounts (CLDR, accounting formats)."""
    lines = []
    for whole in ("0", "1", "7", "10", "42", "100", "365", "1000", "65535", "1000000", "007", "3000000000"):
        plain = str(decimal.Decimal(whole))
        minus = plain if plain == "0" else f"-{plain}"
        lines += [f"{whole} | {plain}", f"-{whole} | {minus}", f"{whole}.5 | {plain}.5", f"{whole},25 | {plain}.25", f"{whole}.50 | {plain}.5", f" {whole} € | {plain}"]
    for amount in ("1234.5", "1234567", "65535.25", "1000000.75"):
        value = decimal.Decimal(amount)
        english = f"{value:,}"
        for text in (english, f"${english}", english.replace(",", " ").replace(".", ","), english.translate(str.maketrans(",.", ".,")), english.replace(",", "'"), english.replace(",", "\u202f")):
            lines.append(f"{text} | {amount}")
        lines += [f"({english}) | -{amount}", f"{english}- | -{amount}", f"\u2212{english} | -{amount}", f"-${english} | -{amount}", f"$-{english} | -{amount}"]
    lines += ["1234.50 | 1234.5", "12 kg | 12 kg", "+7 | 7", "1.2.3 | 1 2 3", "douze | douze", "1e5 | 1e5", "3-4 | 3 4", ".5 | 0.5", "5. | 5", "-0 | 0", "0.00 | 0", "50 % | 50"]
    lines += ["<5 | <5", ">5 | >5", "1/234 | 1/234", "１２ | 12", "1.234 | 1.234", "1,234 | 1.234", "12,34,567 | 12 34 567", "12.05.2024 | 12 05 2024"]
    cases = oks("\n".join(dict.fromkeys(lines)))
    for region, keys in (("US", "1234 12345 1.23 1.234"), ("GB", "1234 12345 1.23 1.234"), ("FR", "1.234 12.345 1.23 1.234")):
        cases += [ok(text, key, region=region) for text, key in zip(("1,234", "12,345", "1,23", "1.234"), keys.split())]
    cases += [ok("1,234", "1234", region="gb"), wrong("1,234", region="English")]
    return cases + [junk(word) for word in ("n/a", "null", "unknown", "non renseigné")] + [junk("-", "no letter or digit"), junk("()", "no letter or digit")]


def address_extra():
    return oks("""
Bât. B | batiment b
Bat B | batiment b
BATIMENT B | batiment b
Bâtiment B | batiment b
Rés. les Lilas | residence les lilas
Résidence les Lilas | residence les lilas
RESIDENCE LES LILAS | residence les lilas
Le Bourg | le bourg
LE BOURG | le bourg
Le  Bourg | le bourg
Les Quatre Vents | les quatre vents
Étage 3 | etage 3
ETAGE 3 | etage 3
3e étage | 3e etage
Esc. 2 | escalier 2
Escalier 2 | escalier 2
ESCALIER 2 | escalier 2
Lot. du Parc | lotissement du parc
Lotissement du Parc | lotissement du parc
Zone industrielle Nord | zone industrielle nord
Z.A. des Prés | z a des pres
Hameau de l'Église | hameau de l eglise
Porte C | porte c
Chez Mme Durand | chez mme durand
Tour Montparnasse | tour montparnasse
Unit 4 | unit 4
UNIT 4 | unit 4
Flat 12 | apt 12
Apt. 12 | apt 12
Appt 12 | apt 12
Floor 3 | floor 3
Building C | building c
Block A | block a
Suite 200 | suite 200
Room 5 | room 5
Rose Cottage | rose cottage
The Old Rectory | the old rectory
Mill House | mill house
Level 2 | level 2
Tower 1 | tower 1
Penthouse | penthouse
Ground Floor | ground floor
Basement | basement
Annexe | annexe
Clos des Vignes | clos des vignes
Domaine du Lac | domaine du lac
Ferme du Puits | ferme du puits
Moulin Neuf | moulin neuf
Château d'Eau | chateau d eau
Villa Mon Rêve | villa mon reve
Immeuble Le Phare | immeuble le phare
IMMEUBLE LE PHARE | immeuble le phare
Im Hof | im hof
Hinterhaus | hinterhaus
Seitenflügel links | seitenflugel links
Escalera B | escalera b
Piso 3 | piso 3
Scala A | scala a
Interno 5 | interno 5
Bus 2 | bus 2
Boîte 4 | boite 4
Appartement 12 B | apt 12 b
""") + [junk("n/a"), junk("-", "no letter or digit"), junk("null"), junk("Non renseigné")]


def write(kind, cases, operation=None):
    cases = [case for index, case in enumerate(cases) if case not in cases[:index]]
    names = [each["name"] for each in cases]
    assert len(set(names)) == len(names), (kind, [name for name in names if names.count(name) > 1])
    lines = ["    " + json.dumps(each, ensure_ascii=False) for each in cases]
    content = '{\n  "operation": "normalize.%s",\n  "cases": [\n%s\n  ]\n}\n' % (operation or kind, ",\n".join(lines))
    path = pathlib.Path(__file__).resolve().parent.parent / "normalize" / f"{kind}.json"
    path.write_text(content, encoding="utf-8")
    print(kind, len(cases))


if __name__ == "__main__":
    for function in (email, birth_date, gender, city, postal_code, country, region, text, street_address, full_address, organisation_name, organisation_id, national_id, url, title, name_suffix, house_number, department, date, category, ignore, number, address_extra):
        write(function.__name__, function())
    for kind in ("identifier", "anonymous_id", "loyalty_id"):
        write(kind, identifier_cases())
    write("customer_id", [numbered(case) for case in identifier_cases()])
