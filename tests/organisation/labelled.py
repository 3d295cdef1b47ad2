"""Two years of invented lists of communes in which it is known who is who.

Names are as frequent as in Viet Nam, so namesakes are. Between the years people leave, join, move,
change their telephone; whoever types writes NFD, old tone places, capitals, no marks, slips of a
letter, a year without its day, or leaves the birth or the telephone out. Among them are twins,
a father and a son of one name with one telephone, and namesakes in one team, at once or one after
the other.
"""

import random
import unicodedata
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from training_app.organisation.roster_file import Person
from training_app.organisation.roster_file.names import read_name
from training_app.organisation.roster_file.text import text_of

TEAMS: Final = 45
SHEET: Final = "DS"
_FAMILIES: Final = {
    "Nguyễn": 38, "Trần": 11, "Lê": 10, "Phạm": 7, "Hoàng": 5, "Huỳnh": 4, "Phan": 4, "Vũ": 3,
    "Võ": 3, "Đặng": 2, "Bùi": 2, "Đỗ": 2, "Hồ": 1, "Ngô": 1, "Dương": 1, "Lý": 1, "H'Mok": 1,
}  # fmt: skip
_MEN: Final = ("Văn", "Văn", "Văn", "Văn", "Hữu", "Đức", "Quang", "Minh", "Xuân", "Thanh", "Công")
_WOMEN: Final = ("Thị", "Thị", "Thị", "Thị", "Thị", "Thị Thu", "Thị Ngọc", "Ngọc", "Kim", "Thị Mỹ")
_HIS: Final = (
    *("Hùng", "Hùng", "Dũng", "Tuấn", "Minh", "Sơn", "Thành", "Bình", "Hải", "Hòa", "Nam", "Long"),
    *("Cường", "Quang", "Phúc", "Thắng", "Đức", "Lợi", "Tâm", "Thủy", "An", "Khánh", "Toàn"),
)
_HER: Final = (
    *("Hoa", "Lan", "Hương", "Hạnh", "Hằng", "Thủy", "Mai", "Nga", "Hà", "Hồng", "Hòa", "Thúy"),
    *("Tuyết", "Loan", "Phượng", "Dung", "Liên", "Yến", "Xuân", "Bình", "Tâm", "Thanh", "Hiền"),
)
_OLD: Final = (("òa", "oà"), ("óa", "oá"), ("ủy", "uỷ"), ("úy", "uý"), ("ùy", "uỳ"))


@dataclass
class Years:
    """What is on record, this year's list, and the pairs that are one human being (by row)."""

    record: list[Person] = field(default_factory=list)
    listed: list[Person] = field(default_factory=list)
    same: set[tuple[int, int]] = field(default_factory=set)
    twice: set[tuple[int, int]] = field(default_factory=set)


def years(seed: int) -> Years:
    """Two years of one commune: some 270 people on record and about as many listed."""
    return _Commune(random.Random(seed)).years()


class _Commune:
    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.row = 0

    def years(self) -> Years:
        made = Years()
        people = [one for team in range(1, TEAMS + 1) for one in self._team(team)]
        for one in people:
            at = self._place(made.record, self._written(one))
            if self.dice.random() < 0.08:
                self._followed(made, one)
                continue
            now = self._a_year_later(one)
            made.same.add((self._place(made.listed, self._written(now)), at))
            if self.dice.random() < 0.02:
                other = replace(now, team=self._other_team(now.team))
                again = self._place(made.listed, self._written(other))
                made.twice.add((made.listed[-2].row, again))
                made.same.add((again, at))
        for _ in range(len(people) // 12):
            self._place(made.listed, self._written(self._person(self.dice.randint(1, TEAMS))))
        return made

    def _followed(self, made: Years, left: Person) -> None:
        """Some who leave are followed in the team by a son, or by a namesake."""
        chance = self.dice.random()
        if chance < 0.1:
            self._place(made.listed, self._written(self._son(left)))
        elif chance < 0.2:
            other = replace(self._person(1), team=left.team, full_name=left.full_name, sex=left.sex)
            self._place(made.listed, self._written(other))

    def _place(self, rows: list[Person], one: Person) -> int:
        self.row += 1
        rows.append(replace(one, row=self.row))
        return self.row

    def _team(self, team: int) -> list[Person]:
        people = [self._person(team) for _ in range(self.dice.randint(4, 7))]
        chance = self.dice.random()
        if chance < 0.08:
            people.append(self._son(people[0]))
        elif chance < 0.16:
            people.append(self._twin(people[0]))
        elif chance < 0.24:
            # Another human being of the same name in the same team.
            other = self._person(team)
            people.append(replace(other, full_name=people[1].full_name, sex=people[1].sex))
        return people

    def _person(self, team: int) -> Person:
        woman = self.dice.random() < 0.4
        family = self.dice.choices(list(_FAMILIES), list(_FAMILIES.values()))[0]
        middle = self.dice.choice(_WOMEN if woman else _MEN)
        given = self.dice.choice(_HER if woman else _HIS)
        month, day = self.dice.randint(1, 12), self.dice.randint(1, 28)
        born = date(self.dice.randint(1945, 1995), month, day)
        return Person(
            sheet=SHEET,
            row=0,
            full_name=f"{family} {middle} {given}",
            sex="female" if woman else "male",
            birth_date=born,
            birth_year=born.year,
            phones=(self._phone(),) if self.dice.random() < 0.93 else (),
            team=f"Khu phố {team}",
            status="active",
        )

    def _phone(self) -> str:
        return f"+849{self.dice.randrange(10**8):08d}"

    def _son(self, father: Person) -> Person:
        """Of the same name, at the same telephone, in the same team; a generation younger."""
        assert father.birth_year is not None
        year = father.birth_year + self.dice.randint(20, 32)
        return replace(father, birth_date=date(year, 6, 15), birth_year=year)

    def _twin(self, one: Person) -> Person:
        """Born the same day; the given name differs, often by little, and the telephone may not."""
        family, *middle, given = one.full_name.split()
        names = [name for name in (_HER if one.sex == "female" else _HIS) if name != given]
        shared = one.phones if self.dice.random() < 0.2 else (self._phone(),)
        name = " ".join((family, *middle, self.dice.choice(names)))
        return replace(one, full_name=name, phones=shared)

    def _a_year_later(self, one: Person) -> Person:
        if self.dice.random() < 0.03:
            one = replace(one, team=self._other_team(one.team))
        if self.dice.random() < 0.12:
            one = replace(one, phones=(self._phone(),))
        return one

    def _other_team(self, team: str | None) -> str:
        return self.dice.choice(
            [f"Khu phố {at}" for at in range(1, TEAMS + 1) if f"Khu phố {at}" != team]
        )

    def _written(self, one: Person) -> Person:
        """As somebody types it."""
        chance = self.dice.random
        if chance() < 0.4:
            one = replace(one, birth_date=None)
        if chance() < 0.04:
            one = replace(one, birth_date=None, birth_year=None)
        if chance() < 0.06:
            one = replace(one, phones=())
        if chance() < 0.1:
            one = replace(one, sex=None)
        return replace(one, full_name=read_name(text_of(self._typed(one.full_name))).full)

    def _typed(self, name: str) -> str:
        chance = self.dice.random()
        if chance < 0.1:
            return unicodedata.normalize("NFD", name)
        if chance < 0.25:
            for new, old in _OLD:
                name = name.replace(new, old)
        elif chance < 0.33:
            return name.upper()
        elif chance < 0.36:
            plain = unicodedata.normalize("NFD", name).replace("đ", "d").replace("Đ", "D")
            return "".join(one for one in plain if not unicodedata.combining(one))
        elif chance < 0.37:
            return self._slip(name)
        elif chance < 0.38:
            return name.replace("Đ", "\u00d0")
        return name

    def _slip(self, name: str) -> str:
        """A letter of the given name doubled, as fingers do."""
        at = len(name) - 1
        return name[:at] + name[at] * 2
