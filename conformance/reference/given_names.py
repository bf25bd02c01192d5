"""Expected values of `conformance/normalize/{given_name,middle_name}.json`.

Keys by writing alone are those of `name_keys.py`. Keyed by hand: compound names as INSEE's file of first names and the civil
registers write them, their parts as words; titles and generational suffixes off; initials as given. It shares no code with
the core. `python3 given_names.py` writes the files.
"""

from name_keys import placeholders, rules, whole, world
from names import write

GIVEN = """

Jean | jean
 JEAN  | jean
jean | jean
Jean-Pierre | jean pierre
Jean Pierre | jean pierre
JEAN—PIERRE | jean pierre
Jean‑Pierre | jean pierre
J-P | jp
J.-P. | jp
J.P. | jp
J P | jp
JP | jp
J. | j
M | m
Valéry | valery
vale\u0301ry | valery
Élodie | elodie
Zoë | zoe
Anaïs | anais
François | francois
Loïc | loic
Gaëlle | gaelle
Noël | noel
Chloé | chloe
Léa | lea
Agnès | agnes
Jérôme | jerome
Björn | bjorn
Jürgen | jurgen
Łukasz | lukasz
Þór | thor
Æthelred | aethelred
Øyvind | oyvind
Nuño | nuno
İbrahim | ibrahim
Işıl | isil
Mary Ann | mary ann
Mary-Ann | mary ann
Marie-Thérèse | marie therese
Marie Thérèse | marie therese
Anne-Laure, Sophie | anne laure sophie
Mme Marie | marie
Mme. Marie | marie
M. Jean | jean
Monsieur Jean | jean
Dr Paul | paul
Dr. Paul-Henri | paul henri
Sir John | john
Sir | 
Rev. | 
General | 
Captain | 
Prince | prince
Earl | earl
Duke | duke
Major | major
King | king
Sean O'Neil | sean oneil
D'Angelo | dangelo
D’Angelo | dangelo
La'Shawn | lashawn
Robert (Bob) | robert bob
William "Bill" | william bill
Иван | иван
Андрей | андреи
Ναυσικά | ναυσικα
小明 | 小明
明美 | 明美
محمد | محمد
ＪＥＡＮ | jean
Test | test
Null | null
None | none
Na | na
Nan | nan
Nil | nil
Jo | jo
Al | al
Ed | ed
Y | y
Li | li
Cher | cher
Marie Claire Anne | marie claire anne
"""

# Compound names: INSEE's file of first names and the civil registers write them with a hyphen, people do not.
GIVEN_COMPOUND = """
ANNE MARIE | anne marie
Anne \u2013 Marie | anne marie
Anne\u2010Marie | anne marie
Anne_Marie | anne marie
Anne/Marie | anne marie
Anne+Marie | anne marie
Anne & Marie | anne marie
Marie-José | marie jose
Jean-François-Xavier | jean francois xavier
JEAN PAUL MARIE | jean paul marie
Jean Marie, Alfred | jean marie alfred
Marie;Louise;Anne | marie louise anne
Pierre-Yves | pierre yves
Charles-Édouard | charles edouard
Karl-Heinz | karl heinz
Hans Jürgen | hans jurgen
Lars-Erik | lars erik
Carl Gustaf | carl gustaf
Anna-Liisa | anna liisa
José María | jose maria
María del Carmen | maria del carmen
María de los Ángeles | maria de los angeles
Ana de Jesús | ana de jesus
Mª Carmen | ma carmen
José Mª | jose ma
Gian-Carlo | gian carlo
Pier Paolo | pier paolo
Maria da Conceição | maria da conceicao
Mary Lou | mary lou
Billie-Jo | billie jo
Sarah-Jane | sarah jane
Abd el-Kader | abd el kader
Abd al-Raḥmān | abd al rahman
Abdul-Rahman | abdul rahman
Nūr al-Dīn | nur al din
Abū Bakr | abu bakr
Umm Kulthūm | umm kulthum
Min-jun | min jun
Hyun Woo | hyun woo
Xiao-Ming | xiao ming
Jun'ichi | junichi
Shin-ichi | shin ichi
Ch'ien-lung | chien lung
Thị Mai | thi mai
"""

GIVEN_INITIALS = """
A. | a
a | a
É. | e
Ł. | l
Æ. | ae
A.B. | ab
A. B. | ab
A-M | am
M.-C. | mc
J.-Ph. | j ph
Ch. | ch
Ph. | ph
Jean-P. | jean p
Jean P. | jean p
J. Pierre | j pierre
J.R. | jr
J.R.R. | j r r
E. T. A. | e t a
W.E.B. | w e b
F. Scott | f scott
Harry S. | harry s
Ａ．Ｂ． | ab
"""

# Civilities before the name; words that are names too stay (`Prince`, `Earl`).
GIVEN_TITLES = """
Mr John | john
Mr. John | john
MR JOHN | john
Mrs. Jane | jane
Ms Jane | jane
Miss Jane | jane
Mlle Claire | claire
Mlle. Claire | claire
Madame Claire | claire
Mademoiselle Claire | claire
Messieurs Jean | jean
Me Paul | paul
Maître Paul | paul
Prof. Hans | hans
Prof. Dr. Hans | hans
Herr Hans | hans
Frau Anna | anna
Fräulein Anna | anna
Señor José | jose
Señora Ana | ana
Señorita Ana | ana
Sr. José | jose
Sra. Ana | ana
Srta. Ana | ana
Signor Paolo | paolo
Signora Lucia | lucia
Senhor João | joao
Rev. Martin | martin
Rabbi Moshe | moshe
Sheikh Ahmed | ahmed
Lord George | george
Lady Diana | diana
Sir Ian | ian
Colonel Paul | paul
Mgr Paul | paul
M. et Mme Jean | jean
Dr M. Jean | jean
Mme | 
Mr. | 
Mlle | 
Dr. | 
Monsieur | 
King Charles | king charles
Duke William | duke william
Jean Prince | jean prince
"""

GIVEN_SUFFIXES = """
John Jr | john
John Jr. | john
John, Jr. | john
John JUNIOR | john
Sammy Junior | sammy
James Sr. | james
William III | william
Henry IV | henry
George Esq. | george
George, M.D. | george
George Ph.D. | george
George O.B.E. | george
Louis 2nd | louis
Junior | junior
Jr | jr
III | iii
Ivan | ivan
Vi | vi
"""

GIVEN_APOSTROPHES = """
D'Arcy | darcy
d\u2019arcy | darcy
De'Andre | deandre
Ja\u2018Net | janet
N'Golo | ngolo
N`Golo | ngolo
M\u00b4Bala | mbala
O'Shea | oshea
Ta\uff07Shya | tashya
Ma\u02bcayan | maayan
Ya'el | yael
Ka\u02bbiulani | kaiulani
Mar'yana | maryana
Goulc'hen | goulchen
\u02bfAlī | ali
Isrā\u02beīl | israil
Elizabeth \u201cLiz\u201d | elizabeth liz
William 'Bill' | william bill
Édouard «Édou» | edouard edou
[Jean] | jean
*Jean* | jean
Jean- | jean
-Jean | jean
Jean . | jean
"""

# Unicode's compatibility characters (NFKD), invisible characters, and white space.
GIVEN_FORMS = """
Ｍａｒｉｅ－Ａｎｎｅ | marie anne
\U0001d4dc\U0001d4ea\U0001d4fb\U0001d4f2\U0001d4ee | marie
\u24bf\u24d4\u24d0\u24dd | jean
Jose\ufb01na | josefina
Ra\ufb00aele | raffaele
Augu\ufb06e | auguste
\u0132sbrand | ijsbrand
\u01c8ubica | ljubica
\u01cbegoslav | njegoslav
\u01c5ordan | dzordan
Ma\u0140lia | mallia
Marcel\u00b7lí | marcelli
\u017fu\u017fanna | susanna
E\u0301lodie | elodie
Bjo\u0308rn | bjorn
Zoe\u0308 | zoe
Ngo\u0323c | ngoc
Ho\u0323\u0302i | hoi
Ho\u0302\u0323i | hoi
A\u030asa | asa
\u212bke | ake
I\u0307brahim | ibrahim
Ade\u0301ba\u0301yo\u0323\u0300 | adebayo
S\u0327ule | sule
Je\u200ban | jean
Jean\u00ad-Luc | jean luc
\ufeffJean | jean
\u202aJean\u202c | jean
\u2066Jean\u2069 Luc | jean luc
\u00a0Jean\u00a0Luc | jean luc
Jean\u2003Luc | jean luc
Jean\u202fLuc | jean luc
\u3000Jean\u3000 | jean
jEAN | jean
JeAn-lUc | jean luc
Jean2 | jean2
X Æ A-12 | x ae a 12
"""

GIVEN_WORLD = """
French: Aurélien, Cécile, Hélène, Inès, Maëlys, Gwenaëlle, Benoît, Côme, Solène, Cœlia, Lætitia, Raphaëlle, Théophile, Françoise
German: Jörg, Günther, Käthe, Sören, Götz, Bärbel, Änne, RÖSCHEN
Spanish: José, María, Íñigo, Begoña, Ángel, Joaquín, Concepción, Verónica, Raúl
Catalan: Núria, Àngels, Òscar
Portuguese: João, Inês, Conceição, Luísa, Gonçalo, Antónia, Estêvão, Thaís
Italian: Niccolò, Noè, Giosuè, Desirée
Romanian: Ștefan, Ştefan, Ioniță, Mădălina, Sânziana
Polish: Michał, Bożena, Grażyna, Małgorzata, Świętosława, Żaneta, Jędrzej, Źdźisław
Czech: Jiří, Šárka, Zdeněk, Květa, Ondřej, Růžena, Žofie
Slovak: Ľubomír, Ľudovít, Želmíra
Hungarian: György, Zsófia, Lőrinc, Gergő, Ödön, Tünde, Fűzfa
Croatian: Đorđe, Željko, Ćiro, Šime, Dražen
Slovene: Žiga, Črtomir
Lithuanian: Šarūnas, Žydrūnas, Eglė, Ąžuolas, Jūratė, Vytenė
Latvian: Jānis, Ģirts, Kārlis, Ņikita, Ļubova, Jēkabs
Estonian: Tõnu, Ülle, Õnne, Jüri
Finnish: Väinö, Päivi, Yrjö
Swedish: Åsa, Örjan, Pär, Göran
Danish: Jørgen, Børge, Kåre, Ægir
Norwegian: Håkon, Bjørnstjerne, Pål, Sølvi
Icelandic: Þórdís, Guðrún, Hróðmar, Æsa, Sæunn, Ýmir
Faroese: Jógvan, Høgni, Bárður
Sami: Áŋŋel, Niŧŧá, Máđii
Welsh: Siân, Llŷr, Gwenllïan
Irish: Seán, Sinéad, Róisín, Pádraig, Seaġán
Gaelic: Mòrag, Ùisdean, Eòghann
Basque: Iñaki, Eñaut
Galician: Uxía, Antía
Maltese: Ġorġ, Ċensu, Ħanna, Żeppi
Turkish: Çağla, Şükrü, Gökçe, Yıldız, Ayşe, Doğan, IŞIL, İBRAHİM, Kâzım
Azerbaijani: Əli, Gülnarə, ŞƏHRİYAR
Albanian: Arbër, Përparim, Çlirim
Vietnamese: Ngọc, Hường, Đức, Thảo, Quỳnh, Tuyết, Bảo, Dũng
Hawaiian: Keōpūolani, Nāinoa
Māori: Māui, Tāne, Whetū
Yoruba: Ṣọlá, Olúwadámiláre, Ẹniọlá
Igbo: Chịdị, Nkọlị, Ụzọ
Hausa: Ɗanjuma, Ɓala, Ƙaura, Ƴarima
Akan: Kwabɛna, Ɛsi
Bambara: Ɲana
Greenlandic: Kĸilikitsoĸ, Uĸa
Esperanto: Ĉiela, Ĝojo, Ŭilo
Pinyin: Xiùyīng, Jiànguó, Lǚ, Nǎiwén
Romaji: Yūko, Shōta, Kenʼichi
Sanskrit: Kṛṣṇa, Lakṣmī, Viṣṇu
Arabic in Latin letters: Fāṭima, Ḥusayn, Zaïnab, Aïcha, ʿUmar
Hebrew in Latin letters: Yiṣḥaq, Ḥanah, Re'uven
Russian: Алёна, Семён, Юлия, Майя, ОЛЬГА
Ukrainian: Олексій, Ївга, Дар'я, Мар’яна
Belarusian: Ўладзімір, Святлана
Serbian: Ђорђе, Љубица, Ћирило
Macedonian: Ѓорѓи, Ќирил
Kazakh: Әсел, Қайрат, Ұлжан
Mongolian: Цэцэг, Өлзий
Greek: Ελένη, Γεώργιος, Μαΐα, ΧΡΗΣΤΟΣ, Ἀλέξανδρος
Armenian: Արամ, Սևակ
Georgian: ნინო, \u1c9c\u1c98\u1c9c\u1c9d
Hebrew: שָׂרָה, יעל, ז׳קלין
Arabic: مُحَمَّد, أحمد, فاطمة, إبراهيم, آمنة, محـمد
Persian: زهرا, علی\u200cرضا
Hindi: प्रिया, कृष्ण, फ़ातिमा
Bengali: সুমিতা
Punjabi: ਗੁਰਪ੍ਰੀਤ
Tamil: கவிதா
Telugu: లక్ష్మి
Malayalam: അമ്മു
Sinhala: නිමල්
Thai: สมชาย, น้ำทิพย์
Khmer: សុខា
Burmese: အောင်
Amharic: አበበ
Japanese: さくら, サクラ, ﾊﾅｺ, か\u3099く, 花子
Korean: 지은, \u110c\u1175\u110b\u1173\u11ab
Chinese: 秀英, \uf90a
"""

# Further given names, initials and patronymics. Titles come off as from a given name; everything else stays.
MIDDLE = """
A. | a
A | a
A. B. | ab
A.B. | ab
A B | ab
A. B. C. | a b c
H | h
d | d
L. | l
O | o
É. | e
J.-P. | jp
Ch. | ch
Marie Louise | marie louise
Marie, Louise | marie louise
Louise, Jeanne | louise jeanne
MARIE LOUISE | marie louise
Marie-Louise | marie louise
Louis-Philippe | louis philippe
Jean-Marie Alphonse | jean marie alphonse
Anne Sophie Claire | anne sophie claire
Anne  Sophie\tClaire | anne sophie claire
Marie J. | marie j
J. Marie | j marie
Fitzgerald | fitzgerald
Mac | mac
O'Brien | obrien
D'Arcy | darcy
de Paul | de paul
du Sacré-Cœur | du sacre coeur
de la Croix | de la croix
van Rijn | van rijn
von | von
Maria Johanna | maria johanna
Mª | ma
del Pilar | del pilar
de Jesús | de jesus
dos Anjos | dos anjos
St. John | st john
Saint-Clair | saint clair
Jr. | jr
Louis III | louis
Earl | earl
Duke | duke
King | king
Prince | prince
Dr. Paul | paul
M. Paul | paul
Mme | 
Sergeyevich | sergeyevich
Ivanovna | ivanovna
Иванович | иванович
Сергіївна | сергіівна
Андреевна | андреевна
Γεωργίου | γεωργιου
bin Ahmed | bin ahmed
bint Yūsuf | bint yusuf
ibn Sīnā | ibn sina
Thị | thi
Văn | van
Đình | dinh
İnci | inci
Åse Marie | ase marie
Ｌｏｕｉｓｅ | louise
E\u0301lise | elise
明 | 明
נחמן | נחמן
Null | null
Nan | nan
NMN | nmn
"""


if __name__ == "__main__":
    given = (GIVEN, GIVEN_COMPOUND, GIVEN_INITIALS, GIVEN_TITLES, GIVEN_SUFFIXES, GIVEN_APOSTROPHES, GIVEN_FORMS)
    english = rules("M. John | m john\nM John | m john\nMr M. John | m john\nM. et Mme Jean | jean", region="GB")
    french = rules("M. Jean | jean\nM Jean | jean", region="FR")
    write("given_name", whole(*map(rules, given), english, french, world(GIVEN_WORLD), placeholders()))
    write("middle_name", whole(rules(MIDDLE), placeholders()))
