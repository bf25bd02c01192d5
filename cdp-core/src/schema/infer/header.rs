//! What a column's name says: a vocabulary of headers in several languages.

use super::value::fold;
use crate::schema::Kind;

/// What a header suggests.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Hint {
    pub(super) kind: Kind,
    /// From 0 to 1: how surely the words mean that kind (`name` and `number` mean many things).
    pub(super) strength: f64,
    /// The words that were recognised.
    pub(super) phrase: String,
}

/// Phrases without accents, by kind; `|` parts them. The first line of a kind is sure, a second one is not.
const VOCABULARY: &[(Kind, f64, &str)] = &[
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
        "full address|addr full|address full|adresse complete|complete address|mailing address|formatted address|\
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
        aka|alias|kunde|kundenname|cliente|titular|contatto|interlocuteur|nom contact|guest|guest name|employee|salesperson",
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
        date achat|date commande|created on|updated on|modified on|registered|registered at|join date|year|annee|jahr|ano|anno",
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
    // A few headers in other scripts.
    (Kind::FullName, 0.9, "姓名|氏名|名前|фио|имя и фамилия|성명|이름"),
    (Kind::GivenName, 0.9, "имя|名"),
    (Kind::FamilyName, 0.9, "фамилия|姓"),
    (Kind::MiddleName, 0.9, "отчество"),
    (Kind::BirthDate, 0.9, "дата рождения|出生日期|生日|生年月日|생년월일"),
    (Kind::Phone, 0.9, "телефон|мобильныи|手机|手机号|电话|電話|電話番号|전화번호"),
    (Kind::Email, 0.9, "почта|электронная почта|эл почта|邮箱|电子邮件|メール|メールアドレス|이메일"),
    (Kind::City, 0.9, "город|城市|市"),
    (Kind::PostalCode, 0.9, "индекс|почтовыи индекс|邮编|郵便番号"),
    (Kind::StreetAddress, 0.9, "адрес|улица|地址|住所|주소"),
    (Kind::Gender, 0.9, "пол|性别|性別|성별"),
    (Kind::OrganisationName, 0.9, "организация|компания|公司|会社名"),
    (Kind::Identifier, 0.6, "编号|номер|番号"),
];

/// Last words that turn `phone` into the type, the state, ... of a phone.
const QUALIFIERS: &str = "type status statut flag optin opt consent verified valid typ tipo stato quality source country state \
issuer pays lang language provider carrier format category level rank score kind role";

/// Words that make an identifier one of something else than the person.
const OTHERS_IDS: &str = "rel relation pointer anchor parent group household family store shop order product campaign batch manager \
agent site branch event transaction invoice basket ticket country city region state department category type status program agency \
magasin boutique commande produit facture foyer campagne filiale bestellung produkt pedido producto ordine prodotto";

/// The header's words: split at signs, at the change from lower to upper case, and between letters and digits.
pub(super) fn words(header: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut previous = ' ';
    let chars: Vec<char> = header.chars().collect();
    for (index, &c) in chars.iter().enumerate() {
        let next_is_lower = chars.get(index + 1).is_some_and(|next| next.is_lowercase());
        let camel = c.is_uppercase() && (previous.is_lowercase() || previous.is_uppercase() && next_is_lower);
        let numbered = c.is_ascii_digit() != previous.is_ascii_digit() && previous.is_alphanumeric();
        if !c.is_alphanumeric() || camel || numbered {
            words.push(String::new());
        }
        if c.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.push(c);
        }
        previous = c;
    }
    words.iter().map(|word| fold(word)).filter(|word| !word.is_empty()).collect()
}

/// What the header suggests, `None` where it says nothing.
pub(super) fn hint(header: &str) -> Option<Hint> {
    let words = words(header);
    let best = best_phrase(&words)?;
    Some(qualified(&words, best))
}

struct Found {
    hint: Hint,
    covers_last: bool,
    rank: (usize, usize, bool, usize),
}

fn best_phrase(words: &[String]) -> Option<Found> {
    let mut best: Option<Found> = None;
    for (priority, &(kind, strength, phrases)) in VOCABULARY.iter().enumerate() {
        for phrase in phrases.split('|') {
            let Some(Match { length, covers_last, exact }) = matched(words, phrase) else { continue };
            let rank = (length, VOCABULARY.len() - priority, exact, phrase.len());
            if best.as_ref().is_none_or(|found| rank > found.rank) {
                let whole = length >= words.len();
                let strength = if whole { strength } else { strength * 0.9 };
                best = Some(Found { hint: Hint { kind, strength, phrase: phrase.to_owned() }, covers_last, rank });
            }
        }
    }
    best
}

/// How a phrase occurs in a header.
struct Match {
    /// Words of the header it explains.
    length: usize,
    covers_last: bool,
    /// Written in the same words, not run together.
    exact: bool,
}

fn matched(words: &[String], phrase: &str) -> Option<Match> {
    let parts: Vec<&str> = phrase.split(' ').collect();
    if let Some(start) = words.windows(parts.len()).position(|window| window.iter().eq(parts.iter())) {
        return Some(Match { length: parts.len(), covers_last: start + parts.len() == words.len(), exact: true });
    }
    let (joined, compact) = (words.concat(), parts.concat());
    if joined == compact {
        return Some(Match { length: parts.len().max(words.len()), covers_last: true, exact: false });
    }
    let ends = joined.ends_with(&compact);
    let inside = compact.len() >= 7 && (ends || joined.starts_with(&compact));
    inside.then_some(Match { length: parts.len(), covers_last: ends, exact: false })
}

fn is_among(word: Option<&String>, list: &str) -> bool {
    word.is_some_and(|word| list.split_whitespace().any(|entry| entry == word))
}

/// Corrects the phrase by what stands around it.
fn qualified(words: &[String], found: Found) -> Hint {
    let Found { hint, covers_last, .. } = found;
    let (first, last) = (words.first(), words.last());
    let is_flag = is_among(first, "is has optin accept accepte") && words.len() > 1;
    if is_flag || !covers_last && words.len() > 1 && is_among(last, QUALIFIERS) {
        return Hint { kind: Kind::Category, strength: 0.8, ..hint };
    }
    if words.len() > 1 && is_among(first, "nb num count nombre anzahl") && hint.kind == Kind::FullName {
        return Hint { kind: Kind::Number, strength: 0.7, ..hint };
    }
    let ends_as_id = is_among(last, "id key code") || is_among(first, "id code");
    let id_like = matches!(hint.kind, Kind::Identifier | Kind::CustomerId | Kind::LoyaltyId | Kind::AnonymousId);
    if ends_as_id
        && words.iter().any(|word| is_among(Some(word), OTHERS_IDS))
        && (id_like || hint.phrase.split(' ').count() == 1)
    {
        let place = matches!(hint.kind, Kind::Country | Kind::Region | Kind::PostalCode);
        return if place { hint } else { Hint { kind: Kind::Category, strength: 0.6, ..hint } };
    }
    let is_name = matches!(hint.kind, Kind::OrganisationName | Kind::FullName | Kind::Category);
    if ends_as_id && !covers_last && is_name {
        return Hint { kind: Kind::Identifier, strength: 0.5, ..hint };
    }
    hint
}

/// Whether the header speaks of a place of birth, which is not where somebody lives.
pub(super) fn is_birth_place(header: &str) -> bool {
    let words = words(header);
    let birth = "birth birthplace naissance geburtsort nacimiento nascita nascimento geboorteplaats";
    words.iter().any(|word| is_among(Some(word), birth))
}

/// How well the header names the id of the record: lower is better, `None` if it does not.
pub(super) fn record_id_rank(header: &str, source: &str) -> Option<usize> {
    let words = words(header);
    let joined = words.concat();
    let own = fold(source);
    let singular = own.strip_suffix('s').unwrap_or(&own);
    let y_form = own.strip_suffix("ies").map_or(String::new(), |stem| format!("{stem}y"));
    let exact = [
        "recordid",
        "recid",
        "uniqueid",
        "id",
        "rowid",
        "rid",
        "pk",
        "uuid",
        "guid",
        "uid",
        "oid",
        "recordkey",
        "编号",
        "key",
    ];
    if let Some(rank) = exact.iter().position(|name| *name == joined) {
        return Some(rank);
    }
    if [format!("{own}id"), format!("{singular}id"), format!("id{own}"), format!("id{singular}"), format!("{y_form}id")]
        .contains(&joined)
    {
        return Some(20);
    }
    match hint(header)? {
        Hint { kind: Kind::CustomerId, .. } => Some(30),
        Hint { kind: Kind::OrganisationId, .. } if is_among(words.last(), "id") => Some(35),
        Hint { kind: Kind::LoyaltyId, .. } => Some(50),
        Hint { kind: Kind::Identifier, .. }
            if is_among(
                words.last(),
                "id nr no num numero nummer number identifiant ref reference code key matricule",
            ) =>
        {
            Some(40)
        }
        Hint { kind: Kind::Identifier, .. } if is_among(words.first(), "id num no numero code identifiant") => Some(45),
        _ => None,
    }
}

/// How well the header says when the record was observed: lower is better, `None` if it does not.
pub(super) fn observed_rank(header: &str) -> Option<usize> {
    let joined = words(header).concat();
    let names = [
        "observedat",
        "updatedat",
        "lastupdated",
        "lastupdatedat",
        "updatedon",
        "lastupdate",
        "modifiedat",
        "lastmodified",
        "modifiedon",
        "modified",
        "updated",
        "datemaj",
        "maj",
        "dernieremaj",
        "datemodification",
        "datemiseajour",
        "dernieremodification",
        "lastseen",
        "lastseenat",
        "derniereconnexion",
        "lastlogin",
        "aktualisiert",
        "aktualisiertam",
        "geandertam",
        "fechaactualizacion",
        "fechamodificacion",
        "dataaggiornamento",
        "dataatualizacao",
        "gewijzigd",
        "eventtime",
        "timestamp",
        "datetime",
        "receivedat",
        "sentat",
        "createdat",
        "createdon",
        "created",
        "datecreation",
        "datecreated",
        "creationdate",
        "erstelltam",
        "fechacreacion",
        "fechaalta",
        "datacreazione",
        "datacadastro",
        "aangemaakt",
        "inscription",
        "dateinscription",
        "signupdate",
        "registeredat",
        "registrationdate",
    ];
    names.iter().position(|name| *name == joined)
}
