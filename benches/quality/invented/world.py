"""A world that the package Faker fills with people, and what happens to them in files: they move, clerks slip, forms stay empty.

All of it comes from one generator and nothing from the clock, so that a seed gives the same world again.
"""

import copy
import datetime
import types

from faker import Faker
from faker.providers import BaseProvider
from faker.providers.address.it_IT import Provider as Italy

from .people import fold, typo

# Faker takes them from a set, whose order is another one in each run of Python.
Italy.cities = sorted(Italy.cities)

SHORT = {
    "Alexander": ("Alex",), "Anthony": ("Tony",), "Christopher": ("Chris",), "Daniel": ("Dan",), "David": ("Dave",), "Elizabeth": ("Liz", "Beth"),
    "James": ("Jim",), "Jennifer": ("Jen", "Jenny"), "Joseph": ("Joe",), "Katherine": ("Kate", "Kathy"), "Margaret": ("Peggy",), "Matthew": ("Matt",),
    "Michael": ("Mike",), "Nicholas": ("Nick",), "Patricia": ("Pat",), "Richard": ("Rick", "Dick"), "Robert": ("Bob", "Rob"), "Samantha": ("Sam",),
    "Steven": ("Steve",), "Thomas": ("Tom",), "William": ("Bill", "Will"),
}


class Calendar(BaseProvider):
    """The years in some mailboxes: Faker's own end today."""

    def year(self):
        return str(self.random_int(1970, 2024))


class Person(types.SimpleNamespace):
    """given, second, family, female, birth, street, city, postcode, state, phone, email; a set adds what else it needs."""

    @property
    def whole(self):
        return f"{self.given} {self.family}"

    @property
    def comma(self):
        return f"{self.family}, {self.given}"

    @property
    def reversed(self):
        return f"{self.family} {self.given}"

    @property
    def joined(self):
        return self.family + self.given

    @property
    def capitals(self):
        return self.family.upper()

    @property
    def year(self):
        return str(self.birth.year)

    @property
    def place(self):
        return f"{self.city}, {self.state} {self.postcode}"

    @property
    def home(self):
        return {part: getattr(self, part) for part in ("street", "city", "postcode", "state")}

    def but(self, **changes):
        """The same person, but for these."""
        other = copy.copy(self)
        vars(other).update(changes)
        return other


class World:
    """What sets are made of; `fake` is a Faker of the same seed for whatever else they need."""

    def __init__(self, rng, locale):
        self.rng = rng
        self.fake = Faker(locale)
        self.fake.seed_instance(rng.randrange(1 << 30))
        for one in self.fake.factories:
            one.add_provider(Calendar)
        self.states = locale == "en_US"

    def chance(self, share):
        return self.rng.random() < share

    def pick(self, options):
        return self.rng.choice(options)

    def number(self, below):
        return str(self.rng.randrange(below))

    def digits(self, length):
        return f"{self.rng.randrange(10**length):0{length}}"

    def amount(self, most):
        return f"{self.rng.random() * most:.2f}"

    def day(self, first=2015, last=2024):
        """A day from the first year to the last."""
        start, end = datetime.date(first, 1, 1).toordinal(), datetime.date(last, 12, 31).toordinal()
        return datetime.date.fromordinal(self.rng.randint(start, end))

    def moment(self):
        """A second of some day, as computers write it."""
        return f"{self.day()}T{self.rng.randrange(24):02}:{self.rng.randrange(60):02}:{self.rng.randrange(60):02}"

    def slip(self, text, share):
        """The text, with a typing error in this share of cases."""
        return typo(self.rng, text) if text and self.chance(share) else text

    def missing(self, text, share):
        """The text, or nothing in this share of cases."""
        return "" if self.chance(share) else text

    def street(self):
        return self.fake.street_address().replace("\n", " ")

    def address(self, state=None):
        """Where somebody lives: in this state or any, where there are states."""
        state = state or (self.fake.state_abbr() if self.states else "")
        return {"street": self.street(), "city": self.fake.city(), "postcode": self.fake.postcode(), "state": state}

    def person(self):
        """Somebody without a mailbox."""
        female = self.chance(0.5)
        given = self.fake.first_name_female if female else self.fake.first_name_male
        born, phone = self.day(1934, 2007), self.fake.phone_number()
        return Person(given=given(), second=given(), family=self.fake.last_name(), female=female, birth=born, phone=phone, **self.address())

    def people(self, count, kin=0.3):
        """People; this share of them lives with the one before."""
        made = []
        for _ in range(count):
            person = self.person()
            if made and self.chance(kin):
                self.join(person, made[-1])
            person.email = self.mailbox(person)
            made.append(person)
        return made

    def join(self, person, other):
        """Has a person live with another: one address, mostly one name, at times one telephone, and given names that differ."""
        vars(person).update(other.home)
        person.given = person.second if person.given == other.given else person.given
        person.family = other.family if self.chance(0.8) else person.family
        person.phone = other.phone if self.chance(0.3) else person.phone

    def mailbox(self, person):
        """A mailbox made of the name where its letters allow that."""
        user = fold(person.given) + self.pick((".", "_", "")) + fold(person.family) + self.pick(("", self.number(99), person.year))
        user = user.replace(" ", "").replace("'", "") if user.isascii() else self.fake.user_name()
        return f"{user}@{self.fake.free_email_domain()}"

    def moved(self, person, share):
        """The person, elsewhere in the state in this share of cases."""
        return person.but(**self.address(person.state)) if self.chance(share) else person

    def called(self, given, share):
        """The given name, or a short form in this share of the names that have one."""
        return self.pick(SHORT[given]) if given in SHORT and self.chance(share) else given

    def later(self, person, slips=0.05, moves=0.1, short=0.2):
        """The person as a clerk sees them some day: moved, with another telephone or mailbox, by a short name, misspelt."""
        seen = self.moved(person, moves).but(given=self.slip(self.called(person.given, short), slips), family=self.slip(person.family, slips))
        seen.phone = self.fake.phone_number() if self.chance(0.1) else seen.phone
        seen.email = self.fake.free_email() if self.chance(0.1) else seen.email
        return seen

    def copies(self, how):
        """How many records somebody has: one for each of several chances, or at least one and so many on average."""
        if isinstance(how, tuple):
            return sum(self.chance(share) for share in how)
        made = 1
        while self.chance(1 - 1 / how):
            made += 1
        return made

    def gather(self, entities, sources):
        """A set of these entities. `sources`: name to how many copies one has there, and what writes a record of one."""
        made = {name: [] for name in sources}
        for number, entity in enumerate(entities):
            for name, (how, written) in sources.items():
                made[name] += [(written(self, entity), f"e{number}") for _ in range(self.copies(how))]
        return made
