"""Some communes counted from the ground up, for every day at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

from sqlalchemy.orm import Session

from training_app.coverage.rollups.reading import Communes, read_communes
from training_app.coverage.rules.lasting import Known, Line, Measure, Tally, covered, lines
from training_app.coverage.rules.spans import Span, Spans, common, merged

# A place and, for its people who are counted in an earlier commune too, the later commune.
Key = tuple[str, str]


def recount(session: Session, requirement_id: int, unit_ids: Collection[int]) -> dict[Key, Tally]:
    """What one requirement counts in some communes.

    ``(path, "")`` holds the counts of a commune, ``(place, path)`` those of its people who on the
    same day serve in an earlier commune of a place above: the place's total leaves them out.
    """
    return counted(read_communes(session, requirement_id, unit_ids))


def above(path: str) -> Iterator[str]:
    """The places above a path, the nation first."""
    end = 0
    while end < len(path) - 1:
        yield path[: end + 1]
        end = path.index("/", end + 1)


def counted(read: Communes) -> dict[Key, Tally]:
    """The counts of communes that were read; see :func:`recount`."""
    count = _Count(read)
    for team_id, places in read.places.items():
        by_path: dict[str, list[Span]] = defaultdict(list)
        for path, days in places:
            by_path[path].append(days)
        for path, found in by_path.items():
            count.team(team_id, path, merged(found))
    for path, people in count.present.items():
        tally = count.tallies[path, ""]
        for human, served in people.items():
            tally.add_person(merged(served), count.of(human)[0])
    for human, paths in count.several().items():
        count.repeats(human, paths)
    return {key: tally for key, tally in count.tallies.items() if tally.days}


_Standing = tuple[tuple[Line, ...], Spans]


class _Count:
    """One pass over what was read."""

    def __init__(self, read: Communes) -> None:
        self.read = read
        self.tallies: dict[Key, Tally] = defaultdict(Tally)
        self.present: dict[str, dict[int, list[Span]]] = defaultdict(lambda: defaultdict(list))
        self.people: dict[int, _Standing] = {}
        self.worked_out: dict[Known, _Standing] = {}

    def of(self, human: int) -> _Standing:
        """From when to when somebody is in each group, and in the first of them.

        People taught in one class share one record: it is worked out once.
        """
        found = self.people.get(human)
        if found is None:
            known = self.read.known[human]
            found = self.worked_out.get(known)
            if found is None:
                made = lines(known, self.read.rules)
                held = tuple((one[1], one[2]) for one in made if one[0] is Measure.HELD)
                found = self.worked_out[known] = made, held
            self.people[human] = found
        return found

    def team(self, team_id: int, path: str, days: Spans) -> None:
        """Count a team under a path, and note which days its people serve there."""
        tally = self.tallies[path, ""]
        for start, end in days:
            tally.add(Measure.TEAMS, start, end)
        leads = self.read.leads.get(team_id, {})
        present, people = self.present[path], self.people
        members = []
        for human, served in self.read.services.get(team_id, {}).items():
            there = common(merged(served), days)
            if not there:
                continue
            present[human] += there
            held = common(there, (people.get(human) or self.of(human))[1])
            leading = common(held, merged(leads[human])) if human in leads else ()
            members.append((there, held, leading))
        for start, end in covered(members):
            tally.add(Measure.COVERED, start, end)

    def several(self) -> dict[int, list[str]]:
        """Human beings who serve under more than one path, and those of these communes."""
        paths: dict[int, list[str]] = defaultdict(list)
        for path, people in self.present.items():
            for human in people:
                paths[human].append(path)
        return {
            human: own
            for human, own in paths.items()
            if human in self.read.elsewhere or (len(own) > 1 and not self._moved_on(human, own))
        }

    def _moved_on(self, human: int, own: Sequence[str]) -> bool:
        """Whether somebody served one stretch under each of two paths, one after the other.

        A commune renamed or merged leaves everybody so.
        """
        first, *others = (self.present[path][human] for path in own)
        if len(others) != 1 or len(first) != 1 or len(others[0]) != 1:
            return False
        (start, end), (begun, done) = first[0], others[0][0]
        return end <= begun or done <= start

    def repeats(self, human: int, own: Sequence[str]) -> None:
        """Note where, on the same day, the person serves in an earlier commune too."""
        served = [(path, days) for path in own for days in merged(self.present[path][human])]
        served += self.read.elsewhere.get(human, ())
        if not _overlap([days for _, days in served]):
            return
        for path in own:
            here = merged(self.present[path][human])
            for place in above(path):
                earlier = [
                    days for other, days in served if other < path and other.startswith(place)
                ]
                twice = common(here, merged(earlier))
                if twice:
                    self.tallies[place, path].add_person(twice, self.of(human)[0])


def _overlap(spans: Sequence[Span]) -> bool:
    """Whether a day lies in two of the stretches: a commune renamed or merged has none."""
    ordered = sorted(spans)
    return any(one[1] > other[0] for one, other in pairwise(ordered))
