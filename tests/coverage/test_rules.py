"""What counts, what may be shown, and the smallest next step."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from training_app.coverage.rules import (
    Counts,
    Figure,
    Gap,
    Mask,
    MemberGap,
    Pair,
    StepKind,
    TeamDefinition,
    TeamNeed,
    disclose,
    disclose_course,
    first_steps,
    gaps,
    rank,
    total_of,
)
from training_app.organisation.rules import TeamFacts, composition

FULL = composition(TeamFacts(members=5, women=2, leader=True))
COUNTS = st.builds(
    lambda held, lapsed, begun, rest: Counts(held + lapsed + begun + rest, held, 0, lapsed, begun),
    *[st.integers(0, 9)] * 4,
)


def team(people: int, held: int, *, leader: bool = True, leader_held: bool = True) -> TeamNeed:
    return TeamNeed(Counts(people, held), leader, leader_held, FULL)


# -- counting ------------------------------------------------------------------------------


def test_two_thirds_and_the_leader() -> None:
    rule = TeamDefinition()
    assert rule.met(3, 2, leader_held=True)
    assert rule.met(6, 4, leader_held=True)
    assert not rule.met(7, 4, leader_held=True)
    assert not rule.met(3, 2, leader_held=False)
    assert not rule.met(0, 0, leader_held=False)


@given(st.integers(1, 60), st.integers(0, 60))
def test_needed_is_the_fewest_that_meets(people: int, held: int) -> None:
    rule = TeamDefinition(leader=False)
    assert rule.met(people, held, leader_held=False) == (held >= rule.needed(people))


@given(st.lists(COUNTS))
def test_groups_make_the_whole_and_totals_the_sum(parts: list[Counts]) -> None:
    total = total_of(parts)
    assert total.people == total.held + total.lapsed + total.begun + total.not_begun
    assert total.people == sum(one.people for one in parts)
    assert total + -total == Counts()


# -- disclosure ----------------------------------------------------------------------------

PAIRS = st.integers(0, 40).flatmap(
    lambda people: st.builds(Pair, st.just(people), st.integers(0, people))
)


def possible(figures: list[Figure], limits: list[int], total: int) -> list[set[int]]:
    """By hidden figure what it may be, tried out from what the page shows and the total."""
    hidden = [(one, limit) for one, limit in zip(figures, limits, strict=True) if not one.shown]
    rest = total - sum(one.value or 0 for one in figures)
    choices = [
        range(1, 5) if one.mask is Mask.SMALL else range(min(rest, limit) + 1)
        for one, limit in hidden
    ]
    found: list[set[int]] = [set() for _ in hidden]
    for combination in product(*choices[:-1]):
        last = rest - sum(combination)
        if choices and last in choices[-1]:
            for at, value in enumerate((*combination, last)):
                found[at].add(value)
    return found


@given(st.lists(PAIRS, min_size=2, max_size=5))
def test_no_small_count_is_shown_or_follows(rows: list[Pair]) -> None:
    whole = Pair(sum(one.people for one in rows), sum(one.held for one in rows))
    shown, total = disclose(rows, whole)
    for pair, (people, held) in zip([*rows, whole], [*shown, total], strict=True):
        assert not (people.shown and 0 < pair.people < 5)
        assert not (held.shown and 0 < pair.held < 5)
        assert not (people.shown and held.shown and 0 < pair.people - pair.held < 5)
    for column, limits, known in (
        ([one for one, _ in shown], [whole.people] * len(rows), total[0]),
        ([one for _, one in shown], [one.people for one in rows], total[1]),
    ):
        if known.shown and any(one.shown for one in column):
            assert all(len(one) > 1 for one in possible(column, limits, known.value or 0))


@given(st.lists(PAIRS, min_size=1, max_size=7))
def test_what_is_shown_is_true(rows: list[Pair]) -> None:
    shown, _ = disclose(rows, Pair(sum(r.people for r in rows), sum(r.held for r in rows)))
    for pair, (people, held) in zip(rows, shown, strict=True):
        assert people.value in {None, pair.people}
        assert held.value in {None, pair.held}
        assert people.mask is not Mask.SMALL or 0 < pair.people < 5
        assert held.mask is not Mask.SMALL or 0 < pair.held < 5


def test_a_second_count_is_hidden_where_subtraction_would_tell() -> None:
    rows = [Pair(40, 2), Pair(60, 30), Pair(80, 50)]
    shown, total = disclose(rows, Pair(180, 82))
    assert [held.mask for _, held in shown] == [Mask.SMALL, Mask.HIDDEN, Mask.SHOWN]
    assert total[1].value == 82


def test_large_counts_are_all_shown() -> None:
    shown, total = disclose([Pair(40, 20), Pair(60, 0)], Pair(100, 20))
    assert all(one.shown for pair in [*shown, total] for one in pair)


COURSE = st.lists(st.integers(0, 9), min_size=3, max_size=3)


@given(st.lists(st.tuples(COURSE, st.booleans()), min_size=1, max_size=5))
def test_no_line_of_what_lapses_tells_a_hidden_count(drawn: list[tuple[list[int], bool]]) -> None:
    rows = [row for row, _ in drawn]
    known = [yes for _, yes in drawn]
    total = [sum(column) for column in zip(*rows, strict=True)]
    shown, foot = disclose_course(rows, total, known=known)
    for row, line, yes in zip([*rows, total], [*shown, foot], [*known, True], strict=True):
        assert all(one.value in {None, value} for one, value in zip(line, row, strict=True))
        assert not any(0 < (one.value or 0) < 5 for one in line)
        assert yes or not any(one.shown for one in line)
        if yes and any(one.shown for one in line):
            assert all(len(one) > 1 for one in possible(line, [sum(row)] * len(row), sum(row)))
    for at, below in enumerate(foot):
        column = [line[at] for line in shown]
        hidden = [one for one in column if not one.shown]
        if below.shown and any(one.shown for one in column):
            limits = [
                sum(row) if yes else max(sum(row), 5) for row, yes in zip(rows, known, strict=True)
            ]
            assert all(len(one) > 1 for one in possible(column, limits, below.value or 0))
        assert below.shown or hidden or not any(row[at] for row in rows)


def test_what_lapses_is_shown_where_many_are_trained() -> None:
    shown, foot = disclose_course([[10, 0, 90], [2, 20, 60]], [12, 20, 150], known=[True, True])
    assert [one.mask for one in shown[1]] == [Mask.SMALL, Mask.HIDDEN, Mask.SHOWN]
    assert [one.mask for one in shown[0]] == [Mask.HIDDEN, Mask.HIDDEN, Mask.SHOWN]
    assert [one.value for one in foot] == [12, 20, 150]


def test_where_more_come_to_hold_it_nothing_of_the_row_is_shown() -> None:
    shown, _ = disclose_course([[-3, 0, 90], [7, 20, 60]], [4, 20, 150], known=[True, True])
    assert not any(one.shown for one in shown[0])


# -- next steps ----------------------------------------------------------------------------


def test_a_team_that_counts_needs_nothing() -> None:
    done = team(3, 2)
    assert not done.in_need
    assert gaps(done) == ()
    assert first_steps(done, [MemberGap(1, leads=False, missing=frozenset({7}))]) == ()


def test_without_a_leader_the_first_step_is_an_election() -> None:
    lacking = TeamNeed(
        Counts(3, 1),
        has_leader=False,
        leader_held=False,
        composition=composition(TeamFacts(members=3, women=1, leader=False)),
    )
    assert gaps(lacking) == (Gap.NO_LEADER, Gap.MEMBERS)
    steps = first_steps(
        lacking, [MemberGap(at, leads=False, missing=frozenset({7})) for at in (1, 2)]
    )
    assert [step.kind for step in steps] == [StepKind.ELECT, StepKind.CALL]
    assert steps[1].count == 1


def test_the_fewest_people_nearest_to_the_end_are_called() -> None:
    short = team(6, 2)
    members = [
        MemberGap(1, leads=False, missing=frozenset({7, 8})),
        MemberGap(2, leads=False, missing=frozenset({7})),
        MemberGap(3, leads=False, missing=frozenset({7})),
        MemberGap(4, leads=False, missing=frozenset({7, 8})),
    ]
    (step,) = first_steps(short, members)
    assert (step.count, step.modules, step.leader) == (2, (7,), False)


def test_an_untrained_leader_is_called_even_when_enough_others_are_trained() -> None:
    lacking = team(6, 5, leader_held=False)
    assert gaps(lacking) == (Gap.LEADER,)
    (step,) = first_steps(lacking, [MemberGap(9, leads=True, missing=frozenset({7}))])
    assert (step.count, step.leader) == (1, True)


@given(st.integers(1, 12), st.integers(0, 12), st.booleans())
def test_after_the_call_the_team_counts(people: int, held: int, leader_held: bool) -> None:  # noqa: FBT001 - drawn
    held = min(held, people if leader_held else people - 1)
    leader_held = leader_held and held > 0
    lacking = team(people, held, leader_held=leader_held)
    members = [
        MemberGap(at, leads=at == 0 and not leader_held, missing=frozenset({1}))
        for at in range(people - held)
    ]
    called = sum(step.count for step in first_steps(lacking, members))
    rule = TeamDefinition()
    assert rule.met(people, held + called, leader_held=True)
    if called:
        enough = rule.met(people, held + called - 1, leader_held=True)
        assert not enough or not leader_held


def test_the_least_trained_and_largest_come_first() -> None:
    teams = [team(3, 3), team(6, 1), team(9, 0), team(3, 0), team(6, 3)]
    ordered = sorted(teams, key=rank)
    assert [(one.counts.people, one.counts.held) for one in ordered] == [
        (9, 0),
        (3, 0),
        (6, 1),
        (6, 3),
        (3, 3),
    ]
