//! Words that headers are made of, by kind, in the languages of many exports.

use super::value::fold;
use crate::schema::Kind;
use std::sync::LazyLock;

/// Phrases of one kind, ready to be looked for: their words without accents.
pub(super) struct Phrases {
    pub(super) kind: Kind,
    /// From 0 to 1: how surely they mean that kind.
    pub(super) strength: f64,
    /// Each phrase as its words.
    pub(super) phrases: Vec<Vec<String>>,
}

/// The whole vocabulary; of two phrases as long, the earlier one counts.
pub(super) static VOCABULARY: LazyLock<Vec<Phrases>> = LazyLock::new(|| {
    let words = |phrase: &str| fold(phrase).split(' ').map(str::to_owned).collect();
    let all = WESTERN.iter().chain(FURTHER);
    all.map(|&(kind, strength, phrases)| Phrases { kind, strength, phrases: phrases.split('|').map(words).collect() })
        .collect()
});

/// Phrases by kind, in English and the languages of Western Europe; `|` parts them. The first line of a kind is sure, a second one
/// is not.
const WESTERN: &[(Kind, f64, &str)] = &[
    (
        Kind::BirthDate,
        0.95,
        "dob|date of birth|birth date|birthday|date naissance|date de naissance|naissance|ne le|datenaiss|\
        date naiss|dt naiss|ddn|d naiss|geburtsdatum|geburtstag|gebdat|geb datum|geb dat|geboren|geboren am|fecha nacimiento|\
        fecha de nacimiento|f nacimiento|nacimiento|data di nascita|data nascita|nascita|data nascimento|data de nascimento|nascimento|\
        dt nascimento|geboortedatum|geboorte datum|fodselsdato|fodelsedatum|birth year|year of birth|annee naissance|yob|\
        geburtsjahr|data urodzenia|syntymaaika|birth|born|bdate|birth dt|dte naissance",
    ),
    (
        Kind::Email,
        0.95,
        "email|e mail|mail|courriel|adresse mail|adresse electronique|adresse email|email address|mail address|\
        correo|correo electronico|emailaddress|mel|e post|epost|adresse courriel|posta elettronica|email adresse|mailadresse",
    ),
    (
        Kind::Phone,
        0.95,
        "phone|telephone|tel|mobile|cell|cell phone|cellphone|portable|gsm|fixe|fax|handy|telefon|telefono|movil|\
        cellulare|celular|telefone|telemovel|telefoon|mobiel|mobil|msisdn|phone number|telephone number|mobile number|\
        numero telephone|numero de telephone|num tel|no tel|tel portable|tel fixe|contact number|landline|whatsapp|\
        telefonnummer|handynummer|rufnummer|telefoonnummer|telefax|puhelin|home phone|work phone|mobile phone|phone no|tel no",
    ),
    (
        Kind::PostalCode,
        0.95,
        "zip|zipcode|zip code|postcode|post code|postal code|postal|code postal|cp|codepostal|plz|\
        postleitzahl|codigo postal|cod postal|cep|postnummer|postnr|pincode|pin code|kod pocztowy|postal cd|zip cd|codepost|codice postale|zip5|c postal",
    ),
    (Kind::PostalCode, 0.6, "cap|pin|postinumero"),
    (
        Kind::NationalId,
        0.9,
        "ssn|soc sec|social security|soc sec id|social security number|ssn number|nir|numero securite sociale|\
        num secu|no secu|numero secu|secu|passport|passport number|passport no|numero passeport|passeport|drivers license|\
        driver license|driver licence|drivers licence|driving licence|drivers license number|driving license|national id|\
        national id number|national number|national insurance|national insurance number|nino|nhs number|nhs no|dni|nif|nie|\
        curp|codice fiscale|cod fiscale|cpf|bsn|personnummer|personal number|id card|identity card|carte identite|cni|steuer id|\
        steueridentifikationsnummer|sozialversicherungsnummer|aadhaar|ahv nummer|ausweisnummer|identity number|passport id|\
        pesel|fodselsnummer|licence number|license number|permis conduire|numero permis|cedula|insee number|medicare|medicare number",
    ),
    (
        Kind::OrganisationId,
        0.9,
        "siren|siret|vat|vat number|vat id|vat no|tva|numero tva|tva intracommunautaire|ein|duns|\
        duns number|lei|lei number|lei code|company number|company registration|registration number|company id|tax id|tax id number|\
        tax number|ust id|ustid|ust idnr|umsatzsteuer|steuernummer|cif|partita iva|piva|p iva|cnpj|kvk|kvk nummer|abn|acn|uen|\
        handelsregister|handelsregisternummer|provider id|rcs|naics id|crn|rna|finess|uai|organisation id|organization id|org id|\
        org number|orgnr",
    ),
    (
        Kind::LoyaltyId,
        0.9,
        "loyalty|loyalty id|loyalty card|loyalty number|loyalty card number|card number|card no|card id|\
        carte fidelite|num carte|numero carte|no carte|fidelite|carte|numero carte fidelite|kundenkarte|kartennummer|tarjeta|\
        numero tarjeta|tessera|numero tessera|membership number|membership id|membership no|club card|clubcard|frequent flyer|\
        rewards number|rewards id|id fidelite|id carte",
    ),
    (
        Kind::CustomerId,
        0.9,
        "customer id|client id|customer number|customer no|customer nr|customer code|customer key|customer ref|num client|\
        numero client|no client|id client|code client|ref client|reference client|cust id|custid|cust no|cust num|cust nr|customerid|account id|\
        account number|account no|acct id|acct no|user id|userid|member id|member number|member no|kundennummer|kunden nr|\
        kunden id|kundennr|kdnr|kd nr|id cliente|numero cliente|codigo cliente|cod cliente|codice cliente|klantnummer|\
        klant id|klantnr|contact id|person id|personid|crm id|subscriber id|patient id|mitgliedsnummer|id usuario|id utilisateur|\
        id kunde|identifiant client|asiakasnumero|kundnummer|profile id|guest id",
    ),
    (
        Kind::AnonymousId,
        0.9,
        "anonymous id|anonymousid|anon id|cookie|cookie id|device id|deviceid|visitor id|session id|gaid|\
        idfa|idfv|aaid|maid|fingerprint|tracking id|mac address|ga client id|browser id|advertising id|distinct id",
    ),
    (
        Kind::HouseNumber,
        0.9,
        "street number|house number|house no|house nr|house num|street no|street nr|street num|numero voie|num voie|\
        numero de voie|num rue|numero rue|no rue|no voie|hausnummer|hausnr|haus nr|hnr|numero civico|civico|n civico|huisnummer|huisnr|\
        huis nr|building number|numero calle|num calle|address number|addr number|numero de porta|strassennummer|house",
    ),
    (
        Kind::City,
        0.9,
        "city|town|suburb|ville|commune|localite|stadt|ort|wohnort|ciudad|localidad|poblacion|municipio|citta|\
        comune|cidade|localidade|woonplaats|plaats|gemeinde|gemeente|locality|city name|municipality|village|stad|kaupunki|miasto|\
        post town|concelho|nom commune|libelle commune|ortsname",
    ),
    (
        Kind::City,
        0.85,
        "birth place|birthplace|place of birth|lieu naissance|lieu de naissance|ville naissance|ville de naissance|\
        birth city|city of birth|geburtsort|lugar nacimiento|lugar de nacimiento|luogo nascita|luogo di nascita|\
        local nascimento|geboorteplaats|commune naissance",
    ),
    (
        Kind::Region,
        0.85,
        "state|province|region|county|departement|bundesland|provincia|estado|regione|provincie|canton|\
        kanton|prefecture|state code|state province|neighborhood|neighbourhood|quartier|arrondissement|borough|district|comunidad|comunidad autonoma|oblast|uf",
    ),
    (
        Kind::Country,
        0.9,
        "country|pays|country code|code pays|pais|paese|nazione|country name|landcode|land code|\
        country of residence|pays residence|landes|iso country|country iso|kraj|maa",
    ),
    (Kind::Country, 0.6, "land|nation|staat"),
    (
        Kind::AddressExtra,
        0.9,
        "address 2|address line 2|addr 2|addr line 2|address line2|addr line2|address 3|address line 3|addr 3|addr line 3|line 2|line 3|\
        adresse 2|adresse 3|adresse ligne 2|adr 2|adr 3|complement|complement adresse|complement d adresse|batiment|building|building name|\
        unit|unit number|apt|apartment|appartement|suite|flat|floor|etage|lieu dit|lieudit|adresszusatz|anschriftenzusatz|\
        adresszeile 2|zusatz|piso|interno|complemento|toevoeging|po box|boite postale|direccion 2|indirizzo 2|endereco 2|street 2|street line 2",
    ),
    (
        Kind::FullAddress,
        0.9,
        "full address|csz|city state zip|city st zip|plz ort|addr full|address full|adresse complete|complete address|mailing address|formatted address|\
        direccion completa|indirizzo completo|endereco completo|volledig adres|vollstandige adresse|adresse postale complete",
    ),
    (
        Kind::StreetAddress,
        0.9,
        "address|street|addr|address line 1|address line1|addr line 1|addr line1|address 1|addr 1|adresse|rue|voie|\
        adresse 1|adresse ligne 1|adr|adr 1|ligne 1|line 1|strasse|str|anschrift|calle|direccion|direccion 1|domicilio|via|indirizzo|rua|\
        endereco|morada|logradouro|straat|straatnaam|adres|street address|street name|street line|nom voie|nom de voie|nom rue|libelle voie|postal address|\
        home address|adresszeile 1|gata|gatuadress|adress|katuosoite|ulica|osoite|street 1|street line 1|numero et voie|adresse postale",
    ),
    (
        Kind::Gender,
        0.95,
        "gender|sex|sexe|genre|geschlecht|genero|sexo|sesso|geslacht|kon|kjonn|kjon|plec|sukupuoli|gndr",
    ),
    (
        Kind::Title,
        0.8,
        "title|civilite|civility|anrede|salutation|tratamiento|titre|honorific|name prefix|name title|prefix|\
        aanhef|titel|titolo|civ|titulo|courtesy title|tratamento|pronombre",
    ),
    (Kind::NameSuffix, 0.8, "name suffix|suffix|suffixe|generation suffix|namenszusatz"),
    (
        Kind::MiddleName,
        0.9,
        "middle name|middlename|middle|mname|middle initial|mi|name middle|deuxieme prenom|second prenom|\
        autres prenoms|prenom 2|prenom2|segundo nombre|zweiter vorname|other names|secondo nome|middle names|second name|tweede voornaam|mid name",
    ),
    (
        Kind::BirthName,
        0.9,
        "birth name|maiden name|nom naissance|nom de naissance|nom jeune fille|nom de jeune fille|geburtsname|\
        apellido soltera|apellido de soltera|cognome nascita|cognome da nubile|nee|meisjesnaam|nom patronymique|previous name|former name|name at birth",
    ),
    (
        Kind::GivenName,
        0.95,
        "first name|firstname|given name|givenname|given names|forename|forenames|fname|prenom|prenoms|prenom 1|prenom usuel|vorname|\
        vornamen|rufname|primer nombre|voornaam|fornavn|fornamn|etunimi|imie|name first|christian name|nombre de pila|f name|\
        premier prenom|nome proprio|primo nome|roepnaam|name given|prim nom|frst nm|first nm|vname|keresztnev",
    ),
    (Kind::GivenName, 0.7, "first|given|nome|nombre|nickname|preferred name|known as|surnom|prename"),
    (
        Kind::FamilyName,
        0.95,
        "last name|lastname|lname|surname|family name|familyname|nom famille|nom de famille|nom usage|nom d usage|\
        nom usuel|patronyme|nachname|familienname|zuname|apellido|apellidos|primer apellido|apellido 1|apellido paterno|\
        cognome|sobrenome|apelido|achternaam|efternavn|efternamn|etternavn|nazwisko|sukunimi|name last|l name|name family|\
        ultimo nome|nom marital|segundo apellido|apellido 2|last nm|sur name|nname|vezeteknev|nom epouse|married name",
    ),
    (Kind::FamilyName, 0.7, "last|family|nom|sname"),
    (
        Kind::FullName,
        0.9,
        "full name|fullname|name full|nom complet|nom prenom|nom et prenom|prenom nom|prenom et nom|complete name|whole name|\
        first and surname|first and last name|firstname lastname|vor und nachname|vollstandiger name|nombre completo|\
        nombre y apellidos|nome completo|nome e cognome|cognome e nome|volledige naam|person name|person full name|imie i nazwisko|\
        nome cognome|vorname nachname|nachname vorname|kontaktperson|ansprechpartner|contact person|owner name",
    ),
    (
        Kind::FullName,
        0.55,
        "name|display name|customer name|client name|contact name|naam|namn|navn|nimi|contact|owner|director|\
        manager|holder|titulaire|beneficiaire|beneficiary|author|nom client|customer|client|person|patient|member|passenger|\
        aka|alias|kunde|kundenname|cliente|titular|contatto|interlocuteur|nom contact|guest|guest name|employee|counterparty|payee|payer|debtor|creditor|account holder|cardholder|card holder|name on card|remitter|insured|policyholder|policy holder|tenant|subscriber|resident|voter|donor|contributor|salesperson",
    ),
    (
        Kind::OrganisationName,
        0.9,
        "company|company name|organisation|organization|org|org name|organisation name|organization name|name org|\
        business name|business|raison sociale|societe|nom societe|entreprise|nom entreprise|firma|firmenname|unternehmen|empresa|razon social|nombre empresa|\
        azienda|ragione sociale|bedrijf|bedrijfsnaam|employer|employeur|account name|legal name|trade name|trading name|enseigne|\
        denomination|denominazione|etablissement|store name|site name|shop name|merchant|merchant name|vendor|vendor name|supplier|supplier name|\
        fournisseur|agency|restaurant|hotel|institution|school|school name|publisher|venue|facility|facility name|manufacturer|\
        provider name|clinic|hospital|nom etablissement|nom commercial|arbeitgeber|yritys|foretag|venue name|place name|dba|nome fantasia|razao social",
    ),
    (
        Kind::Url,
        0.9,
        "url|website|web site|web|homepage|home page|link|site web|site internet|webseite|webpage|linkedin|twitter|facebook|\
        instagram|domain|sito|sito web|sitio web|webadresse|site url|uri|image|photo|avatar",
    ),
    (
        Kind::Date,
        0.85,
        "date|created at|updated at|created|updated|modified|modified at|last modified|date creation|date maj|\
        date modification|date inscription|timestamp|last seen|first seen|last login|inscription|datum|fecha|signup date|valid until|expiry|\
        expires|expiration|time|datetime|last update|last updated|start date|end date|fecha alta|fecha creacion|erstellt am|\
        geandert am|aktualisiert|data creazione|data cadastro|aangemaakt|visited at|order date|maj|derniere maj|derniere modification|\
        date achat|date commande|created on|updated on|modified on|registered|registered at|registration date|registr dt|reg date|enrolment date|enrollment date|hire date|admission date|discharge date|issue date|effective date|join date|year|annee|jahr|ano|anno",
    ),
    (Kind::Date, 0.5, "data"),
    (
        Kind::Number,
        0.85,
        "amount|montant|price|prix|total|revenue|balance|quantity|qty|quantite|count|score|age|salary|salaire|betrag|\
        importe|latitude|longitude|lat|lon|lng|enrollment|turnover|chiffre affaires|rating|points|income|height|weight|size|nb|\
        number of|nombre de|anzahl|cantidad|quantita|solde|preis|precio|prezzo|preco|umsatz|effectif|employees|beds|rooms|orders|visits|purchases",
    ),
    (
        Kind::Category,
        0.85,
        "type|category|status|statut|occupation|profession|job|job title|job role|industry|sector|cuisine|segment|class|role|\
        metier|categorie|beruf|branche|branch|language|langue|sprache|idioma|lingua|currency|devise|marital status|situation|nationality|\
        nationalite|channel|canal|program|program name|programme|department|dept|position|fonction|level|tier|priority|gruppe|group|\
        categoria|estado civil|profesion|professione|beroep|subscription|plan|optin|opt in|consent|newsletter|color|colour|marque|brand|\
        model|genus|race|ethnicity|religion|education|rank|grade|party|team|format|medium|situation familiale|option|country of birth|staatsangehorigkeit|nazionalita|nacionalidad",
    ),
    (
        Kind::Text,
        0.85,
        "notes|note|comment|comments|description|remarks|remark|commentaire|commentaires|remarque|bemerkung|bemerkungen|\
        observaciones|observations|message|bio|instructions|details|memo|body|subject|summary|abstract|feedback|notiz|nota|notas|opmerking|motif|text|texte|delivery instructions",
    ),
    (
        Kind::Ignore,
        0.85,
        "source|file|filename|file name|data source|provenance|batch|import id|import batch|row number|rownum|row num|line number|index|\
        unnamed|etl|load date|password|token|hash|checksum|ip|ip address|user agent|version|source file|fichier|quelle|origine|record source|source system|ingest|ligne|zeile",
    ),
    (
        Kind::Identifier,
        0.6,
        "id|identifier|uid|uuid|guid|oid|key|ref|reference|identifiant|kennung|external id|identificador|\
        rec id|record id|unique id|row id|rid|pk|code|nr|num|no|numero|number|nummer|matricule|ident|record key|record number|sk",
    ),
];

/// The same in further languages: Nordic, Baltic, of Central and Eastern Europe, Turkish, Greek, of Asia.
const FURTHER: &[(Kind, f64, &str)] = &[
    (
        Kind::BirthDate,
        0.95,
        "doğum tarihi|doğum günü|ημερομηνία γέννησης|ημ γέννησης|datum narození|narození|datum narodenia|születési dátum|születési idő|\
        születés|születésnap|data nașterii|datum rođenja|datum rojstva|дата на раждане|рождена дата|дата народження|дата рождения|\
        день рождения|tanggal lahir|tgl lahir|tarikh lahir|ngày sinh|năm sinh|fødselsdag|fødselsdato|född|født|syntynyt|syntymäpäivä|\
        sünniaeg|sünnikuupäev|dzimšanas datums|gimimo data|data de naixement|data de nacemento|تاريخ الميلاد|تاريخ الولادة|تاریخ تولد|\
        תאריך לידה|जन्म तिथि|วันเกิด|出生日期|生日|出生年月|生年月日|誕生日|생년월일|생일",
    ),
    (
        Kind::Email,
        0.95,
        "e posta|eposta|e posta adresi|elektronikus levél|email cím|adresa de email|e mailová adresa|имейл|електронна поща|ел пошта|\
        електронна пошта|пошта|почта|электронная почта|эл почта|электронный адрес|sähköposti|sähköpostiosoite|epostadress|e postadresse|\
        el paštas|e pasts|epasts|correu|correu electrònic|ηλεκτρονική διεύθυνση|ηλεκτρονικό ταχυδρομείο|البريد الإلكتروني|الايميل|ایمیل|\
        דואר אלקטרוני|דוא ל|אימייל|מייל|ईमेल|อีเมล|邮箱|电子邮件|电子邮箱|邮件|電子郵件|電郵|メール|メールアドレス|이메일|메일|thư điện tử|surel",
    ),
    (
        Kind::Phone,
        0.95,
        "telefon numarası|cep telefonu|τηλέφωνο|κινητό|κινητό τηλέφωνο|telefonní číslo|telefónne číslo|telefonszám|mobilszám|număr de telefon|\
        broj telefona|telefonska številka|телефон|мобилен телефон|мобильный|мобильный телефон|номер телефона|мобільний|телефонен номер|\
        nr telefonu|telefon komórkowy|komórka|nomor telepon|no telepon|telepon|no hp|nomor hp|no tel|điện thoại|số điện thoại|sđt|\
        telefonnr|mobilnummer|tlf|tlf nr|puhelinnumero|matkapuhelin|telefonas|telefono numeris|tālrunis|telefoninumber|\
        الهاتف|رقم الهاتف|الجوال|رقم الجوال|الموبايل|تلفن|موبایل|شماره تماس|טלפון|נייד|טלפון נייד|फोन|मोबाइल|โทรศัพท์|เบอร์โทร|เบอร์โทรศัพท์|มือถือ|\
        手机|手机号|手机号码|电话|电话号码|联系电话|手機|電話|電話番号|携帯電話|携帯|전화|전화번호|휴대폰|휴대전화|핸드폰|연락처",
    ),
    (
        Kind::PostalCode,
        0.95,
        "posta kodu|τκ|ταχυδρομικός κώδικας|psč|irányítószám|poštanski broj|poštna številka|пощенски код|поштовий індекс|індекс|\
        индекс|почтовый индекс|kode pos|kodepos|poskod|mã bưu chính|pašto kodas|pasta indekss|postiindeks|sihtnumber|codi postal|\
        الرمز البريدي|کد پستی|מיקוד|पिन कोड|รหัสไปรษณีย์|邮编|邮政编码|郵遞區號|郵便番号|우편번호|postnummer",
    ),
    (
        Kind::NationalId,
        0.9,
        "tc kimlik no|tc kimlik numarası|tckn|kimlik no|rodné číslo|személyi szám|cnp|oib|jmbg|emšo|егн|henkilötunnus|hetu|cpr|cpr nummer|\
        isikukood|asmens kodas|personas kods|nik|no ktp|cmnd|cccd|số cmnd|số cccd|αμκα|αφμ|αριθμός ταυτότητας|رقم الهوية|کد ملی|תעודת זהות|ת ז|\
        身份证|身份证号|身份证号码|身分證字號|マイナンバー|주민등록번호|снилс|паспорт|номер паспорта",
    ),
    (
        Kind::OrganisationId,
        0.9,
        "ičo|ico|dič|nip|regon|krs|cui|инн|огрн|едрпоу|булстат|adószám|vergi no|vergi numarası|y tunnus|cvr|cvr nummer|统一社会信用代码|法人番号|사업자등록번호",
    ),
    (
        Kind::CustomerId,
        0.9,
        "müşteri no|müşteri numarası|κωδικός πελάτη|číslo zákazníka|zákaznické číslo|ügyfélszám|vevőkód|cod client|номер клиента|код клиента|\
        id клиента|kundenummer|kundnr|kundenr|asiakasnro|numer klienta|nr klienta|mã khách hàng|id pelanggan|رقم العميل|מספר לקוח|客户编号|\
        客户号|会员号|会员编号|顧客番号|会員番号|고객번호|회원번호",
    ),
    (
        Kind::HouseNumber,
        0.9,
        "číslo popisné|číslo domu|házszám|număr stradă|kućni broj|hišna številka|дом|номер дома|номер будинку|nr domu|numer domu|husnummer|kapı no|番地",
    ),
    (
        Kind::City,
        0.9,
        "şehir|ilçe|πόλη|město|mesto|obec|város|település|helység|oraș|localitate|mjesto|град|населено място|місто|город|\
        населённый пункт|miejscowość|kota|kabupaten|thành phố|postort|poststed|postitoimipaikka|paikkakunta|miestas|pilsēta|linn|població|\
        المدينة|شهر|עיר|ישוב|शहर|城市|市|市区町村|도시|시군구",
    ),
    (Kind::City, 0.6, "grad|naselje"),
    (
        Kind::Region,
        0.85,
        "okres|megye|județ|județul|županija|област|область|регион|район|województwo|provinsi|propinsi|tỉnh|tỉnh thành|län|fylke|\
        maakunta|νομός|περιφέρεια|المحافظة|المنطقة|استان|מחוז|राज्य|จังหวัด|省|省份|都道府県|시도",
    ),
    (
        Kind::Country,
        0.9,
        "ülke|χώρα|země|krajina|ország|țară|država|държава|країна|страна|negara|quốc gia|valsts|šalis|riik|الدولة|البلد|کشور|מדינה|देश|ประเทศ|国家|國家|国|국가",
    ),
    (
        Kind::FullAddress,
        0.9,
        "πλήρης διεύθυνση|teljes cím|полный адрес|alamat lengkap|địa chỉ đầy đủ|详细地址|完整地址",
    ),
    (
        Kind::StreetAddress,
        0.9,
        "adres satırı|sokak|cadde|διεύθυνση|οδός|adresa|ulice|ulica a číslo|cím|utca|lakcím|strada|naslov|адрес|адреса|улица|вулиця|\
        alamat|địa chỉ|gateadresse|vej|vejnavn|gatuadress|katuosoite|adresas|adrese|iela|aadress|tänav|adreça|enderezo|\
        العنوان|الشارع|آدرس|نشانی|כתובת|רחוב|पता|ที่อยู่|地址|住址|街道|住所|所在地|주소|도로명주소",
    ),
    (
        Kind::Gender,
        0.95,
        "cinsiyet|φύλο|pohlaví|pohlavie|nem|spol|пол|стать|płeć|køn|kjønn|lytis|dzimums|sugu|jenis kelamin|jantina|giới tính|الجنس|جنسیت|מין|लिंग|เพศ|性别|性別|성별",
    ),
    (Kind::MiddleName, 0.9, "отчество|презиме|по батькові|второе имя|mellannamn|mellomnavn"),
    (
        Kind::GivenName,
        0.95,
        "křestní jméno|krstné meno|keresztnév|utónév|prenume|prenumele|osobno ime|личное имя|imię|nama depan|eesnimi|\
        vārds|vardas|fornavn|förnamn|etunimet|الاسم الأول|نام کوچک|שם פרטי|पहला नाम|名字|下の名前",
    ),
    (Kind::GivenName, 0.7, "adı|isim|όνομα|jméno|meno|nume mic|ime|имя|ім я|име|نام|名|ชื่อ|이름"),
    (
        Kind::FamilyName,
        0.95,
        "soyadı|soyad|soyisim|επώνυμο|επίθετο|příjmení|priezvisko|vezetéknév|családnév|nume de familie|prezime|priimek|фамилия|прізвище|\
        фамилно име|nama belakang|nama keluarga|uzvārds|pavardė|perekonnanimi|perenimi|cognoms|cognom|apelidos|اسم العائلة|اللقب|\
        نام خانوادگی|שם משפחה|उपनाम|นามสกุล|姓|姓氏|苗字|성|성씨",
    ),
    (Kind::FamilyName, 0.7, "nume|العائلة"),
    (
        Kind::FullName,
        0.9,
        "ad soyad|adı soyadı|isim soyisim|ονοματεπώνυμο|jméno a příjmení|meno a priezvisko|teljes név|numele complet|nume și prenume|\
        nume prenume|ime i prezime|ime in priimek|фио|имя и фамилия|имя фамилия|прізвище та ім я|піб|трите имена|imię i nazwisko|\
        nama lengkap|họ tên|họ và tên|vārds uzvārds|vardas pavardė|الاسم الكامل|نام و نام خانوادگی|שם מלא|पूरा नाम|ชื่อ นามสกุล|姓名|氏名|お名前|名前|성명",
    ),
    (Kind::FullName, 0.55, "név|nama|الاسم|שם|नाम|客户名称|顧客名|고객명"),
    (
        Kind::OrganisationName,
        0.9,
        "şirket|firma adı|εταιρεία|επωνυμία|firma název|společnost|spoločnosť|cég|cégnév|companie|denumire|tvrtka|poduzeće|podjetje|\
        организация|компания|фирма|организація|компанія|przedsiębiorstwo|nazwa firmy|perusahaan|syarikat|công ty|virksomhed|firmanavn|\
        företagsnamn|yrityksen nimi|įmonė|uzņēmums|ettevõte|الشركة|شرکت|חברה|कंपनी|บริษัท|公司|公司名称|单位|单位名称|会社|会社名|法人名|회사|회사명",
    ),
    (Kind::Identifier, 0.6, "编号|номер|番号|번호|numara"),
];
