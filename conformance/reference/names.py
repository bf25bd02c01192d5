"""Expected values of `conformance/normalize/full_name.json`.

The keys were written by hand from the rules the documentation states (titles and accents off, case folded, given names
before family names, apostrophes joined); this program adds the display form by Unicode's own rules and multiplies a few
patterns over lists of titles, particles and suffixes. It shares no code with the core. `python3 names.py` writes the files.
"""

import json
import pathlib
import unicodedata


def display(text):
    """NFC, single spaces, without format characters but for the joiners, which some scripts are spelt with."""
    text = "".join(c for c in " ".join(text.split()) if unicodedata.category(c) != "Cf" or c in "\u200c\u200d")
    return " ".join(unicodedata.normalize("NFC", text).split())


def case(name, text, key, verdict="ok", **options):
    given = [text, options] if options else [text]
    return {"name": name, "input": given, "output": {"display": display(text), "key": key, "verdict": verdict}}


def write(kind, cases):
    names = [each["name"] for each in cases]
    assert len(set(names)) == len(names), [name for name in names if names.count(name) > 1]
    lines = ["    " + json.dumps(each, ensure_ascii=False) for each in cases]
    text = '{\n  "operation": "normalize.%s",\n  "cases": [\n%s\n  ]\n}\n' % (kind, ",\n".join(lines))
    path = pathlib.Path(__file__).resolve().parent.parent / "normalize" / f"{kind}.json"
    path.write_text(text, encoding="utf-8")
    print(kind, len(cases))


# Families come first in Chinese, Japanese and Korean writing and in Vietnam; without its letters only before `Van` and `Thi`.
# Titles before a marker of the other family name are titles; the name in use is the married one; one word before it is the
# given name; of two people the first is read.
FULL = """
Mme Veuve Dupont | dupont
Mme Vve Marie Dupont | marie dupont
Mme Épouse Dupont | dupont
M. Ep Martin | martin
Dr ep Dupont | dupont
Mme née MARTIN | martin
Marie Ep Dupont | marie dupont
DUPONT Marie épouse MARTIN | marie martin
DUPONT née MARTIN Marie | marie dupont
Jean Bart | jean bart
John Bart Simpson | john bart simpson
Sir John Smith, Bart | john smith
Sir John Smith Baronet | john smith
Jean & Marie Dupont | jean dupont
Jean et Marie Dupont | jean dupont
M. ou Mme Jean Dupont | jean dupont
M. & Mme Durand | durand
M. Jean & Mme Marie Dupont | jean dupont
Jean Dupont et Marie Martin | jean dupont
Jean\\u202fDupont | jean dupont
Jean\\u2003Dupont | jean dupont
Jean\\u3000Dupont | jean dupont
Hr. Lars Hansen | lars hansen
Dhr. Jan Bakker | jan bakker
Jean Dupont | jean dupont
jean dupont | jean dupont
JEAN DUPONT | jean dupont
  Jean   Dupont  | jean dupont
DUPONT Jean | jean dupont
Jean DUPONT | jean dupont
Dupont, Jean | jean dupont
DUPONT, Jean | jean dupont
DUPONT , Jean | jean dupont
Dupont,Jean | jean dupont
Jean-Pierre Martin | jean pierre martin
Jean Pierre Martin | jean pierre martin
MARTIN Jean-Pierre | jean pierre martin
Martin, Jean-Pierre | jean pierre martin
LE GALL Yves | yves le gall
DE LA TOUR Marie-Claire | marie claire de la tour
Charles de Gaulle | charles de gaulle
DE GAULLE Charles | charles de gaulle
de Gaulle, Charles | charles de gaulle
Jean de La Fontaine | jean de la fontaine
Honoré de Balzac | honore de balzac
Cyrano de Bergerac | cyrano de bergerac
Charles d'Artagnan | charles dartagnan
Charles d’Artagnan | charles dartagnan
Valéry Giscard d'Estaing | valery giscard destaing
Anne Hidalgo | anne hidalgo
Élisabeth Borne | elisabeth borne
É́lodie Lefèvre | elodie lefevre
François Müller | francois muller
Zoë Kravitz | zoe kravitz
Anaïs Nguyễn | anais nguyen
Łukasz Wójcik | lukasz wojcik
Søren Kierkegaard | soren kierkegaard
Þóra Guðmundsdóttir | thora gudmundsdottir
Strauß, Johann | johann strauss
Ludwig van Beethoven | ludwig van beethoven
Vincent van der Berg | vincent van der berg
van den Berg, Anna | anna van den berg
Otto von Bismarck | otto von bismarck
Leonardo da Vinci | leonardo da vinci
Lorenzo de' Medici | lorenzo de medici
José da Silva | jose da silva
João dos Santos | joao dos santos
Mohamed El Amrani | mohamed el amrani
EL AMRANI Mohamed | mohamed el amrani
Tahar Ben Jelloun | tahar ben jelloun
Shaquille O'Neal | shaquille oneal
Shaquille O’Neal | shaquille oneal
O'Neal, Shaquille | shaquille oneal
Shaquille O Neal | shaquille oneal
Ronald McDonald | ronald mcdonald
Ronald Mc Donald | ronald mcdonald
Sir Alexander Mac Donald | alexander macdonald
John St. John | john saint john
Louis de Saint-Just | louis de saint just
Smith, John A. | john a smith
Smith, John Andrew | john andrew smith
John A. Smith | john a smith
J. A. Smith | j a smith
J.A. Smith | j a smith
J.R.R. Tolkien | j r r tolkien
J-P Martin | jp martin
JP Martin | jp martin
George Bernard Shaw | george bernard shaw
Martin Luther King Jr. | martin luther king jr
Martin Luther King, Jr. | martin luther king jr
King, Martin Luther, Jr. | martin luther king jr
King Jr., Martin Luther | martin luther king jr
Sammy Davis Junior | sammy davis jr
Robert Downey Senior | robert downey sr
Henry Ford II | henry ford ii
Thurston Howell III | thurston howell iii
Dr. Martin Luther King | martin luther king
M. Dupont | dupont
Mme Dupont | dupont
Mme Marie Dupont | marie dupont
M. et Mme Dupont | dupont
M. et Mme Jean Dupont | jean dupont
Mr & Mrs Smith | smith
Mr and Mrs John Smith | john smith
Dupont, Mme Marie | marie dupont
DUPONT Mme Marie | marie dupont
Prof. Dr. Hans Müller | hans muller
Maître Jean Dupont | jean dupont
Me Jean Dupont | jean dupont
Sir Winston Churchill | winston churchill
Lord Byron | byron
Lady Ada Lovelace | ada lovelace
Rev. Ted Hobson | ted hobson
The | the
Rt. Hon. Harold Wilson | harold wilson
General Ricky Byrne Haking | ricky byrne haking
Maj.-Gen. Charles Gordon | charles gordon
Captain James Cook | james cook
Prince Rogers Nelson | rogers nelson
Prince Nelson | prince nelson
Earl Warren | earl warren
Duke Ellington | duke ellington
Joe King | joe king
George Earl | george earl
Major Smith | major smith
Judge Reinhold | judge reinhold
Archibald Primrose, 5th Earl of Rosebery | archibald primrose
Vere, 4th Earl of Westmorland | vere westmorland
Vere 4th Earl of Westmorland | vere westmorland
James Mackay, 1st Earl Inchcape | james mackay
Alban Gibbs, Baron Aldenham | alban gibbs
Sir Robert Wilmot, 2nd Baronet | robert wilmot
Sir Charles Warde, Baronet | charles warde
Marie Dupont née Martin | marie dupont
Marie Dupont (née Martin) | marie dupont
Marie MARTIN épouse DUPONT | marie dupont
Marie Martin ep. Dupont | marie dupont
Dupont | dupont
DUPONT | dupont
Madonna | madonna
Björk | bjork
Иван Петров | иван петров
Γιώργος Παπαδόπουλος | γιωργοσ παπαδοπουλοσ
王小明 | 王小明
محمد علي | محمد علي
דוד כהן | דוד כהן
Ｊｅａｎ Ｄｕｐｏｎｔ | jean dupont
Jean\u00a0Dupont | jean dupont
Jean\tDupont | jean dupont
Jean\u200bDupont | jeandupont
Mary-Jane O’Connor-Smith | mary jane oconnor smith
Anne-Sophie de la Villardière-Martin | anne sophie de la villardiere martin
Robert "Bob" Smith | robert bob smith
Robert (Bob) Smith | robert bob smith
Kim Jong-un | kim jong un
Nguyễn Văn A | a van nguyen
Abd el-Kader | abd el kader
Null Smith | null smith
Jennifer Null | jennifer null
Jean Test | jean test
Ng Wei | ng wei
Bo Li | bo li
X Æ A-12 Musk | x ae a 12 musk
Smith-Jones, Mary | mary smith jones
DE LA CRUZ, Maria | maria de la cruz
Henri de Toulouse-Lautrec | henri de toulouse lautrec
Marie-Ange d'Ornano | marie ange dornano
Guy de Maupassant | guy de maupassant
LE PEN Marine | marine le pen
LEBRUN-DUPONT Anne | anne lebrun dupont
Ursula von der Leyen | ursula von der leyen
Gabriel García Márquez | gabriel garcia marquez
Pedro Calderón de la Barca | pedro calderon de la barca
Oscar de la Renta | oscar de la renta
Robin van Persie | robin van persie
Ruud van 't Hooft | ruud van t hooft
Catherine Zeta-Jones | catherine zeta jones
Daniel Day-Lewis | daniel day lewis
Conan O'Brien | conan obrien
Peter O`Toole | peter otoole
Sinéad O´Connor | sinead oconnor
王 小明 | 王小明
김 철수 | 김철수
김 철 수 | 김철수
山田 太郎 | 山田太郎
佐々木 たろう | 佐々木たろう
王, 小明 | 王小明
Nguyễn Văn An | an van nguyen
NGUYỄN Văn An | an van nguyen
Nguyen Van An | an van nguyen
Trần Thị Mai | mai thi tran
Nguyễn Thị Minh Khai | khai thi minh nguyen
Lê Lựu | luu le
An Nguyễn | an nguyen
Mai Phương Trần | mai phuong tran
Phan van der Berg | phan van der berg
Dinh Van Nguyen | dinh van nguyen
Tran Anh | tran anh
Dr. med. Anna Schmidt | anna schmidt
Prof. Dr. med. dent. Anna Schmidt | anna schmidt
Dr. rer. nat. Anna Schmidt | anna schmidt
Schmidt, Dr. med. Anna | anna schmidt
Dr. phil. Anna Schmidt | anna schmidt
Dr. Phil Collins | phil collins
Dr. Med Ali Mansour | med ali mansour
Dña. María López | maria lopez
D. Juan García | d juan garcia
Don Johnson | don johnson
"""

# A single letter is an initial. It is `O'` only before a name known with it, `d'` and `l'` only before a vowel where names elide
# (France, Italy), and `M.` is Monsieur only where English is not the language.
INITIALS = {
    None: """
John D. Smith | john d smith
John D Smith | john d smith
JOHN D SMITH | john d smith
John L. Adams | john l adams
John O. Smith | john o smith
John E. Smith | john e smith
John Y. Smith | john y smith
D. Lawrence | d lawrence
D.H. Lawrence | d h lawrence
Smith, John D. | john d smith
Smith, D. | d smith
John D. O. Smith | john d o smith
John D. O'Brien | john d obrien
Patrick O Callaghan | patrick ocallaghan
PATRICK O CALLAGHAN | patrick ocallaghan
O Callaghan, Patrick | patrick ocallaghan
D Ormesson, Jean | jean dormesson
Michel de l Hospital | michel de lhospital
Michel de L'Hospital | michel de lhospital
José Ortega y Gasset | jose ortega y gasset
João Pereira e Silva | joao pereira e silva
Jan v.d. Berg | jan v d berg
John Smith, M.D. | john smith md
John Smith Ph.D. | john smith phd
M. McCarthy | mccarthy
""",
    "GB": """
M. McCarthy | m mccarthy
M McCarthy | m mccarthy
M. J. McCarthy | m j mccarthy
Mr M. McCarthy | m mccarthy
McCarthy, M. | m mccarthy
M. et Mme Durand | durand
Mme Durand | durand
John D. Adams | john d adams
""",
    "FR": """
M. McCarthy | mccarthy
M. Durand | durand
M. J. Durand | j durand
Durand, M. Jean | jean durand
JEAN D ORMESSON | jean dormesson
Jean d Ormesson | jean dormesson
Robert L Hermite | robert lhermite
D. Olivier | d olivier
D OLIVIER | d olivier
L. Humbert | l humbert
d'Olivier | dolivier
John D. Smith | john d smith
JOHN D SMITH | john d smith
Patrick O Callaghan | patrick ocallaghan
""",
    "ES": """
D. Juan García López | juan garcia lopez
Don Juan García | juan garcia
Doña María López | maria lopez
García, D. Juan | juan garcia
Don Quijote | don quijote
D Juan García | d juan garcia
""",
    "IT": """
Gabriele D Annunzio | gabriele dannunzio
Gabriele D'Annunzio | gabriele dannunzio
""",
}

FULL_TITLES = (
    "Mr Mr. Mrs Mrs. Ms Ms. Miss Mister Madam Madame Monsieur Mademoiselle M. Mme Mme. MME Mlle Mlle. Mlles Dr Dr. DR Docteur Doctor Dre "
    "Prof Prof. Professor Professeur Maître Me Rev. Revd Reverend Sir Dame Lord Lady General Colonel Col. Major Captain Capt. Capitaine "
    "Lieutenant Lt Lt. Sgt Admiral Commander Brigadier Baron Baroness Baronne Viscount Vicomte Earl Count Countess Comte Comtesse Duke Duchess Duc Duchesse "
    "Marquis Marquise Prince Princess Princesse Chevalier Herr Frau Señor Señora Signor Signora Senhor Bishop Archbishop Cardinal Rabbi Imam "
    "Père Abbé Pasteur Monseigneur Mgr Judge Justice President Senator Governor Father Sister Hon. Esq."
).split()

PARTICLES = "de du des d' van von der den di da do dos del della El Al Ben Ibn Le La Les".split()


def full_names():
    cases = []
    for line in FULL.strip("\n").split("\n"):
        text, key = line.encode("utf-8").decode("utf-8").split(" | ")
        text = text.replace("\\u00a0", "\u00a0").replace("\\u202f", "\u202f").replace("\\u2003", "\u2003").replace("\\u3000", "\u3000").replace("\\t", "\t").replace("\\u200b", "\u200b")
        name = ascii(text)[1:-1] if not text.isascii() or "\t" in text else text
        cases.append(case(name, text, key))
    for region, block in INITIALS.items():
        for text, key in (line.split(" | ") for line in block.strip("\n").split("\n")):
            name = f"initials: {ascii(text)[1:-1]}" + (f" in {region}" if region else "")
            cases.append(case(name, text, key, **({"region": region} if region else {})))
    for title in dict.fromkeys(FULL_TITLES):
        cases.append(case(f"title {title}", f"{title} Jeanne Moreau", "jeanne moreau"))
        cases.append(case(f"title {title} in reverse order", f"Moreau, {title} Jeanne", "jeanne moreau") if title not in NAME_TITLES else case(f"title {title}, three names", f"{title} Jeanne Marie Moreau", "jeanne marie moreau"))
    for particle in PARTICLES:
        folded = particle.lower().rstrip("'")
        glue = "" if particle.endswith("'") else " "
        cases.append(case(f"particle {particle}", f"Alain {particle}{glue}Roche", f"alain {folded}{glue}roche"))
        cases.append(case(f"particle {particle}, reversed", f"{particle}{glue}Roche, Alain", f"alain {folded}{glue}roche"))
    for text in ["n/a", "N/A", "unknown", "Inconnu", "non renseigné", "xxx", "not available", "undefined"]:
        cases.append(case(f"placeholder {text}", text, "", "placeholder: word for a missing value"))
    for text in ["Inconnu Inconnu", "N/A N/A", "unknown unknown", "null null", "xxx xxx"]:
        cases.append(case(f"placeholder {text}", text, "", "placeholder: word for a missing value"))
    cases.append(case("placeholder asdf asdf", "asdf asdf", "", "placeholder: keyboard run"))
    cases.append(case("placeholder Nom Prénom", "Nom Prénom", "", "placeholder: name of a column"))
    cases.append(case("a title alone", "Mme", "", "invalid: a title without a name"))
    cases.append(case("a name twice", "Martin Martin", "martin martin"))
    cases.append(case("placeholder azerty", "azerty", "", "placeholder: keyboard run"))
    cases.append(case("placeholder aaaa", "aaaa", "", "placeholder: repeated character"))
    cases.append(case("placeholder dashes", "---", "", "placeholder: no letter or digit"))
    cases.append(case("placeholder dot", ".", "", "placeholder: no letter or digit"))
    cases.append(case("placeholder John Doe", "John Doe", "", "placeholder: test name"))
    cases.append(case("placeholder test test", "Test TEST", "", "placeholder: test name"))
    return cases


# Titles that are names too: read as titles only before two more words.
NAME_TITLES = set("Earl Duke Baron Prince Major Judge Justice Dame Marquis Marquise Count Comte Chevalier Bishop Cardinal Imam Père Abbé Pasteur Princess Princesse President Senator Governor Father Sister Hon. Col. Duc Capitaine".split())


if __name__ == "__main__":
    write("full_name", full_names())
