"""Some communes counted from the ground up, for every day at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator

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
            tally.add_person(merged(served), count.standing(read.known[human]))
    for human in count.several():
        count.repeats(human)
    return {key: tally for key, tally in count.tallies.items() if tally.days}


class _Count:
    """One pass over what was read."""

    def __init__(self, read: Communes) -> None:
        self.read = read
        self.tallies: dict[Key, Tally] = defaultdict(Tally)
        self.present: dict[str, dict[int, list[Span]]] = defaultdict(lambda: defaultdict(list))
        self.worked_out: dict[Known, tuple[tuple[Line, ...], Spans]] = {}

    def _of(self, known: Known) -> tuple[tuple[Line, ...], Spans]:
        """People taught in one class share one record: it is worked out once."""
        found = self.worked_out.get(known)
        if found is None:
            made = lines(known, self.read.rules)
            held = tuple((start, end) for measure, start, end in made if measure is Measure.HELD)
            found = self.worked_out[known] = made, held
        return found

    def standing(self, known: Known) -> tuple[Line, ...]:
        """From when to when somebody with this record is in each group."""
        return self._of(known)[0]

    def team(self, team_id: int, path: str, days: Spans) -> None:
        """Count a team under a path, and note which days its people serve there."""
        tally = self.tallies[path, ""]
        for start, end in days:
            tally.add(Measure.TEAMS, start, end)
        leads = self.read.leads.get(team_id, {})
        present = self.present[path]
        members = []
        for human, served in self.read.services.get(team_id, {}).items():
            there = common(merged(served), days)
            if not there:
                continue
            present[human] += there
            held = common(there, self._of(self.read.known[human])[1])
            leading = common(held, merged(leads[human])) if human in leads else ()
            members.append((there, held, leading))
        for start, end in covered(members):
            tally.add(Measure.COVERED, start, end)

    def several(self) -> list[int]:
        """Human beings who serve under more than one path."""
        paths: dict[int, int] = defaultdict(int)
        for people in self.present.values():
            for human in people:
                paths[human] += 1
        return [human for human, here in paths.items() if here > 1 or human in self.read.elsewhere]

    def repeats(self, human: int) -> None:
        """Note where, on the same day, the person serves in an earlier commune too."""
        served: dict[str, list[Span]] = defaultdict(list)
        own = [path for path, people in self.present.items() if human in people]
        for path in own:
            served[path] += self.present[path][human]
        for path, days in self.read.elsewhere.get(human, ()):
            served[path].append(days)
        for path in own:
            here = merged(served[path])
            for place in above(path):
                earlier = [
                    days
                    for other, found in served.items()
                    if other < path and other.startswith(place)
                    for days in found
                ]
                twice = common(here, merged(earlier))
                if twice:
                    known = self.read.known[human]
                    self.tallies[place, path].add_person(twice, self.standing(known))
