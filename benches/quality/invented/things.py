"""Contacts of companies, registers of companies, inventors, hotels and papers."""

from types import SimpleNamespace

from .people import fold


def company_contacts(world):
    """People at companies: colleagues share a name of a company, a domain, a site and a telephone."""
    people = [person for _ in range(260) for person in staff(world)]
    return world.gather(people, {"crm": ((0.8, 0.15), crm_contact), "events": ((0.6,), event_visitor)})


def staff(world):
    """Those whom a company employs."""
    company, site, phone = world.fake.company(), world.address(), world.fake.phone_number()
    domain = fold(company.split(",")[0].split(" ")[0]).replace("-", "") + world.pick((".com", ".io", ".net"))
    made = []
    for _ in range(world.copies(4)):
        given, family = world.fake.first_name(), world.fake.last_name()
        user = world.pick((f"{given}.{family}", f"{given[0]}{family}", given)).lower()
        made.append(SimpleNamespace(
            given=given, family=family, company=company, domain=domain, email=f"{user}@{domain}", phone=phone,
            mobile=world.fake.phone_number(), title=world.fake.job(), **site,
        ))
    return made


def company_name(world, company):
    return world.pick((company, company.split(",")[0], company.upper(), f"{company} Inc"))


def work_email(world, person):
    own = f"{person.given}{person.family}@gmail.com".lower()
    return world.missing(person.email if world.chance(0.85) else own, 0.15)


def crm_contact(world, person):
    owner = world.fake.name() if world.chance(0.1) else world.pick(("Ann Lee", "Bob Ray", "Cy Fox"))
    return {
        "Company": company_name(world, person.company), "First Name": world.called(person.given, 0.4), "Last Name": world.slip(person.family, 0.03),
        "Title": world.missing(person.title, 0.3), "Email": work_email(world, person),
        "Phone": world.missing(person.phone if world.chance(0.6) else person.mobile, 0.2),
        "Website": world.missing(f"www.{person.domain}", 0.4),
        "Street": world.missing(person.street, 0.3), "City": person.city, "State": person.state,
        "Zip": world.missing(person.postcode, 0.2), "Lead Source": world.pick(("Web", "Event", "Referral", "Purchased list")), "Owner": owner,
    }


def event_visitor(world, person):
    return {
        "account_name": company_name(world, person.company), "full_name": f"{world.called(person.given, 0.4)} {world.slip(person.family, 0.03)}",
        "work_email": work_email(world, person), "mobile": world.missing(person.mobile, 0.4), "domain": person.domain,
    }


FORMS = (("Ltd", "Limited"), ("GmbH", "Gesellschaft mit beschränkter Haftung"), ("SA", "S.A."), ("Inc", "Incorporated"), ("PLC", "plc"))
COUNTRIES = {"GB": "United Kingdom", "DE": "Germany", "FR": "France"}


def company_registers(world):
    """A public register of companies, and a list of vendors with little but the name in common with it."""
    companies = [company(world) for _ in range(900)]
    return world.gather(companies, {"registry": ((0.85,), registered), "vendors": ((0.75,), vendor)})


def company(world):
    family, fake = world.fake.last_name, world.fake
    name = world.pick((
        f"{family()} {world.pick(('Holdings', 'Trading', 'Logistics', 'Energy', 'Foods', 'Systems'))}", f"{family()} & {family()}",
        f"{fake.color_name()} {world.pick(('Solutions', 'Capital', 'Media'))}",
    ))
    return SimpleNamespace(name=name, forms=world.pick(FORMS), number=world.digits(8), country=world.pick(tuple(COUNTRIES)), **world.address())


def registered(world, firm):
    return {
        "Company Name": f"{world.slip(firm.name, 0.03)} {firm.forms[0]}", "Registration No": world.missing(firm.number, 0.4), "Country": firm.country,
        "Registered Address": f"{firm.street}, {firm.city}, {firm.postcode}", "Incorporation Date": str(world.day(1970)),
    }


def vendor(world, firm):
    name = f"{world.slip(firm.name, 0.08)} {firm.forms[1]}" if world.chance(0.7) else firm.name
    website = fold(firm.name).replace(" ", "").replace("&", "") + ".com"
    return {
        "name": name.upper(), "website": world.missing(website, 0.4),
        "reg_number": world.missing(firm.number, 0.6), "city": world.missing(firm.city, 0.3),
        "country": COUNTRIES[firm.country], "industry": world.fake.bs(),
    }


def inventors(world):
    """Inventors and firms of patents: a name, a place, classes, and others who signed."""
    return world.gather([applicant(world) for _ in range(400)], {"inventors": (5, patent)})


def applicant(world):
    fake = world.fake
    return SimpleNamespace(
        given=fake.first_name(), family=fake.last_name(), firm=fake.company() if world.chance(0.35) else None,
        lat=f"{fake.latitude():.4f}", lng=f"{fake.longitude():.4f}",
        classes=[world.pick("ABCDEFGH") + str(world.rng.randrange(1, 99)) for _ in range(4)],
        others=[f"{fake.last_name()} {fake.first_name()}".upper() for _ in range(6)],
    )


def patent(world, one):
    placed = world.chance(0.8)
    return {
        "person_name": world.slip(applicant_name(world, one), 0.07), "lat": one.lat if placed else "0.0", "lng": one.lng if placed else "0.0",
        "ipc_class": "**".join(sorted(set(world.rng.sample(one.classes, world.rng.randrange(1, 4))))),
        "coauthors": "**".join(world.rng.sample(one.others, world.rng.randrange(4))),
    }


def applicant_name(world, one):
    if one.firm:
        words = one.firm.split(" ")
        return world.pick((one.firm, one.firm.upper(), one.firm.replace("GmbH", "G.M.B.H."), f"{words[0]} {words[-1]}"))
    family = one.family.upper()
    return world.pick((f"{family} {one.given.upper()}", f"{one.family}, {one.given}", f"{family} {one.given[0]}.", f"{one.family} {one.given}"))


def hotels(world):
    """Hotels of two guides, chains among them, with places on the map."""
    return world.gather([hotel(world) for _ in range(700)], {"booking": ((0.8,), booked_hotel), "guide": ((0.8,), guide_hotel)})


def hotel(world):
    fake, city = world.fake, world.pick(("London", "Bath", "York", "Leeds", "Oxford", "Brighton", "Bristol", "Glasgow"))
    name = world.pick((
        f"{fake.last_name()}'s", f"The {fake.last_name()}", f"Royal {fake.city_suffix().title()}", f"Premier Inn {fake.city()}", f"Travelodge {city} {fake.city_suffix()}",
        f"{fake.color_name()} Lion",
    ))
    return SimpleNamespace(
        name=name, sort=world.pick(("Hotel", "Inn", "Guest House", "Lodge", "B&B")),
        street=world.street(), city=city, postcode=fake.postcode(), phone=fake.phone_number(),
        lat=f"{world.rng.uniform(51, 55):.5f}", lon=f"{world.rng.uniform(-3, 0):.5f}",
    )


def booked_hotel(world, one):
    return {
        "hotel_name": f"{one.name} {one.sort}", "address": one.street, "city": one.city,
        "postcode": one.postcode, "phone": world.missing(one.phone, 0.2),
        "stars": str(world.rng.randrange(1, 6)), "latitude": one.lat, "longitude": one.lon,
    }


def guide_hotel(world, one):
    full = f"{one.name} {one.sort}"
    street = one.street.replace("Street", "St").replace("Road", "Rd")
    return {
        "name": world.slip(world.pick((full, one.name, f"{full} {one.city}", f"{one.sort} {one.name}")), 0.08),
        "street": world.slip(street, 0.05), "town": one.city,
        "zip": world.missing(one.postcode, 0.2), "tel": world.missing(one.phone, 0.3),
        "rating": world.amount(5), "lat": one.lat[:-1], "lon": one.lon[:-1],
    }


VENUES = (("SIGMOD Conference", "SIGMOD"), ("VLDB", "Very Large Data Bases"), ("ICDE", "Intl. Conf. on Data Engineering"), ("TODS", "ACM Trans. Database Syst."))


def papers(world):
    """Papers of two libraries that write authors and venues in ways of their own."""
    words = [world.fake.word() for _ in range(400)]
    return world.gather([paper(world, words) for _ in range(900)], {"dblp": ((0.85,), dblp_paper), "acm": ((0.85,), acm_paper)})


def paper(world, words):
    title = " ".join(world.pick(words) for _ in range(world.rng.randrange(4, 10))).capitalize()
    authors = [world.fake.name() for _ in range(world.rng.randrange(1, 5))]
    return SimpleNamespace(title=title, authors=authors, venues=world.pick(VENUES), year=str(world.rng.randrange(1995, 2005)))


def dblp_paper(world, one):
    return {"title": one.title, "authors": ", ".join(one.authors), "venue": one.venues[0], "year": one.year}


def acm_paper(world, one):
    title = world.slip(one.title, 0.2) if world.chance(0.9) else " ".join(one.title.split()[:-1])
    named = [name.split() for name in (one.authors if world.chance(0.8) else one.authors[:2])]
    return {"title": title, "authors": ", ".join(f"{words[0][0]} {words[-1]}" for words in named), "venue": one.venues[1], "year": world.missing(one.year, 0.1)}


# Name: the locale of the world, and what makes the set of it.
SETS = {
    "company_contacts": ("en_US", company_contacts),
    "company_registers": (("en_GB", "de_DE", "fr_FR"), company_registers),
    "inventors": (("de_DE", "en_US", "fr_FR"), inventors),
    "hotels": ("en_GB", hotels),
    "papers": ("en_US", papers),
}
