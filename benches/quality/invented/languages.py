"""Words and habits of the languages of the invented people."""


def same(name, female):
    return name


def nothing(rng, name):
    return name


def polish(name, female):
    for man, woman in (("ski", "ska"), ("cki", "cka"), ("dzki", "dzka")):
        if female and name.endswith(man):
            return name[:-1] + "a"
        if not female and name.endswith(woman):
            return name[:-1] + "i"
    return name


def arabic(rng, name):
    name = rng.choice((name.replace("Al-", "El "), name.replace("Al-", "Al "), name.replace("Al-", ""), name.replace("Abd ", "Abdel")))
    return rng.choice((name, name.replace("ee", "i").replace("ou", "u"), name.replace("h", "", 1) if name.endswith("h") else name))


def dutch(rng, name):
    return rng.choice((name.replace("van der ", "v.d. "), name.replace("van ", ""), name.replace("ij", "y"), name.replace("van de ", "vd ")))


def german(rng, name):
    return rng.choice((name.replace("ü", "ue").replace("ö", "oe").replace("ä", "ae").replace("ß", "ss"), name.replace("tz", "z"), name.replace("ei", "ai")))


def spanish(rng, name):
    return rng.choice((name.replace("z", "s"), name.replace(" ", "-"), name.replace("v", "b", 1), "de " + name))


def portuguese(rng, name):
    return rng.choice((name.replace("z", "s"), "da " + name, "dos " + name if name.endswith("s") else name, name.replace("ç", "c")))


def indian(rng, name):
    return rng.choice((name.replace("sh", "s"), name.replace("v", "w"), name.replace("aa", "a"), name.replace("ee", "i"), name.replace("y", "i")))


def chinese(rng, name):
    return rng.choice((name.replace("Zh", "Ch"), name.replace("X", "Hs"), name))


def language(**words):
    lists = {key: value.split() if isinstance(value, str) and key in LISTS else value for key, value in words.items()}
    lists["streets"] = words["streets"].split("; ")
    return {**DEFAULTS, **lists}


LISTS = ("female", "male", "family", "domains")
DEFAULTS = {
    "second_given": 0.1, "double_family": 0.0, "drops_second_family": 0.4, "kin_share": 0.85, "joiner": " ",
    "female_family": same, "respell": nothing, "variants": {}, "abbreviations": (), "tail": None,
    "whole": lambda given, family: f"{given} {family}", "line": lambda street, number: f"{street} {number}",
    "street": "{kind} {name}", "street_kinds": ("",), "genders": (("M", "F"),),
}

LANGUAGES = {
    "spanish": language(
        female="María Carmen Ana Isabel Laura Cristina Marta Lucía Pilar Elena Rosa Teresa Paula Sara Raquel Silvia Patricia Beatriz Mercedes Julia Irene Alicia Andrea Rocío Nuria Inés Yolanda Dolores Montserrat Alba",
        male="José Antonio Manuel Francisco Juan David Javier Carlos Daniel Miguel Rafael Pedro Ángel Alejandro Fernando Luis Pablo Jorge Sergio Alberto Álvaro Diego Adrián Raúl Enrique Ramón Vicente Iván Rubén Óscar",
        family="García Rodríguez González Fernández López Martínez Sánchez Pérez Gómez Martín Jiménez Ruiz Hernández Díaz Moreno Muñoz Álvarez Romero Alonso Gutiérrez Navarro Torres Domínguez Vázquez Ramos Gil Ramírez Serrano Blanco Molina Morales Suárez Ortega Delgado Castro Ortiz Rubio Marín Sanz Núñez Iglesias Medina Garrido Cortés Castillo Santos Lozano Guerrero Cano Prieto",
        tail=(("Echeva", "Goico", "Arriaga", "Bald", "Cald", "Esp", "Villa", "Mont", "Riv", "Sald", "Ferr", "Zubi"), ("rría", "echea", "oz", "erón", "inosa", "lobos", "era", "ero", "aña", "ález", "ejo", "eta")),
        double_family=0.9, drops_second_family=0.45, kin_share=0.6, respell=spanish, second_given=0.25,
        variants={"José": ["Pepe", "Jose"], "Francisco": ["Paco", "Fran"], "María": ["Mª", "Maria"], "Manuel": ["Manolo"], "Dolores": ["Lola"], "Antonio": ["Toni"], "Isabel": ["Isa"], "Mercedes": ["Merche"]},
        streets="Mayor; Gran Vía; de Alcalá; del Sol; San Juan; de la Paz; Cervantes; Goya; Velázquez; de Aragón; del Carmen; Real; Nueva; de Colón; Santa Ana; del Prado; Serrano; del Mar; Lepanto; de Valencia; Doctor Fleming; Cataluña; de los Reyes; Picasso",
        street_kinds=("Calle", "Avenida", "Plaza", "Paseo"), abbreviations=(("Calle", "C/"), ("Avenida", "Avda."), ("Plaza", "Pza.")),
        cities=(("Madrid", "280##"), ("Barcelona", "080##"), ("Valencia", "460##"), ("Sevilla", "410##"), ("Zaragoza", "500##"), ("Málaga", "290##"), ("Bilbao", "480##"), ("Alicante", "030##")),
        line=lambda s, n: f"{s}, {n}", phones=("6########", "91#######", "93#######"), country_code="+34",
        domains="gmail.com hotmail.com yahoo.es telefonica.net outlook.es"),
    "portuguese": language(
        female="Maria Ana Joana Inês Beatriz Catarina Sofia Marta Mariana Carolina Rita Teresa Helena Sara Cláudia Patrícia Isabel Fernanda Juliana Camila Letícia Adriana Luísa Raquel Vera Sandra Mônica Bruna",
        male="João José António Francisco Pedro Manuel Luís Carlos Paulo Miguel Rui Tiago Nuno Ricardo Bruno André Diogo Gonçalo Hugo Jorge Fernando Rafael Marcelo Rodrigo Gustavo Thiago Vasco Duarte",
        family="Silva Santos Ferreira Pereira Oliveira Costa Rodrigues Martins Sousa Fernandes Gonçalves Gomes Lopes Marques Alves Almeida Ribeiro Pinto Carvalho Teixeira Moreira Correia Mendes Nunes Soares Vieira Monteiro Cardoso Rocha Neves Coelho Cruz Cunha Pires Ramos Reis Simões Antunes Matos Fonseca Machado Araújo Barbosa Tavares Lourenço Castro Figueiredo Azevedo",
        tail=(("Vascon", "Albuquer", "Bitten", "Cala", "Mascar", "Guima", "Quinta", "Sara", "Brag", "Peix"), ("celos", "que", "court", "do", "enhas", "rães", "nilha", "iva", "ança", "oto")),
        double_family=0.8, drops_second_family=0.4, kin_share=0.6, respell=portuguese, second_given=0.3,
        variants={"José": ["Zé", "Jose"], "Francisco": ["Chico"], "António": ["Tó", "Antonio"], "Fernanda": ["Nanda"], "Luís": ["Luiz"], "Thiago": ["Tiago"]},
        streets="Augusta; da Liberdade; do Ouro; das Flores; de Santa Catarina; do Comércio; da República; 25 de Abril; Almirante Reis; do Carmo; das Amoreiras; de São Bento; Garrett; da Prata; dos Clérigos; da Boavista; Camões; de Ceuta; do Sol; Serpa Pinto",
        street_kinds=("Rua", "Avenida", "Praça", "Travessa"), abbreviations=(("Rua", "R."), ("Avenida", "Av."), ("Praça", "Pç.")),
        cities=(("Lisboa", "1###-###"), ("Porto", "4###-###"), ("Braga", "47##-###"), ("Coimbra", "30##-###"), ("Faro", "80##-###"), ("Setúbal", "29##-###"), ("Aveiro", "38##-###")),
        line=lambda s, n: f"{s}, {n}", phones=("91#######", "96#######", "21#######"), country_code="+351",
        domains="gmail.com sapo.pt hotmail.com outlook.pt"),
    "arabic": language(
        female="Fatima Aisha Maryam Khadija Zainab Amina Salma Layla Noor Huda Samira Yasmin Hanan Rania Dina Nadia Mona Sara Hala Iman Rana Reem Lina Ghada Suad Nawal Widad",
        male="Mohammed Ahmed Ali Hassan Hussein Omar Khalid Ibrahim Youssef Abdullah Mahmoud Mustafa Saeed Tariq Karim Faisal Hamza Bilal Rashid Samir Nabil Walid Ziad Jamal Adel Majid Anwar Fadi",
        family="Al-Masri Al-Sayed Hassan Ibrahim Al-Hashimi Mansour Al-Khatib Haddad Saleh Nasser Al-Rashid Khalil Suleiman Al-Amin Darwish Hamdan Al-Farsi Qasim Al-Najjar Aziz Farouk Zaki Al-Tamimi Shaheen Othman Al-Zahrani Jaber Barakat Al-Ghamdi Yousef Rahman Al-Harbi Sabbagh Awad Al-Qahtani Khoury Al-Otaibi Bakri Shami Tawfik",
        tail=(("Al-Sha", "Al-Mu", "Ha", "Ra", "Al-Ba", "Ta", "Sa", "Al-Ja"), ("rif", "ghrabi", "wi", "mlawi", "dawi", "bbouri", "raki", "yyad", "ssani", "kkari")),
        respell=arabic, second_given=0.35, kin_share=0.9,
        variants={"Mohammed": ["Muhammad", "Mohamed", "Mohamad", "Mohd"], "Ahmed": ["Ahmad"], "Hussein": ["Hussain", "Husain"], "Omar": ["Umar"], "Youssef": ["Yusuf", "Yousef"], "Fatima": ["Fatema", "Fatimah"], "Aisha": ["Aysha", "Ayesha"], "Maryam": ["Mariam"], "Khadija": ["Khadijah"], "Zainab": ["Zeinab", "Zaynab"], "Layla": ["Leila", "Laila"], "Noor": ["Nour"], "Abdullah": ["Abdallah"], "Mustafa": ["Mostafa"], "Saeed": ["Said"], "Khalid": ["Khaled"]},
        streets="King Fahd; Al Wahda; Sheikh Zayed; Al Nasr; Tahrir; Al Corniche; Al Jamia; Airport; Al Salam; Al Noor; Salah al-Din; Al Madina; Palestine; Al Quds; Al Andalus; Khalid ibn al-Walid; Al Muroor; Port Said",
        street_kinds=("Street", "Road"), street="{name} {kind}", abbreviations=(("Street", "St."), ("Road", "Rd")),
        cities=(("Riyadh", "11###"), ("Jeddah", "21###"), ("Dammam", "32###"), ("Mecca", "24###"), ("Medina", "42###"), ("Abha", "61###")),
        line=lambda s, n: f"{n} {s}", phones=("05########",), country_code="+966", domains="gmail.com hotmail.com yahoo.com outlook.sa"),
    "dutch": language(
        female="Maria Anna Johanna Emma Sophie Julia Lotte Femke Sanne Anouk Iris Marijke Ingrid Esther Monique Petra Wilma Fleur Lieke Eva Saskia Annemieke Hanneke Roos Tess Noor",
        male="Jan Pieter Johannes Hendrik Willem Cornelis Daan Bram Sem Lars Thijs Ruben Jeroen Sander Bas Maarten Erik Kees Gerard Dirk Wouter Niels Tim Joost Koen Martijn Henk Bart",
        family="de_Jong Jansen de_Vries van_den_Berg van_Dijk Bakker Janssen Visser Smit Meijer de_Boer Mulder de_Groot Bos Vos Peters Hendriks van_Leeuwen Dekker Brouwer de_Wit Dijkstra Smits de_Graaf van_der_Meer van_der_Linden Kok Jacobs de_Haan Vermeulen van_den_Heuvel van_der_Veen van_den_Broek de_Bruijn van_der_Heijden Schouten van_Beek Willems van_Vliet Hoekstra Maas Verhoeven Koster van_Dam Prins Blom Huisman Peeters",
        tail=(("van ", "van der ", "van de ", "ten ", "", ""), ("Horst", "Steen", "Wal", "Brink", "Velde", "Kamp", "Poel", "Zanden", "Hoek", "Laan", "Schuur", "Akker", "Molen", "Beekhuis", "Westra", "Terpstra", "Kuijpers", "Nieuwenhuis")),
        respell=dutch, variants={"Johannes": ["Johan", "Hans"], "Hendrik": ["Henk"], "Willem": ["Wim"], "Pieter": ["Piet", "Peter"], "Cornelis": ["Kees", "Cor"], "Johanna": ["Hanna", "Jo"], "Maria": ["Marieke", "Ria"], "Gerard": ["Gerrit"]},
        streets="Kerkstraat; Dorpsstraat; Molenweg; Stationsstraat; Schoolstraat; Beatrixstraat; Julianalaan; Wilhelminastraat; Hoofdstraat; Lindenlaan; Parklaan; Nieuwstraat; Beukenlaan; Prinsengracht; Oranjestraat; Eikenlaan; Marktplein; Burgemeesterstraat; Zandweg; Industrieweg",
        street="{name}", abbreviations=(("straat", "str"), ("laan", "ln")),
        cities=(("Amsterdam", "10## @@"), ("Rotterdam", "30## @@"), ("Utrecht", "35## @@"), ("Den Haag", "25## @@"), ("Eindhoven", "56## @@"), ("Groningen", "97## @@"), ("Breda", "48## @@")),
        phones=("06########", "020#######", "010#######"), country_code="+31", domains="gmail.com hotmail.com ziggo.nl kpnmail.nl live.nl", genders=(("man", "vrouw"),)),
    "german": language(
        female="Anna Maria Ursula Monika Petra Sabine Renate Karin Birgit Katharina Julia Claudia Susanne Christina Stefanie Nicole Andrea Sandra Lena Sophie Johanna Ingrid Gisela Elisabeth Greta Frieda",
        male="Peter Michael Thomas Andreas Wolfgang Klaus Jürgen Stefan Hans Günter Christian Matthias Frank Markus Alexander Jörg Bernd Uwe Felix Jonas Lukas Maximilian Johannes Tobias Björn Sören",
        family="Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer Richter Klein Wolf Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange Schmitt Werner Krause Lehmann Köhler Maier Schulze Möller Fuchs Kaiser Lang Weiß Jung Hahn Vogel Keller Günther Roth Böhm Winkler Schuster",
        tail=(("Stein", "Rosen", "Lichten", "Grün", "Ober", "Nieder", "Hohen", "Lindt", "Brand", "Eber", "Wald"), ("berg", "hardt", "meier", "hofer", "bach", "thal", "mann", "feld", "stetter", "brunner", "huber")),
        double_family=0.06, joiner="-", respell=german, variants={"Johannes": ["Hans", "Johann"], "Elisabeth": ["Elsa", "Lisa"], "Wolfgang": ["Wolf"], "Maximilian": ["Max"], "Katharina": ["Kathrin", "Katarina"], "Stefan": ["Stephan"], "Jörg": ["Joerg"], "Jürgen": ["Juergen"], "Alexander": ["Alex"], "Günter": ["Günther", "Guenter"]},
        streets="Haupt; Schul; Garten; Bahnhof; Dorf; Berg; Linden; Kirch; Wald; Ring; Schiller; Goethe; Mozart; Birken; Friedrich; Rosen; Jahn; Beethoven; Wiesen; Burg", street_kinds=("straße", "weg", "gasse"), street="{name}{kind}",
        abbreviations=(("straße", "str."),),
        cities=(("Berlin", "10###"), ("Hamburg", "20###"), ("München", "80###"), ("Köln", "50###"), ("Frankfurt am Main", "60###"), ("Stuttgart", "70###"), ("Düsseldorf", "40###"), ("Nürnberg", "90###")),
        phones=("0171#######", "0160#######", "030########", "089#######"), country_code="+49", domains="gmx.de web.de t-online.de gmail.com freenet.de", genders=(("männlich", "weiblich"),)),
    "polish": language(
        female="Anna Maria Katarzyna Małgorzata Agnieszka Barbara Ewa Krystyna Elżbieta Magdalena Joanna Zofia Monika Aleksandra Danuta Natalia Karolina Marta Beata Dorota Julia Zuzanna Wiktoria Hanna",
        male="Piotr Krzysztof Andrzej Tomasz Jan Paweł Michał Marcin Jakub Adam Stanisław Marek Łukasz Grzegorz Mateusz Wojciech Mariusz Dariusz Zbigniew Jerzy Maciej Rafał Robert Kamil Szymon Bartosz",
        family="Nowak Kowalski Wiśniewski Wójcik Kowalczyk Kamiński Lewandowski Zieliński Szymański Woźniak Dąbrowski Kozłowski Jankowski Mazur Wojciechowski Kwiatkowski Krawczyk Kaczmarek Piotrowski Grabowski Zając Pawłowski Michalski Król Wieczorek Jabłoński Wróbel Nowakowski Majewski Olszewski Stępień Malinowski Jaworski Adamczyk Dudek Nowicki Pawlak Górski Witkowski Walczak Sikora Baran Rutkowski Michalak Szewczyk Ostrowski",
        tail=(("Bor", "Lip", "Czar", "Sob", "Gał", "Wil", "Rad", "Krup", "Ziem", "Dobr"), ("owski", "iński", "necki", "czyński", "kowicz", "zewski", "omski", "uszek", "ański")),
        female_family=polish, variants={"Katarzyna": ["Kasia"], "Małgorzata": ["Gosia", "Malgorzata"], "Agnieszka": ["Aga"], "Krzysztof": ["Krzysiek"], "Jan": ["Janusz"], "Aleksandra": ["Ola"], "Stanisław": ["Staszek"], "Tomasz": ["Tomek"], "Jakub": ["Kuba"], "Elżbieta": ["Ela"], "Magdalena": ["Magda"]},
        streets="Polna; Leśna; Słoneczna; Krótka; Szkolna; Ogrodowa; Lipowa; Brzozowa; Łąkowa; Kwiatowa; Kościelna; Sosnowa; Zielona; Parkowa; Akacjowa; Kolejowa; Mickiewicza; Sienkiewicza; Kościuszki; Warszawska",
        street_kinds=("ul.", "al."), abbreviations=(("ul. ", ""), ("al. ", "Aleja ")),
        cities=(("Warszawa", "0#-###"), ("Kraków", "3#-###"), ("Łódź", "9#-###"), ("Wrocław", "5#-###"), ("Poznań", "6#-###"), ("Gdańsk", "8#-###"), ("Lublin", "2#-###")),
        phones=("5########", "6########", "22#######"), country_code="+48", domains="wp.pl onet.pl gmail.com o2.pl interia.pl", genders=(("mężczyzna", "kobieta"),)),
    "vietnamese": language(
        female="Thị_Lan Thị_Hoa Thị_Mai Thu_Hà Thị_Hương Ngọc_Anh Thanh_Thảo Minh_Châu Thị_Ngọc Bích_Ngọc Thùy_Linh Phương_Anh Thị_Hằng Kim_Oanh Thị_Tuyết Hồng_Nhung Mỹ_Linh Thị_Dung Thị_Yến Quỳnh_Anh Khánh_Linh Thị_Thủy Cẩm_Tú Bảo_Ngọc",
        male="Văn_Hùng Văn_Nam Minh_Tuấn Quốc_Bảo Đức_Anh Văn_Long Hoàng_Nam Thanh_Tùng Văn_Dũng Quang_Huy Hữu_Phước Văn_Sơn Đình_Trung Anh_Tuấn Văn_Hải Minh_Quân Xuân_Trường Công_Vinh Văn_Thành Gia_Bảo Đức_Thắng Trọng_Nghĩa Văn_Toàn Tiến_Dũng",
        family="Nguyễn Nguyễn Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đinh Trương Lâm Mai Đoàn Tạ Cao Chu Lưu Thái Tô Quách",
        kin_share=0.7, whole=lambda given, family: f"{family} {given}",
        streets="Nguyễn Huệ; Lê Lợi; Trần Hưng Đạo; Hai Bà Trưng; Lý Thường Kiệt; Điện Biên Phủ; Nguyễn Trãi; Phan Chu Trinh; Võ Văn Tần; Cách Mạng Tháng Tám; Pasteur; Đồng Khởi; Hùng Vương; Quang Trung; Ngô Quyền; Bà Triệu",
        street_kinds=("Đường", ""), abbreviations=(("Đường ", ""),), line=lambda s, n: f"{n} {s}".replace("  ", " "),
        cities=(("Hà Nội", "10####"), ("Hồ Chí Minh", "70####"), ("Đà Nẵng", "55####"), ("Hải Phòng", "18####"), ("Cần Thơ", "90####"), ("Huế", "53####")),
        phones=("09########", "03########"), country_code="+84", domains="gmail.com yahoo.com.vn outlook.com", genders=(("Nam", "Nữ"),)),
    "chinese": language(
        female="Fang Na Min Jing Xiuying Li Yan Juan Xia Ting Xue Mei Lan Ying Hui Yun Xiaoyan Yuting Siyu Jiayi Xinyi Meiling Yuhan Shuang Lihua Guiying",
        male="Wei Qiang Lei Jun Yang Yong Jie Tao Ming Chao Gang Ping Bo Hao Peng Zhiqiang Jianguo Haoran Zihan Yichen Junjie Xiaoming Weidong Guoqiang Zhenhua Hongwei",
        family="Wang Li Zhang Liu Chen Yang Zhao Huang Zhou Wu Xu Sun Hu Zhu Gao Lin He Guo Ma Luo Liang Song Zheng Xie Han Tang Feng Yu Dong Xiao Cheng Cao Yuan Deng Fu Shen Zeng Peng Su Jiang Cai Jia Ding Wei Xue Ye Yan Pan Du Dai Xia Zhong Tian Ren Fan Fang Shi Yao Tan Sheng Zou Xiong Jin Lu Hao Kong Bai Cui Kang Mao Qiu Qin Gu Shao Meng Long Wan Duan Lei Qian Yin Chang",
        respell=chinese, kin_share=0.6, whole=lambda given, family: f"{family} {given}",
        variants={"Xiuying": ["Xiu Ying", "Xiu-ying"], "Zhiqiang": ["Zhi Qiang", "Zhi-Qiang"], "Jianguo": ["Jian Guo", "Jian-guo"], "Haoran": ["Hao Ran"], "Meiling": ["Mei Ling", "Mei-ling"], "Junjie": ["Jun Jie"], "Yuting": ["Yu Ting"], "Lihua": ["Li Hua", "Li-hua"], "Weidong": ["Wei Dong"], "Guoqiang": ["Guo-qiang"], "Xiaoming": ["Xiao Ming"], "Zihan": ["Zi Han"]},
        streets="Zhongshan; Renmin; Jianguo; Nanjing; Beijing; Jiefang; Huaihai; Xinhua; Heping; Guangming; Changjiang; Minzhu; Wuyi; Fuxing; Yan'an; Dongfeng; Chaoyang; Hongqi",
        street_kinds=("Road", "Street", "East Road", "West Road"), street="{name} {kind}", abbreviations=(("Road", "Rd"), ("Street", "St")), line=lambda s, n: f"No. {n} {s}",
        cities=(("Shanghai", "2000##"), ("Beijing", "1000##"), ("Guangzhou", "5100##"), ("Shenzhen", "5180##"), ("Chengdu", "6100##"), ("Wuhan", "4300##"), ("Hangzhou", "3100##")),
        phones=("138########", "139########", "186########"), country_code="+86", domains="qq.com 163.com gmail.com 126.com"),
    "indian": language(
        female="Priya Lakshmi Anjali Sunita Pooja Kavita Deepa Meena Rekha Sita Anita Neha Divya Shweta Radha Geeta Swati Nisha Jyoti Usha Padma Saraswati Asha Kiran Vidya Aishwarya",
        male="Rajesh Suresh Ramesh Amit Sanjay Vijay Anil Ravi Rahul Arjun Krishna Manoj Sunil Ashok Vikram Deepak Mahesh Ganesh Venkatesh Srinivas Harish Prakash Mohan Karthik Naveen Siddharth",
        family="Sharma Kumar Singh Patel Gupta Reddy Iyer Nair Verma Mehta Joshi Rao Das Banerjee Mukherjee Chatterjee Desai Shah Agarwal Mishra Pandey Yadav Chauhan Pillai Menon Naidu Bhat Kulkarni Deshpande Patil Jain Malhotra Kapoor Khanna Bose Ghosh Sinha Tiwari Dubey Saxena",
        tail=(("Subra", "Venka", "Rama", "Krishna", "Nara", "Gopala", "Chandra", "Raja"), ("manian", "taraman", "swamy", "murthy", "yanan", "krishnan", "sekhar", "gopal")),
        respell=indian, second_given=0.25, variants={"Lakshmi": ["Laxmi", "Lakshmy"], "Pooja": ["Puja"], "Deepa": ["Dipa"], "Geeta": ["Gita"], "Suresh": ["Sures"], "Vijay": ["Vijai"], "Srinivas": ["Sreenivas", "Shrinivas"], "Venkatesh": ["Venkat", "Venkatesan"], "Krishna": ["Krisna"], "Siddharth": ["Sid", "Siddhartha"], "Meena": ["Mina"], "Karthik": ["Kartik"], "Aishwarya": ["Aiswarya"]},
        streets="Mahatma Gandhi; Nehru; Station; Park; Temple; Gandhi Nagar 2nd Cross; Anna; Brigade; Linking; Residency; Church; Jayanagar 4th Block; Sardar Patel; Netaji Subhash; Rajaji; Lake View; Ring; Market",
        street_kinds=("Road", "Street", "Marg"), street="{name} {kind}", abbreviations=(("Road", "Rd"), ("Street", "St"), ("Mahatma Gandhi", "M.G.")), line=lambda s, n: f"{n}, {s}",
        cities=(("Mumbai", "4000##"), ("Bengaluru", "5600##"), ("Chennai", "6000##"), ("New Delhi", "1100##"), ("Kolkata", "7000##"), ("Hyderabad", "5000##"), ("Pune", "4110##")),
        phones=("9#########", "8#########", "7#########"), country_code="+91", domains="gmail.com yahoo.co.in rediffmail.com hotmail.com"),
    "french": language(
        female="Marie Jeanne Françoise Monique Catherine Nathalie Isabelle Sylvie Anne Martine Camille Léa Chloé Manon Emma Julie Sophie Aurélie Céline Hélène Élodie Margaux Inès Zoé",
        male="Jean Pierre Michel André Philippe Nicolas Christophe Patrick Thomas Julien Laurent Éric Stéphane Sébastien François Alexandre Maxime Antoine Lucas Hugo Théo Jérôme Benoît Rémi",
        family="Martin Bernard Dubois Thomas Robert Richard Petit Durand Leroy Moreau Simon Laurent Lefebvre Michel Garcia David Bertrand Roux Vincent Fournier Morel Girard André Lefèvre Mercier Dupont Lambert Bonnet François Martinez Legrand Garnier Faure Rousseau Blanc Guérin Muller Henry Roussel Nicolas Perrin Morin Mathieu Clément Gauthier Dumont",
        tail=(("Beau", "Mont", "Char", "Cour", "Del", "Lach", "Ville", "Bois"), ("champ", "pentier", "tois", "aume", "fort", "mont", "neuve", "sard", "gny")),
        double_family=0.05, joiner="-", second_given=0.2, variants={"Catherine": ["Cathy"], "Philippe": ["Phil"], "Alexandre": ["Alex"], "Sébastien": ["Seb"], "Stéphane": ["Stephane"], "Nathalie": ["Natalie"], "Christophe": ["Chris"]},
        streets="de la République; Victor Hugo; Pasteur; du Général de Gaulle; Jean Jaurès; de l'Église; des Lilas; Voltaire; de Verdun; Gambetta; du Moulin; de la Gare; des Écoles; Émile Zola; de Paris; du Château; Jean Moulin; des Roses",
        street_kinds=("rue", "avenue", "boulevard"), abbreviations=(("avenue", "av."), ("boulevard", "bd")), line=lambda s, n: f"{n} {s}",
        cities=(("Paris", "750##"), ("Lyon", "6900#"), ("Marseille", "1300#"), ("Toulouse", "31#00"), ("Nantes", "44#00"), ("Lille", "59#00"), ("Bordeaux", "33#00")),
        phones=("06########", "07########", "01########"), country_code="+33", domains="gmail.com orange.fr free.fr laposte.net wanadoo.fr", genders=(("H", "F"),)),
}

for words in LANGUAGES.values():
    for key in ("female", "male", "family"):
        words[key] = [word.replace("_", " ") for word in words[key]]

HEADERS = {
    "spanish": {"given": "nombre", "family": "apellidos", "whole": "nombre_completo", "birth": "fecha_nacimiento", "email": "correo", "phone": "telefono", "street": "direccion", "postcode": "codigo_postal", "city": "ciudad", "gender": "sexo", "national": "dni"},
    "portuguese": {"given": "nome", "family": "apelido", "whole": "nome_completo", "birth": "data_nascimento", "email": "email", "phone": "telemovel", "street": "morada", "postcode": "codigo_postal", "city": "localidade", "gender": "sexo", "national": "nif"},
    "dutch": {"given": "voornaam", "family": "achternaam", "whole": "naam", "birth": "geboortedatum", "email": "e-mail", "phone": "telefoon", "street": "adres", "postcode": "postcode", "city": "woonplaats", "gender": "geslacht", "national": "bsn"},
    "german": {"given": "Vorname", "family": "Nachname", "whole": "Name", "birth": "Geburtsdatum", "email": "E-Mail", "phone": "Telefon", "street": "Straße", "postcode": "PLZ", "city": "Ort", "gender": "Geschlecht", "national": "Versicherungsnummer"},
    "polish": {"given": "imię", "family": "nazwisko", "whole": "imię_i_nazwisko", "birth": "data_urodzenia", "email": "email", "phone": "telefon", "street": "ulica", "postcode": "kod_pocztowy", "city": "miasto", "gender": "płeć", "national": "pesel"},
    "vietnamese": {"given": "ten", "family": "ho", "whole": "ho_ten", "birth": "ngay_sinh", "email": "email", "phone": "dien_thoai", "street": "dia_chi", "postcode": "ma_buu_chinh", "city": "thanh_pho", "gender": "gioi_tinh", "national": "cccd"},
    "french": {"given": "prénom", "family": "nom", "whole": "nom_complet", "birth": "date_naissance", "email": "courriel", "phone": "téléphone", "street": "adresse", "postcode": "code_postal", "city": "ville", "gender": "sexe", "national": "numero_secu"},
    "english": {"given": "first_name", "family": "last_name", "whole": "full_name", "birth": "date_of_birth", "email": "email", "phone": "phone", "street": "address", "postcode": "postal_code", "city": "city", "gender": "gender", "national": "national_id"},
    "short": {"given": "fname", "family": "lname", "whole": "customer", "birth": "dob", "email": "mail", "phone": "mobile", "street": "addr1", "postcode": "zip", "city": "town", "gender": "sex", "national": "ssn"},
    "italian": {"given": "Nome", "family": "Cognome", "birth": "Data di nascita", "email": "Email", "phone": "Telefono", "street": "Indirizzo", "postcode": "CAP", "city": "Città"},
    "swedish": {"given": "Förnamn", "family": "Efternamn", "birth": "Födelsedatum", "email": "E-post", "phone": "Telefon", "street": "Adress", "postcode": "Postnummer", "city": "Ort"},
    "turkish": {"given": "Adı", "family": "Soyadı", "birth": "Doğum tarihi", "email": "E-posta", "phone": "Telefon", "street": "Adres", "postcode": "Posta kodu", "city": "Şehir"},
    "russian": {"given": "Имя", "family": "Фамилия", "birth": "Дата рождения", "email": "Почта", "phone": "Телефон", "street": "Адрес", "postcode": "Индекс", "city": "Город"},
    "japanese": {"given": "名", "family": "姓", "birth": "生年月日", "email": "メール", "phone": "電話番号", "street": "住所", "postcode": "郵便番号", "city": "市"},
    "korean": {"given": "이름", "family": "성", "birth": "생년월일", "email": "이메일", "phone": "전화번호", "street": "주소", "postcode": "우편번호", "city": "도시"},
    "greek": {"given": "Όνομα", "family": "Επώνυμο", "birth": "Ημερομηνία γέννησης", "email": "Email", "phone": "Τηλέφωνο", "street": "Διεύθυνση", "postcode": "ΤΚ", "city": "Πόλη"},
    "czech": {"given": "Jméno", "family": "Příjmení", "birth": "Datum narození", "email": "E-mail", "phone": "Telefon", "street": "Adresa", "postcode": "PSČ", "city": "Město"},
    "hungarian": {"given": "Keresztnév", "family": "Vezetéknév", "birth": "Születési dátum", "email": "E-mail", "phone": "Telefon", "street": "Cím", "postcode": "Irányítószám", "city": "Város"},
    "finnish": {"given": "Etunimi", "family": "Sukunimi", "birth": "Syntymäaika", "email": "Sähköposti", "phone": "Puhelin", "street": "Osoite", "postcode": "Postinumero", "city": "Kaupunki"},
    "hebrew": {"given": "first_name", "family": "last_name", "birth": "dob", "email": "email", "phone": "phone", "street": "address", "postcode": "zip", "city": "city"},
}
