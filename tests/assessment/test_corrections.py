"""A key found wrong: who changes is said first, upwards follows, downwards is decided by name."""

import json
from dataclasses import dataclass
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tests import learners
from tests.assessment.writing import ALL
from tests.learners import BANK, Learner
from training_app import clock
from training_app.access import Grant, Permission, Role, Viewer
from training_app.assessment import queries, services
from training_app.assessment.models import AnswerMark, Attempt, Remark
from training_app.assessment.rules.keys import NewKey, Preview
from training_app.audit.actions import Action
from training_app.audit.models import AuditEvent
from training_app.catalogue.queries import question_bodies
from training_app.certificates.models import Certificate
from training_app.dossier.services import erasing
from training_app.errors import InvalidInput, NotFound, RuleBroken
from training_app.learning.models import Fact, FactWithdrawal
from training_app.questions.rules import Response
from training_app.work.models import Job

# All six questions right pass, so that one question decides.
HARD = BANK.replace("pass_mark = 4", "pass_mark = 6")
REVIEWER = Viewer(account_id=900, grants=(Grant(Role.REVIEWER),))
TRAINER = Viewer(account_id=901, grants=(Grant(Role.TRAINER),))
WAIT = NewKey(right=frozenset("a"))  # the key says "b" now
EITHER = NewKey(right=frozenset("ab"))


@dataclass
class Scene:
    """A question whose key is doubted, and four people who answered it."""

    session: Session
    learner: Learner
    question: int
    said: dict[str, int]  # what was answered → the attempt

    def attempt(self, said: str) -> Attempt:
        return self.session.get_one(
            Attempt, self.said[said], execution_options=ALL, populate_existing=True
        )

    def results(self) -> dict[str, bool]:
        return {said: bool(self.attempt(said).passed) for said in self.said}

    def correct(self, new: NewKey, *, reason: str = "Điều luật đã đổi.") -> int:
        now = clock.now()
        made = services.correct_key(
            self.session, self.question, new, reason=reason, now=now, actor=TRAINER
        )
        self.session.commit()
        self.apply(made)
        return made

    def apply(self, correction_id: int) -> int:
        changed = services.apply_all(
            self.session, correction_id, now=clock.now(), actor=learners.SYSTEM
        )
        self.session.commit()
        return changed

    def lower(self, correction_id: int, *, passes_too: bool) -> None:
        services.decide_lowering(
            self.session,
            correction_id,
            name="Nguyễn Thị Hà, Sở Tư pháp",
            reason="Đáp án cũ trái luật.",
            passes_too=passes_too,
            now=clock.now(),
            actor=REVIEWER,
        )
        self.session.commit()
        self.apply(correction_id)

    def count(self, what: Any) -> int:
        found = self.session.scalar(select(func.count(what)), execution_options=ALL)
        assert isinstance(found, int)
        return found


ANSWERS = {
    "a": Response(chosen=("a",)),
    "b": Response(chosen=("b",)),
    "unsure": Response(dont_know=True),
    "nothing": None,
}


def take(learner: Learner, given: Response | None) -> int:
    """Answer all other questions rightly, and the doubted one as given."""
    learner.read_all()
    session, now = learner.session, clock.now()
    attempt_id = services.start(session, learners.SLUG, now=now, actor=learner.viewer)
    row = session.get_one(Attempt, attempt_id, execution_options=ALL)
    for place, (one, question) in enumerate(
        sorted(
            question_bodies(session, row.questions).items(),
            key=lambda it: row.questions.index(it[0]),
        ),
        1,
    ):
        response = given if question.id == "one" else learners.right(question)
        if response is not None:
            services.save_answer(
                session, attempt_id, place, response,
                client_key=f"key-{attempt_id}-{one}", now=now, actor=learner.viewer,
            )  # fmt: skip
    services.submit(session, attempt_id, now=now, on=clock.today(), actor=learner.viewer)
    session.commit()
    return attempt_id


@pytest.fixture
def scene(db_session: Session) -> Scene:
    version = learners.teach(db_session, bank=HARD)
    said = {}
    learner = None
    with time_machine.travel("2026-11-01T03:00:00Z", tick=False):
        for name, given in ANSWERS.items():
            learner = learners.enrol(db_session, version, f"Nguyễn Văn {name}")
            said[name] = take(learner, given)
    assert learner is not None
    return Scene(db_session, learner, learners.questions(db_session)["one"][0], said)


def test_the_preview_says_who_changes_before_anything_does(scene: Scene) -> None:
    key = services.key_for(scene.session, scene.question, WAIT)
    told = queries.preview(scene.session, scene.question, key)
    assert told == Preview(up=1, same=2, down=1, gained=1, lost=1)
    assert scene.results() == {"a": False, "b": True, "unsure": False, "nothing": False}
    assert scene.count(Remark.id) == 0


def test_upwards_follows_by_itself_and_downwards_does_not(scene: Scene) -> None:
    scene.correct(WAIT)
    assert scene.results() == {"a": True, "b": True, "unsure": False, "nothing": False}


def test_who_passes_now_has_the_fact_and_the_certificate_of_the_day_of_handing_in(
    scene: Scene,
) -> None:
    scene.correct(WAIT)
    fact = scene.session.scalars(
        select(Fact).where(Fact.source_id == scene.said["a"]), execution_options=ALL
    ).one()
    certificate = scene.session.scalars(
        select(Certificate).where(Certificate.fact_id == fact.id), execution_options=ALL
    ).one()
    assert (str(fact.happened_on), str(certificate.issued_on)) == ("2026-11-01", "2026-11-01")
    assert fact.recorded_at > scene.attempt("a").submitted_at  # type: ignore[operator]


def test_the_first_result_is_kept_with_what_it_became_why_by_whom_and_when(
    scene: Scene,
) -> None:
    scene.correct(WAIT, reason="Đáp án ghi nhầm.")
    first = scene.session.get_one(
        AnswerMark, (scene.said["a"], scene.question), execution_options=ALL
    )
    remark = scene.session.scalars(select(Remark), execution_options=ALL).one()
    assert (first.points, first.right) == (0.0, False)
    assert (remark.before["passed"], remark.attempt_passed) == (False, True)
    assert (remark.before["right_count"], remark.attempt_right_count) == (5, 6)
    assert (remark.reason, remark.cause) == ("Đáp án ghi nhầm.", "correction")
    assert remark.recorded_at is not None


def test_every_result_follows_from_the_first_marks_and_the_decisions_since(
    scene: Scene,
) -> None:
    scene.lower(scene.correct(WAIT), passes_too=True)
    for attempt_id in scene.said.values():
        earned = queries.earned(scene.session, ALL["scope"], [attempt_id])[attempt_id]
        row = scene.session.get_one(Attempt, attempt_id, execution_options=ALL)
        assert sum(one.points for one in earned.values()) == row.points
        assert sum(one.right for one in earned.values()) == row.right_count
        assert row.passed == (row.right_count == 6)


def test_applying_twice_changes_nothing_more(scene: Scene) -> None:
    made = scene.correct(WAIT)
    before = scene.count(Remark.id)
    assert scene.apply(made) == 0
    assert scene.count(Remark.id) == before == 1
    assert scene.count(Certificate.id) == 2


def test_both_answers_may_be_right_under_a_corrected_key(scene: Scene) -> None:
    key = services.key_for(scene.session, scene.question, EITHER)
    assert queries.preview(scene.session, scene.question, key) == Preview(up=1, same=3, gained=1)
    scene.correct(EITHER)
    assert scene.results()["a"]
    assert scene.results()["b"]


def test_a_question_without_a_right_answer_counts_for_everybody(scene: Scene) -> None:
    scene.correct(NewKey(void=True))
    assert set(scene.results().values()) == {True}


def test_a_named_decision_lowers_points_and_may_leave_passes_standing(scene: Scene) -> None:
    scene.lower(scene.correct(WAIT), passes_too=False)
    lowered = scene.attempt("b")
    assert (lowered.passed, lowered.right_count) == (True, 5)
    assert scene.count(FactWithdrawal.fact_id) == 0


def test_a_named_decision_may_take_passes_back_with_facts_and_certificates(
    scene: Scene,
) -> None:
    scene.lower(scene.correct(WAIT), passes_too=True)
    assert not scene.attempt("b").passed
    withdrawn = scene.session.scalars(select(FactWithdrawal), execution_options=ALL).one()
    revoked = scene.session.scalars(
        select(Certificate).where(Certificate.revoked_at.is_not(None)), execution_options=ALL
    ).one()
    assert withdrawn.reason == revoked.revoke_reason == "Đáp án cũ trái luật."
    assert revoked.fact_id == withdrawn.fact_id


def test_lowering_needs_a_name_a_reason_and_somebody_who_may(scene: Scene) -> None:
    made = scene.correct(WAIT)
    base = {"passes_too": True, "now": clock.now()}
    with pytest.raises(InvalidInput):
        services.decide_lowering(scene.session, made, name=" ", reason="x", actor=REVIEWER, **base)  # type: ignore[arg-type]
    with pytest.raises(InvalidInput):
        services.decide_lowering(scene.session, made, name="x", reason="", actor=REVIEWER, **base)  # type: ignore[arg-type]
    with pytest.raises(NotFound):
        services.decide_lowering(scene.session, made, name="x", reason="x", actor=TRAINER, **base)  # type: ignore[arg-type]
    scene.lower(made, passes_too=False)
    with pytest.raises(RuleBroken, match="already"):
        scene.lower(made, passes_too=True)


def test_a_test_handed_in_after_the_correction_is_marked_by_it(scene: Scene) -> None:
    running = learners.enrol(scene.session, scene.learner.version, "Nguyễn Thị Sau")
    scene.correct(WAIT)
    later = take(running, Response(chosen=("a",)))
    row = scene.session.get_one(Attempt, later, execution_options=ALL)
    assert row.passed
    assert (
        scene.session.scalars(
            select(Remark.id).where(Remark.attempt_id == later), execution_options=ALL
        ).all()
        == []
    )


def test_correcting_a_correction_lowers_nobody_without_a_decision(scene: Scene) -> None:
    scene.correct(WAIT)
    back = scene.correct(NewKey(right=frozenset("b")), reason="Vẫn là đáp án cũ.")
    assert scene.results()["a"]
    assert scene.results()["b"]
    scene.lower(back, passes_too=True)
    assert not scene.results()["a"]
    assert scene.results()["b"]


def test_a_replaced_correction_is_not_applied_any_more(scene: Scene) -> None:
    """Applied, the first one would let everybody pass; the second says what was published."""
    void = NewKey(void=True)
    first = services.correct_key(
        scene.session, scene.question, void, reason="Nhầm.", now=clock.now(), actor=TRAINER
    )
    before = scene.results()
    scene.correct(NewKey(right=frozenset("b")))
    assert scene.apply(first) == 0
    assert scene.results() == before


def test_the_same_key_again_and_a_key_without_an_answer_are_refused(scene: Scene) -> None:
    for new in (NewKey(right=frozenset("b")), NewKey(), NewKey(right=frozenset("x"))):
        with pytest.raises(InvalidInput):
            services.key_for(scene.session, scene.question, new)
    with pytest.raises(InvalidInput):
        scene.correct(WAIT, reason=" ")


def test_statistics_use_the_corrected_key_also_for_those_who_kept_their_points(
    scene: Scene,
) -> None:
    scene.correct(WAIT)
    scope = REVIEWER.scope(Permission.ITEM_STATISTICS)
    module_id = scene.learner.version.module_id
    pairs = queries.item_distributions(scene.session, scope, module_id, on=clock.today())[
        scene.question
    ]
    assert dict(pairs) == {(1.0, 5.0): 1, (0.0, 5.0): 3}
    totals = queries.total_distribution(scene.session, scope, module_id, on=clock.today())
    assert dict(totals) == {6.0: 2, 5.0: 2}


def test_the_attempt_that_counts_is_chosen_anew(scene: Scene) -> None:
    """A second, better attempt stops counting when the first one turns out to be passed."""
    session = scene.session
    session.execute(
        update(Attempt).where(Attempt.id == scene.said["a"]).values(mistakes_seen_at=clock.now())
    )
    first = scene.attempt("a")
    again = Attempt(
        person_id=first.person_id,
        module_version_id=first.module_version_id,
        number=2,
        seed="s",
        questions=first.questions,
        started_at=clock.now(),
        submitted_at=clock.now(),
        points=5.5,
        right_count=5,
        passed=False,
        safety_failed=False,
        out_of=6,
        policy="best",
    )
    first.counts = False
    session.flush()
    again.counts = True
    session.add(again)
    session.commit()
    scene.correct(WAIT)
    session.refresh(again)
    assert scene.attempt("a").counts
    assert not again.counts


def test_what_was_done_is_audited_and_queued_once(scene: Scene) -> None:
    made = scene.correct(WAIT)
    services.queue_applying(scene.session, made, now=clock.now(), actor=TRAINER)
    scene.lower(made, passes_too=False)
    actions = scene.session.scalars(select(AuditEvent.action)).all()
    assert actions.count(Action.KEY_CORRECTED) == 1
    assert actions.count(Action.RESULTS_LOWERED) == 1
    assert actions.count(Action.ATTEMPT_REMARKED) == 2
    assert scene.session.scalar(select(func.count(Job.id))) == 1
    assert queries.done_by(scene.session, made) == queries.Done(up=1, down=1, gained=1, lost=0)


def test_the_command_counts_who_changes_and_applies_only_when_told(
    app: Flask, scene: Scene
) -> None:
    scene.session.commit()
    arguments = ["items", "correct", learners.SLUG, "one", "--right", "a", "--json"]
    runner = app.test_cli_runner()
    told = json.loads(runner.invoke(args=arguments).stdout)
    assert told == {"up": 1, "same": 2, "down": 1, "gained": 1, "lost": 1}
    assert scene.count(Remark.id) == 0
    scene.session.commit()
    done = json.loads(runner.invoke(args=[*arguments, "--apply", "Điều luật đã đổi."]).stdout)
    assert done["changed"] == 1
    scene.session.commit()
    assert scene.results()["a"]
    nothing = runner.invoke(args=["items", "correct", learners.SLUG, "none", "--void"])
    assert nothing.exit_code == 1
    assert "Error:" in nothing.output


def test_what_an_erased_person_earned_stays_as_it_was(scene: Scene) -> None:
    person = scene.attempt("b").person_id
    erasing.erase(scene.session, person, now=clock.now(), actor=learners.SYSTEM)
    scene.session.commit()
    key = services.key_for(scene.session, scene.question, WAIT)
    told = queries.preview(scene.session, scene.question, key)
    assert told == Preview(up=1, same=2, gained=1)
    scene.lower(scene.correct(WAIT), passes_too=True)
    assert scene.attempt("b").passed
    assert scene.count(FactWithdrawal.fact_id) == 0
