"""Expected values of `conformance/normalize/{family_name,birth_name}.json`.

Keys by writing alone are those of `name_keys.py`. Keyed by hand: particles stay with the name, as in the Netherlands'
BRP table 36 and in French, Spanish and Portuguese use; Irish and Scottish prefixes and what `d'` and `l'` leave are one word with
it, as in IFLA's Names of Persons; titles, suffixes and the other family name off. It shares no code with the core. `python3
family_names.py` writes the files.
"""

from name_keys import placeholders, rules, whole, world
from names import write

FAMILY = """

Dupont | dupont
DUPONT | dupont
 dupont  | dupont
Müller | muller
Mueller | mueller
Lefèvre | lefevre
Lefebvre | lefebvre
Groß | gross
Strauß | strauss
Nguyễn | nguyen
Nuñez | nunez
Gonçalves | goncalves
Dvořák | dvorak
Wałęsa | walesa
Ødegård | odegard
Ångström | angstrom
Gîngă | ginga
O'Brien | obrien
O’Brien | obrien
O`Brien | obrien
O´Brien | obrien
O Brien | obrien
OBrien | obrien
d'Artagnan | dartagnan
d’Artagnan | dartagnan
D'ARTAGNAN | dartagnan
d Artagnan | dartagnan
D'Angelo | dangelo
L'Hermite | lhermite
L Hermite | lhermite
McDonald | mcdonald
Mc Donald | mcdonald
MacDonald | macdonald
Mac Donald | macdonald
de Gaulle | de gaulle
De Gaulle | de gaulle
DE GAULLE | de gaulle
de La Tour | de la tour
de la Fontaine | de la fontaine
du Bellay | du bellay
des Essarts | des essarts
Le Gall | le gall
Le-Gall | le gall
van der Berg | van der berg
van den Berg | van den berg
Van Gogh | van gogh
von Bismarck | von bismarck
zu Guttenberg | zu guttenberg
El Amrani | el amrani
El-Amrani | el amrani
Al-Hassan | al hassan
Ben Ali | ben ali
da Silva | da silva
dos Santos | dos santos
della Robbia | della robbia
Di Caprio | di caprio
Saint-Exupéry | saint exupery
St-Exupéry | saint exupery
St Exupéry | saint exupery
St. John | saint john
Sainte-Beuve | sainte beuve
Ste-Beuve | sainte beuve
Smith-Jones | smith jones
Smith Jones | smith jones
Toulouse-Lautrec | toulouse lautrec
King Jr. | king
King, Jr. | king
Downey Sr | downey
Ford II | ford
Howell III | howell
Windsor IV | windsor
Smith Esq. | smith
House MD | house
M. Dupont | dupont
Mme Dupont | dupont
Dr House | house
Dupont née Martin | dupont
Dupont (née Martin) | dupont
MARTIN épouse DUPONT | dupont
Martin ep. Dupont | dupont
Martin veuve Dupont | dupont
Петров | петров
Достоевский | достоевскии
Παπαδόπουλος | παπαδοπουλοσ
王 | 王
李 | 李
علي | علي
כהן | כהן
김 | 김
ＤＵＰＯＮＴ | dupont
Null | null
None | none
Test | test
Na | na
Nc | nc
Nil | nil
Ng | ng
O | o
X | x
Wu | wu
Xi | xi
Aa | aa
King | king
Bishop | bishop
Earl | earl
Marshal | marshal
Prince | prince
Saint | saint
St | st
De | de
Junior | junior
Le | le
"""

# Irish and Scottish prefixes are one word with the name, in all ways of writing them.
FAMILY_GAELIC = """
O'Neill | oneill
O\u2019NEILL | oneill
o'neill | oneill
O' Neill | oneill
O Neill | oneill
O-Neill | oneill
ONeill | oneill
Ó Néill | oneill
Ó hUiginn | ohuiginn
O'Shaughnessy | oshaughnessy
Ní Dhomhnaill | ni dhomhnaill
Nic Gabhann | nic gabhann
Ua Briain | ua briain
Mac Giolla Phádraig | macgiolla phadraig
Mac-Mahon | macmahon
MAC MAHON | macmahon
MacMahon | macmahon
Mc-Carthy | mccarthy
MC CARTHY | mccarthy
McCarthy | mccarthy
M\u1d9cCarthy | mccarthy
M'Carthy | mcarthy
M\u2018Culloch | mculloch
MacLeod | macleod
Mac Leod | macleod
Mack | mack
Macé | mace
Fitz Gerald | fitz gerald
FitzGerald | fitzgerald
Ap Rhys | ap rhys
ap Rhys | ap rhys
O'Brien-Smith | obrien smith
O'Brien McDonald | obrien mcdonald
"""

FAMILY_FRENCH = """
D'Alembert | dalembert
d' Ormesson | dormesson
D ORMESSON | dormesson
D SMITH | d smith
d'Ornano | dornano
Giscard d'Estaing | giscard destaing
Giscard d Estaing | giscard destaing
de L'Hospital | de lhospital
DE L HOSPITAL | de lhospital
L'Haÿ | lhay
Le Goff | le goff
LE GOFF | le goff
LeGoff | legoff
Du Pont | du pont
du Pont de Nemours | du pont de nemours
Dupont de Nemours | dupont de nemours
Galouzeau de Villepin | galouzeau de villepin
de La Rochefoucauld | de la rochefoucauld
La Rochefoucauld | la rochefoucauld
Lévy-Bruhl | levy bruhl
Saint-Saëns | saint saens
St-Saëns | saint saens
ST SAENS | saint saens
de Saint-Exupéry | de saint exupery
de St Exupéry | de saint exupery
Ste. Marie | sainte marie
St.Clair | saint clair
St Clair-Erskine | saint clair erskine
Sinclair | sinclair
Crèvecœur | crevecoeur
CRÈVECŒUR | crevecoeur
Lecœur | lecoeur
Croÿ | croy
Louÿs | louys
Lenôtre | lenotre
Dupont dit Durand | dupont dit durand
Martin--Durand | martin durand
Martin \u2013 Durand | martin durand
Martin/Durand | martin durand
"""

# What is said beside the family name: civil status, titles, generations.
FAMILY_BESIDE = """
née Lefèvre | lefevre
Martin née Lefèvre | martin
Martin (née Lefèvre) | martin
MARTIN NEE LEFEVRE | martin
Martin épse Petit | petit
Martin épouse de La Tour | de la tour
Martin vve Roux | roux
veuve Roux | roux
Müller geb. Schmidt | muller
Müller geborene Schmidt | muller
Smith formerly Jones | smith
Née | nee
Mr Smith | smith
Mrs. Smith | smith
Mme. de La Tour | de la tour
Mlle Dupont | dupont
M. et Mme Dupont | dupont
Mr & Mrs Smith | smith
Prof. Dr. Müller | muller
Herr Müller | muller
Sra. García | garcia
Sir Smith | smith
Me Dupont | dupont
Rev. Smith | smith
Smith Jnr | smith
Smith, Senior | smith
Smith III | smith
Smith 3rd | smith
Smith PhD | smith
Smith, M.D. | smith
Smith Ph.D. | smith
Smith D.D.S. | smith
Smith OBE | smith
Smith QC | smith
de La Fontaine Jr. | de la fontaine
Jr | jr
III | iii
Duke | duke
King Smith | king smith
"""

FAMILY_IBERIAN = """
García Márquez | garcia marquez
García-Márquez | garcia marquez
GARCIA MARQUEZ | garcia marquez
Ortega y Gasset | ortega y gasset
Ramón y Cajal | ramon y cajal
Puig i Cadafalch | puig i cadafalch
Pereira e Silva | pereira e silva
Fernández de la Vega | fernandez de la vega
de la Cruz | de la cruz
DE LA CRUZ | de la cruz
De los Ríos | de los rios
del Río | del rio
Del Bosque | del bosque
de las Heras | de las heras
San Martín | san martin
Santa Cruz | santa cruz
Sáenz de Santamaría | saenz de santamaria
de Souza | de souza
das Neves | das neves
da Conceição | da conceicao
do Nascimento | do nascimento
dos Reis e Sousa | dos reis e sousa
Eça de Queiroz | eca de queiroz
Vilas-Boas | vilas boas
"""

FAMILY_GERMANIC = """
van der Meer | van der meer
Van Der Meer | van der meer
VAN DER MEER | van der meer
Vandermeer | vandermeer
van 't Hooft | van t hooft
van\u2019t Hooft | vant hooft
't Hart | t hart
\u2019t Hart | t hart
v.d. Berg | v d berg
v.d. Akker | v d akker
v/d Berg | v d berg
ten Brink | ten brink
ter Horst | ter horst
de Vries | de vries
De Vries | de vries
den Uyl | den uyl
op den Camp | op den camp
van de Velde-Janssen | van de velde janssen
von und zu Liechtenstein | von und zu liechtenstein
von der Leyen | von der leyen
Von der Leyen | von der leyen
zur Nedden | zur nedden
zum Winkel | zum winkel
vom Hofe | vom hofe
Freiherr von Stein | freiherr von stein
af Klint | af klint
Müller-Lüdenscheidt | muller ludenscheidt
Leutheusser-Schnarrenberger | leutheusser schnarrenberger
"""

FAMILY_ITALIAN = """
D'Annunzio | dannunzio
D ANNUNZIO | dannunzio
D\u2019Amico | damico
Dell'Acqua | dellacqua
Dall'Oglio | dalloglio
De' Medici | de medici
de' Medici | de medici
De Sica | de sica
Degli Esposti | degli esposti
Della Valle | della valle
Dalla Chiesa | dalla chiesa
Lo Presti | lo presti
La Russa | la russa
Di Pietro | di pietro
Dei Rossi | dei rossi
"""

FAMILY_ARABIC = """
al-Fayed | al fayed
Al Fayed | al fayed
AL-FAYED | al fayed
Alfayed | alfayed
el-Baradei | el baradei
El Baradei | el baradei
bin Laden | bin laden
ben Barka | ben barka
Benbarka | benbarka
ibn Sīnā | ibn sina
bint Abdallah | bint abdallah
bint Khālid Āl Saʿūd | bint khalid al saud
Abu Ghazaleh | abu ghazaleh
Aït Ahmed | ait ahmed
Ould Daddah | ould daddah
as-Sadr | as sadr
Abd el-Kader | abd el kader
Abd-al-Wahhāb | abd al wahhab
Al-Khwārizmī | al khwarizmi
ʿAbbās | abbas
"""

FAMILY_FORMS = """
Ｏ＇Ｂｒｉｅｎ | obrien
Ｄｅ　Ｇａｕｌｌｅ | de gaulle
\U0001d40c\U0001d42e\U0001d42b\U0001d429\U0001d421\U0001d432 | murphy
\ufb02ynn | flynn
Gri\ufb03n | griffin
\u0132sselmuiden | ijsselmuiden
Co\u0140legi | collegi
Mi\u017f\u017fel | missel
Mu\u0308ller | muller
Lefe\u0300vre | lefevre
Nguye\u0302\u0303n | nguyen
Nguy\u1ec5n | nguyen
A\u030angstro\u0308m | angstrom
\u212bngstr\u00f6m | angstrom
Du\u200bpont | dupont
Du\u00adpont | dupont
\ufeffDupont | dupont
\u202bDupont\u202c | dupont
Martin\u00a0Durand | martin durand
Martin\u2011Durand | martin durand
Martin\u2212Durand | martin durand
Martin\tDurand | martin durand
dUPONT | dupont
Dupont2 | dupont2
Dupont (2) | dupont 2
"Dupont" | dupont
«Dupont» | dupont
Dupont, | dupont
Dupont; Durand | dupont durand
Dupont & Durand | dupont durand
Dupont et Durand | dupont et durand
"""

FAMILY_WORLD = """
French: Benoît, Crépin, Guérin, Lemaître, François, Noël, Gaël, Bachelière
German: Groß, Jäger, Schäfer, Böhm, Übermut, WEIß, Preußler
Spanish: Núñez, Ibáñez, Zúñiga, Argüelles, Güell
Portuguese: Magalhães, Guimarães, Assunção, Brandão, Simões
Italian: Cantù, Nicolò
Romanian: Ţepeş, Țepeș, Brâncuși, Băsescu
Polish: Łoś, Mickiewiczówna, Jabłońska, Żuławski, Gołębiewski, Ćwiąkalski
Czech: Dvořáková, Čapek, Žižka, Růžička, Šťastný, Ďuriš
Slovak: Štúr, Ľupták
Hungarian: Szőke, Nagyváradi, Erdős, Kövér, Fűrész
Croatian: Đoković, Šarić, Žganec
Lithuanian: Šimkutė, Kęstutis, Žukauskaitė
Latvian: Bērziņš, Kalniņa, Ģērmanis
Estonian: Õunapuu, Pärn
Finnish: Hämäläinen, Räikkönen, Kekkonen-Äyräväinen
Swedish: Sjöström, Åkesson, Öberg
Danish: Ødegaard, Kjær, Nørgård
Norwegian: Bjørnson, Hågensen
Icelandic: Þorsteinsdóttir, Guðjohnsen, Sæmundsson
Sami: Gaup-Ŧoŋŋá
Welsh: Llwŷd
Maltese: Żahra, Ħaber, Ċetta
Turkish: Öztürk, Yılmaz, ŞAHİN, Çelik, IŞIK, Güneş
Azerbaijani: Əliyev, MƏMMƏDOV
Albanian: Çaushi, Gjëra
Vietnamese: Trần, Phạm, Đặng, Võ, Huỳnh
Hawaiian: Kānaka, Kaʻahumanu
Samoan: Faʻafunua
Tongan: Lātūkefu
Yoruba: Ṣóyínká, Adébáyọ̀
Igbo: Ọkọrọ
Hausa: Ɗangote
Pinyin: Lǐ, Zhāng, Lǚ, Ōuyáng
Romaji: Satō, Itō, Kon’no
Korean in Latin letters: Pak, Yi
Sanskrit: Śarmā, Kṛṣṇamūrti
Russian: Пётр, Соловьёв, Толстой, ЩЕРБАКОВ
Ukrainian: Ґалаґан, Зеленський, Кравчук, Лук'яненко
Bulgarian: Димитров
Serbian: Ђоковић, Његош
Macedonian: Ѓорѓиевски
Belarusian: Шушкевіч, Быкаў
Kazakh: Назарбаев, Қонаев
Greek: Παπανδρέου, Καζαντζάκης, ΣΕΦΕΡΗΣ, Ἑλύτης
Armenian: Սարգսյան, Երևանցի
Georgian: შევარდნაძე
Hebrew: כַּץ, ז'בוטינסקי, צ׳רנין
Arabic: القذافي, الرَّشيد, أبو, عبد الله
Persian: رضایی, حسن\u200cزاده
Urdu: خان
Hindi: शर्मा, चौहान
Bengali: চট্টোপাধ্যায়
Tamil: சுப்பிரமணியம்
Telugu: రెడ్డి
Kannada: ಗೌಡ
Gujarati: પટેલ
Thai: ชินวัตร, น้ำเงิน
Burmese: ဦး
Khmer: សុខ
Amharic: ተስፋዬ
Japanese: 佐藤, さとう, サトウ, ｻﾄｳ, 渡\u9089, \ufa11
Korean: 박, \u1100\u1175\u11b7
Chinese: 歐陽, 欧阳, \uf90c
"""

# The name at birth is what follows `née` and its like, else what stands before `épouse` and its like.
BIRTH = """
née Lefèvre | lefevre
Née LEFEVRE | lefevre
NÉE de la Tour | de la tour
NEE LEFEVRE | lefevre
ne\u0301e Lefe\u0300vre | lefevre
(née Martin) | martin
née O'Brien | obrien
née d'Ormesson | dormesson
née Le Goff | le goff
née St-Jean | saint jean
née van den Berg | van den berg
née García Márquez | garcia marquez
née Петрова | петрова
Martin née Lefèvre | lefevre
Martin, née Lefèvre | lefevre
Martin (née Lefèvre) | lefevre
Martin [née Lefèvre] | lefevre
Martin - née Lefèvre | lefevre
MARTIN NÉE LEFÈVRE | lefevre
Mme Martin née Lefèvre | lefevre
Martin-Durand née Lefèvre | lefevre
de La Tour née Martin | martin
Martin née de La Tour | de la tour
Martin née Lefèvre Jr. | lefevre
Smith née Jones | jones
Smith nee Jones | jones
O'Brien née McCarthy | mccarthy
O'Brien (formerly Murphy) | murphy
Smith formerly Jones | jones
formerly Jones | jones
Dupont geb. Schmidt | schmidt
geb. Müller | muller
geborene Weiß | weiss
Meier, geb. von Stein | von stein
Meier geborene Groß | gross
Martin épouse Dupont | martin
Martin épse Dupont | martin
MARTIN EPSE DUPONT | martin
Martin ép. Dupont | martin
Martin veuve Dupont | martin
Martin vve Dupont | martin
de La Tour épouse Martin | de la tour
Lefèvre épouse de La Tour | lefevre
Le Goff ép. Dupont | le goff
Nee | nee
Née | nee
Épouse | epouse
Martin née | martin nee
Lefèvre | lefevre
DE LA TOUR | de la tour
d'Artagnan | dartagnan
Ó Néill | oneill
Mac Donald | macdonald
St. John | saint john
Mme Lefèvre | lefevre
Lefèvre III | lefevre
Smith-Jones | smith jones
Müller | muller
Żółkiewska | zolkiewska
Þórsdóttir | thorsdottir
Петрова | петрова
Παπαδοπούλου | παπαδοπουλου
李 | 李
Null | null
King | king
"""


if __name__ == "__main__":
    family = (FAMILY, FAMILY_GAELIC, FAMILY_FRENCH, FAMILY_BESIDE, FAMILY_IBERIAN, FAMILY_GERMANIC, FAMILY_ITALIAN, FAMILY_ARABIC, FAMILY_FORMS)
    write("family_name", whole(*map(rules, family), world(FAMILY_WORLD), placeholders()))
    write("birth_name", whole(rules(BIRTH), placeholders()))
