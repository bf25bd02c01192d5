"""People in files of known shapes: voters, patients, guests, payments, tills, logins, and what programs export."""

import datetime
import string
import zlib


def voters(world):
    """Two snapshots of a register of voters: some move between them, and some women take another name."""
    people = world.people(1500, kin=0.35)
    for person in people:
        person.suffix = world.pick(("JR", "SR", "III")) if not person.female and world.chance(0.05) else ""
        person.race, person.born_in = world.pick("WWWWWBBAOU"), world.pick(("NC", "NC", "VA", "NY", "SC", "OH"))
    return world.gather(people, {"snapshot_2014": ((0.75,), voter_of_2014), "snapshot_2020": ((0.75,), voter_of_2020)})


def voter_of_2014(world, person):
    return voter(world, person, 2014)


def voter_of_2020(world, person):
    seen = world.moved(person, 0.2)
    return voter(world, renamed(world, seen), 2020)


def renamed(world, person):
    """The person; a tenth of the women under another family name."""
    return person.but(family=world.fake.last_name()) if person.female and world.chance(0.1) else person


def voter(world, person, year):
    middle = person.second if world.chance(0.7) else person.second[0]
    return {
        "last_name": world.slip(person.family, 0.02).upper(), "first_name": world.slip(world.called(person.given, 0.04), 0.02).upper(),
        "midl_name": world.missing(middle.upper(), 0.1), "name_sufx_cd": person.suffix,
        "age": str(year - person.birth.year), "sex_code": "F" if person.female else "M",
        "race_code": person.race, "res_street_address": person.street.upper(), "res_city_desc": person.city.upper(), "zip_code": person.postcode,
        "birth_place": world.missing(person.born_in, 0.2), "full_phone_number": world.missing(person.phone, 0.5),
        "party_cd": world.pick(("DEM", "REP", "UNA")),
        "precinct_desc": f"PRECINCT {zlib.crc32(person.city.encode()) % 40}", "registr_dt": f"{world.day(1970):%m/%d/%Y}",
    }


def contributions(world):
    """What people gave to committees: names in one column and many forms, employers that change."""
    people = world.people(700)
    for person in people:
        person.employer, person.job = world.fake.company(), world.fake.job()
    return world.gather(people, {"contributions": (4, contribution)})


def contribution(world, person):
    street = world.street() if world.chance(0.1) else person.street
    street = street.replace("Street", world.pick(("Street", "St", "ST."))).replace("Avenue", world.pick(("Avenue", "Ave")))
    if world.chance(0.05):
        person.employer = world.fake.company()
    employer = world.pick((person.employer, person.employer.upper(), person.employer.split(",")[0]))
    return {
        "contributor": world.slip(contributor(world, person).upper(), 0.05),
        "address": street.upper(), "city": person.city.upper(), "state": person.state,
        "zip": f"{person.postcode}-{world.digits(4)}" if world.chance(0.3) else person.postcode, "employer": world.missing(employer, 0.25),
        "occupation": world.missing(person.job, 0.2), "amount": world.pick(("25", "50", "100", "250", "500", "1000")),
        "date": str(world.day(2021)), "committee": world.fake.company(),
    }


def contributor(world, person):
    initial = person.second[0]
    middle = world.pick((f" {initial}", f" {initial}.")) if world.chance(0.25) else f" {person.second}" if world.chance(0.13) else ""
    title = world.pick((" MR", " MRS", " DR")) if world.chance(0.05) else ""
    return f"{person.family}, {world.called(person.given, 0.3)}{middle}{title}"


def wide(world):
    """Customers in thirty-odd columns, most of which tell nobody apart."""
    people = world.people(900, kin=0.25)
    for person in people:
        person.card = f"LC{world.digits(8)}"
    return world.gather(people, {"customers": (2, wide_customer)})


def wide_customer(world, person):
    seen = world.moved(person, 0.12)
    return {
        "customer_number": world.number(10**7), "title": world.pick(("Mrs", "Ms", "Miss") if seen.female else ("Mr", "Dr")),
        "forename": world.slip(world.called(seen.given, 0.4), 0.05), "surname": world.slip(seen.family, 0.05),
        "dob": world.missing(f"{seen.birth:%d/%m/%Y}", 0.3),
        "email": world.missing(seen.email, 0.2), "home_phone": world.missing(seen.phone, 0.4),
        "mobile": world.missing(world.fake.phone_number(), 0.7),
        "address_line_1": seen.street, "address_line_2": "", "town": seen.city, "county": world.pick(("Kent", "Essex", "Surrey", "")),
        "postcode": world.missing(seen.postcode, 0.05), "country": "United Kingdom", **bookkeeping(world),
        "loyalty_card": world.missing(person.card, 0.6), **habits(world),
    }


def bookkeeping(world):
    """What a shop counts."""
    return {
        "created_at": world.moment(), "updated_at": world.moment(),
        "last_order_date": world.missing(str(world.day()), 0.3), "orders": world.number(30),
        "lifetime_value": world.amount(2000), "avg_basket": world.amount(99), "currency": "GBP",
    }


def habits(world):
    """What a shop thinks that it knows."""
    return {
        "marketing_email": world.pick("YN"), "marketing_sms": world.pick("YN"), "source_system": world.pick(("web", "pos", "call")),
        "store": world.pick(("Leeds", "York", "Hull", "Bath")), "segment": world.pick("ABCD"), "score": world.number(100), "ip": world.fake.ipv4(),
        "user_agent": f"Mozilla/5.0 ({world.pick(('X11; Linux', 'Windows NT 10.0', 'Macintosh'))}) Firefox/{world.number(140)}.0",
        "notes": world.missing(world.fake.sentence(), 0.7), "newsletter": world.pick("01"), "referrer": world.fake.uri(), "language": "en",
        "device": world.pick(("ios", "android", "desktop")),
    }


def patients(world):
    """A clinic and a laboratory: twins, women who take another name, wrong days of birth."""
    people = world.people(900)
    for before, person in zip(people, people[1:]):
        if world.chance(0.04):
            vars(person).update(before.home, birth=before.birth, family=before.family)
    for person in people:
        person.ssn = world.fake.ssn()
    return world.gather(people, {"clinic": ((0.9, 0.2), clinic_patient), "lab": ((0.7,), lab_patient)})


def clinic_patient(world, person):
    seen = patient(world, person)
    return {
        "mrn": world.number(10**6), "first_name": seen.given, "middle_initial": world.missing(seen.second[0], 0.5), "last_name": seen.family,
        "birth_date": str(seen.birth), "gender": "F" if seen.female else "M", "ssn_last4": world.missing(seen.ssn[-4:], 0.4),
        "phone": world.missing(seen.phone, 0.3), "zip": world.missing(seen.postcode, 0.1),
    }


def lab_patient(world, person):
    seen = patient(world, person)
    return {
        "patient_name": f"{seen.family.upper()}^{seen.given.upper()}", "dob": f"{seen.birth:%Y%m%d}", "sex": "F" if seen.female else "M",
        "ssn": world.missing(seen.ssn.replace("-", ""), 0.3), "address": f"{seen.street}, {seen.place}",
    }


def patient(world, person):
    seen = renamed(world, person)
    birth = seen.birth + datetime.timedelta(days=world.pick((1, -1, 10, 365))) if world.chance(0.04) else seen.birth
    return seen.but(given=world.slip(world.called(seen.given, 0.2), 0.05), family=world.slip(seen.family, 0.05), birth=birth)


def orders(world):
    """A few customers with thirty orders each."""
    return world.gather(world.people(150), {"orders": (30, order)})


def order(world, person):
    seen = world.moved(person, 0.08)
    return {
        "order_id": world.number(10**8), "order_date": str(world.day()),
        "client": world.slip(seen.whole, 0.05) if world.chance(0.7) else f"{seen.capitals} {seen.given}",
        "email": world.missing(world.slip(seen.email, 0.02), 0.25), "tel": world.missing(seen.phone, 0.3),
        "livraison": f"{seen.street} {seen.postcode} {seen.city}", "montant": world.amount(300),
    }


NATIONS = ("US", "DE", "FR", "ES", "IT", "NL")


def guests(world):
    """Stays of guests from six countries, some of whom give no more than a title and a family name."""
    people = world.people(900, kin=0.25)
    for person in people:
        person.passport, person.nation = world.pick(string.ascii_uppercase) + world.digits(8), world.pick(NATIONS)
    return world.gather(people, {"stays": (2.2, guest)})


def guest(world, person):
    name = world.pick((person.whole, person.comma, person.reversed, f"{world.pick(('Mr', 'Mrs'))} {person.family}"))
    return {
        "guest": world.slip(name, 0.06), "nationality": world.pick(NATIONS) if world.chance(0.1) else person.nation,
        "passport": world.missing(world.slip(person.passport, 0.03), 0.5), "date_of_birth": world.missing(str(person.birth), 0.4),
        "email": world.missing(person.email, 0.35), "phone": world.missing(person.phone, 0.4), "city": world.missing(person.city, 0.3),
        "arrival": str(world.day()), "nights": str(world.rng.randrange(1, 9)), "room": str(world.rng.randrange(100, 500)),
    }


def address_book(world):
    """Contacts as Google exports them: typed pairs of columns, most of them empty."""
    return world.gather(world.people(700), {"contacts": (1.8, address_book_entry)})


def address_book_entry(world, person):
    seen = world.later(person)
    return {
        "Name": seen.whole, "Given Name": seen.given, "Additional Name": world.missing(seen.second[0], 0.8),
        "Family Name": seen.family, "Name Prefix": "", "Nickname": "",
        "Birthday": world.missing(str(seen.birth), 0.7), "Notes": world.missing(world.fake.sentence(), 0.9), "Group Membership": "* myContacts",
        "E-mail 1 - Type": "* Home", "E-mail 1 - Value": world.missing(seen.email, 0.2),
        "E-mail 2 - Type": "", "E-mail 2 - Value": world.missing(world.fake.company_email(), 0.8),
        "Phone 1 - Type": "Mobile", "Phone 1 - Value": world.missing(seen.phone, 0.2), "Address 1 - Type": "Home",
        "Address 1 - Formatted": world.missing(f"{seen.street}\n{seen.place}", 0.5), "Address 1 - Street": "",
        "Organization 1 - Name": world.missing(world.fake.company(), 0.8),
    }


def shop_newsletter(world):
    """Customers as Shopify exports them, and a mailing list of Mailchimp's."""
    return world.gather(world.people(900), {"shopify": ((0.75, 0.15), shopify_customer), "mailchimp": ((0.6,), mailchimp_member)})


def shopify_customer(world, person):
    seen = world.later(person)
    return {
        "First Name": seen.given, "Last Name": seen.family, "Email": world.missing(seen.email, 0.05),
        "Accepts Email Marketing": world.pick(("yes", "no")),
        "Default Address Company": "", "Default Address Address1": world.missing(seen.street, 0.2), "Default Address Address2": "",
        "Default Address City": world.missing(seen.city, 0.2),
        "Default Address Province Code": world.pick(("ON", "QC", "BC")), "Default Address Country Code": "CA",
        "Default Address Zip": world.missing(seen.postcode, 0.2),
        "Default Address Phone": world.missing(seen.phone, 0.4), "Phone": "", "Accepts SMS Marketing": "no",
        "Total Spent": world.amount(900), "Total Orders": world.number(9), "Note": "",
        "Tax Exempt": "no", "Tags": world.missing(world.pick(("vip", "wholesale")), 0.7),
    }


def mailchimp_member(world, person):
    seen = world.later(person)
    return {
        "Email Address": seen.email, "First Name": world.missing(seen.given, 0.3), "Last Name": world.missing(seen.family, 0.3),
        "Phone Number": world.missing(seen.phone, 0.6), "MEMBER_RATING": str(world.rng.randrange(1, 6)),
        "OPTIN_TIME": world.moment().replace("T", " "),
        "CONFIRM_IP": world.fake.ipv4(), "LAST_CHANGED": world.moment().replace("T", " "),
        "LEID": world.number(10**8), "EUID": world.fake.md5()[:10], "TAGS": "",
    }


def contacts_leads(world):
    """Contacts and leads as Salesforce exports them."""
    return world.gather(world.people(900), {"contact": ((0.8,), salesforce_contact), "lead": ((0.6, 0.15), salesforce_lead)})


def salesforce_contact(world, person):
    seen = world.later(person)
    return {
        "ContactId": f"003{world.fake.md5()[:15]}", "AccountId": f"001{world.fake.md5()[:15]}", "LastName": seen.family, "FirstName": seen.given,
        "Salutation": world.pick(("Mr.", "Ms.", "")), "MailingStreet": world.missing(seen.street, 0.2), "MailingCity": world.missing(seen.city, 0.2),
        "MailingState": seen.state, "MailingPostalCode": world.missing(seen.postcode, 0.2),
        "MailingCountry": "United States", "Phone": world.missing(seen.phone, 0.3),
        "MobilePhone": world.missing(seen.phone, 0.6), "Email": world.missing(seen.email, 0.15), "Title": world.missing(world.fake.job(), 0.4),
        "LeadSource": world.pick(("Web", "Other")), "Birthdate": world.missing(str(seen.birth), 0.6),
        "OwnerId": "005A", "CreatedDate": world.moment(),
        "LastModifiedDate": world.moment(), "SystemModstamp": world.moment(), "IsDeleted": "false",
    }


def salesforce_lead(world, person):
    seen = world.later(person)
    return {
        "LeadId": f"00Q{world.fake.md5()[:15]}", "Name": seen.whole, "Company": world.fake.company(), "Street": world.missing(seen.street, 0.3),
        "City": world.missing(seen.city, 0.3), "State": seen.state,
        "PostalCode": world.missing(seen.postcode, 0.3), "Phone": world.missing(seen.phone, 0.3),
        "Email": world.missing(seen.email, 0.15), "Status": world.pick(("Open", "Closed")),
        "Rating": world.pick(("Hot", "Cold")), "IsConverted": "false",
    }


def parcels(world):
    """Who owns land: family name first, initials, at times two owners in one column."""
    return world.gather(world.people(800), {"parcels": (1.9, parcel)})


def parcel(world, person):
    seen = world.later(person, slips=0.04, moves=0.08)
    owner = seen.reversed + (f" {seen.second[0]}" if world.chance(0.5) else "") + (f" & {world.fake.first_name()}" if world.chance(0.12) else "")
    return {
        "PARCEL_ID": world.number(10**9), "OWNER1": owner.upper(), "SITUS_ADDR": world.street().upper(), "MAIL_ADDR": seen.street.upper(),
        "CSZ": f"{seen.city} {seen.state} {seen.postcode}".upper(), "ASSESSED_VAL": world.number(10**6),
        "SALE_DT": f"{world.day(1970):%m/%d/%Y}", "ACRES": world.amount(1),
    }


def students(world):
    """Pupils of a school district, and those who took a test; brothers and sisters have guardians of their own."""
    people = world.people(900, kin=0.35)
    for person in people:
        person.birth, person.guardian = world.day(2006, 2017), world.fake.name()
    return world.gather(people, {"sis": ((0.9,), student), "testing": ((0.7,), tested)})


def student(world, person):
    seen = world.later(person, slips=0.04, moves=0.05)
    return {
        "student_number": world.number(10**7), "last": seen.family, "first": seen.given,
        "mi": world.missing(seen.second[0], 0.4), "dob": f"{seen.birth:%m/%d/%y}",
        "grade": str(2018 - seen.birth.year), "school": world.pick(("Lincoln Elementary", "Oak Middle", "Hill High")), "guardian": person.guardian,
        "guardian_phone": world.missing(seen.phone, 0.2),
    }


def tested(world, person):
    seen = world.later(person, slips=0.04, moves=0.05)
    return {
        "StudentName": seen.comma, "BirthDate": str(seen.birth), "Gender": "F" if seen.female else "M",
        "HomeAddress": seen.street, "Zip": seen.postcode,
        "ParentEmail": world.missing(seen.email, 0.3),
    }


def payments(world):
    """Payments: a name in capitals and most often the number of an account."""
    people = world.people(500, kin=0.2)
    for person in people:
        person.iban = world.fake.iban()
    return world.gather(people, {"payments": (4, payment)})


def payment(world, person):
    seen = world.later(person, slips=0.04)
    return {
        "booking_date": str(world.day()), "counterparty": world.pick((seen.whole, seen.reversed, f"{seen.given[0]}. {seen.family}")).upper(),
        "iban": world.missing(person.iban, 0.3), "amount": f"{world.rng.uniform(-500, 500):.2f}", "currency": "EUR", "purpose": world.fake.sentence(),
    }


def old_system(world):
    """Customers of an old system that abbreviates its columns and knows no lower case."""
    return world.gather(world.people(900), {"CUSTMAST": (1.9, old_customer)})


def old_customer(world, person):
    seen = world.later(person, moves=0.08)
    return {
        "CUST_LNM": seen.capitals, "CUST_FNM": seen.given.upper(), "CUST_MI": world.missing(seen.second[0], 0.5), "ADDR_LN1": seen.street.upper(),
        "CTY_NM": seen.city.upper(), "ST_CD": seen.state, "ZIP5": seen.postcode,
        "HM_PH": world.missing("".join(filter(str.isdigit, seen.phone))[:10], 0.3),
        "BRTH_DT": world.missing(f"{seen.birth:%Y%m%d}", 0.3), "EML_ADR": world.missing(seen.email, 0.4), "ACCT_OPN_DT": f"{world.day(1970):%Y%m%d}",
        "BR_CD": world.number(20), "STAT": "A",
    }


def logins(world):
    """Visits to a site: devices, accounts and mailboxes, and two visits in three name nobody."""
    people = world.people(600, kin=0.1)
    for person in people:
        person.account, person.devices = world.fake.uuid4(), [world.fake.uuid4() for _ in range(world.pick((1, 2)))]
    return world.gather(people, {"events": (5, visit)})


def visit(world, person):
    return {
        "anonymous_id": world.pick(person.devices), "user_id": world.missing(person.account, 0.5), "email": world.missing(person.email, 0.7),
        "timestamp": world.moment(), "event": world.pick(("page", "login", "order")), "ip": world.fake.ipv4(), "url": world.fake.uri(),
    }


def no_duplicates(world):
    """Everybody once, households and namesakes among them."""
    return world.gather(world.people(1500), {"crm": (1, only_customer)})


def only_customer(world, person):
    return {
        "first_name": person.given, "last_name": person.family, "email": person.email, "phone": person.phone,
        "street": person.street, "city": person.city, "zip": person.postcode,
    }


def loyalty_cards(world):
    """A till and a customer file that have a card in common; a fifth of the receipts name none."""
    people = world.people(900, kin=0.2)
    for person in people:
        person.card = world.digits(10)
    return world.gather(people, {"crm": ((0.8,), card_holder), "till": (2, receipt)})


def card_holder(world, person):
    return {"loyalty_card": person.card, "email": world.missing(person.email, 0.4), "name": world.missing(person.whole, 0.3)}


def receipt(world, person):
    return {"receipt": world.number(10**9), "loyalty_card": world.missing(person.card, 0.2), "amount": world.amount(99), "mobile": world.missing(person.phone, 0.4)}


# Name: the locale of the world, and what makes the set of it.
SETS = {
    "voters": ("en_US", voters),
    "contributions": ("en_US", contributions),
    "wide": ("en_GB", wide),
    "patients": ("en_US", patients),
    "orders": ("fr_FR", orders),
    "guests": (("en_US", "de_DE", "fr_FR", "es_ES", "it_IT", "nl_NL"), guests),
    "address_book": ("en_US", address_book),
    "shop_newsletter": ("en_CA", shop_newsletter),
    "contacts_leads": ("en_US", contacts_leads),
    "parcels": ("en_US", parcels),
    "students": ("en_US", students),
    "payments": (("de_DE", "fr_FR", "nl_NL"), payments),
    "old_system": ("en_US", old_system),
    "logins": ("en_US", logins),
    "no_duplicates": ("en_US", no_duplicates),
    "loyalty_cards": ("en_US", loyalty_cards),
}
