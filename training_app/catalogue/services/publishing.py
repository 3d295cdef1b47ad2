"""Publishing one module as a frozen version."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import chain

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from training_app.access import Viewer
from training_app.audit.actions import Action
from training_app.audit.services import record
from training_app.catalogue.markdown import Shown, render
from training_app.catalogue.models import (
    Change,
    ContentCitation,
    ItemKind,
    Lesson,
    Module,
    ModuleVersion,
    ModuleVersionPicture,
    ModuleVersionQuestion,
    Picture,
    Question,
    QuestionVersion,
    ScenarioVersion,
)
from training_app.catalogue.parsing import shown_pictures
from training_app.catalogue.services.law import recount_if_asked, settle_published
from training_app.catalogue.source import (
    Module as SourceModule,
)
from training_app.catalogue.source import (
    fingerprint,
    module_hash,
    question_hash,
    scenario_body,
)
from training_app.db import touched
from training_app.errors import N_, NotFound, RuleBroken
from training_app.laws.queries import articles_by_citation
from training_app.laws.source import Citation
from training_app.questions.source import Question as SourceQuestion
from training_app.questions.source import to_body

SOMEBODY_ELSE = N_("Somebody else published this module meanwhile. Look at it again.")


def publish(
    session: Session,
    module: SourceModule,
    *,
    now: datetime,
    actor: Viewer,
    change: Change = Change.NONE,
) -> ModuleVersion:
    """Publish ``module`` as a new frozen version and make it the current one.

    The content must have passed the checks. A module equal to its current version changes
    nothing. Questions whose meaning did not change keep their version; those that are gone are
    retired. Raises :class:`RuleBroken` when a citation is not in the register, a question changed
    its kind, or somebody else published meanwhile.
    """
    owner = _owner(session, module.slug, now=now)
    current = _current(session, owner)
    digest = module_hash(module)
    if current and current.source_hash == digest and owner.retired_at is None:
        return current
    owner.retired_at = None
    if current:
        _supersede(session, current, now=now)
    version = _new_version(module, owner, current, digest)
    version.published_at, version.published_by = now, actor.account_id
    version.change = change if current else Change.NONE
    _insert(session, version)
    shown = _add_pictures(session, module, version)
    _add_lessons(session, module, version, shown)
    _add_questions(session, module, version, now=now)
    _add_scenarios(session, module, version)
    _add_citations(session, module, version)
    session.flush()
    settle_published(session, version, now=now, actor=actor)
    recount_if_asked(session, version, now=now, actor=actor)
    record(
        session,
        Action.MODULE_PUBLISHED,
        actor=actor,
        now=now,
        object_kind="module",
        object_id=owner.id,
        detail={"slug": module.slug, "version": version.number, "change": version.change},
    )
    session.flush()
    return version


def retire(session: Session, slug: str, *, now: datetime, actor: Viewer, reason: str) -> None:
    """Take a module out of use; what was learnt from it stays. Raises :class:`NotFound`."""
    owner = session.scalar(select(Module).where(Module.slug == slug, Module.retired_at.is_(None)))
    if owner is None:
        raise NotFound
    owner.retired_at = now
    record(
        session,
        Action.MODULE_RETIRED,
        actor=actor,
        now=now,
        object_kind="module",
        object_id=owner.id,
        reason=reason,
    )
    session.flush()


# -- the parts of a version -------------------------------------------------------------------


def _owner(session: Session, slug: str, *, now: datetime) -> Module:
    owner = session.scalar(select(Module).where(Module.slug == slug))
    if owner is None:
        owner = Module(slug=slug, created_at=now)
        _insert(session, owner)
    return owner


def _insert(session: Session, row: Module | ModuleVersion) -> None:
    """Add a row whose uniqueness tells two publishers apart; the second one is refused."""
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        raise RuleBroken(SOMEBODY_ELSE) from None


def _current(session: Session, owner: Module) -> ModuleVersion | None:
    return session.scalar(
        select(ModuleVersion).where(
            ModuleVersion.module_id == owner.id, ModuleVersion.superseded_at.is_(None)
        )
    )


def _supersede(session: Session, current: ModuleVersion, *, now: datetime) -> None:
    """Close the current version; the database tells two publishers apart."""
    closed = session.execute(
        update(ModuleVersion)
        .where(ModuleVersion.id == current.id, ModuleVersion.superseded_at.is_(None))
        .values(superseded_at=now)
    )
    if touched(closed) != 1:
        raise RuleBroken(SOMEBODY_ELSE)


def _new_version(
    module: SourceModule, owner: Module, current: ModuleVersion | None, digest: str
) -> ModuleVersion:
    head, test = module.head, module.test
    return ModuleVersion(
        module_id=owner.id,
        number=current.number + 1 if current else 1,
        title=head.title,
        title_en=head.title_en,
        purpose=head.purpose,
        audience=list(head.audience),
        minutes=head.minutes,
        position=head.position,
        requires=list(head.requires),
        objectives=list(head.objectives),
        reviewed_on=head.reviewed_on,
        reviewer=head.reviewer,
        draw=test.draw if test else None,
        pass_mark=test.pass_mark if test else None,
        safety_always=test.safety_always if test else True,
        retake_after_minutes=test.retake_after_minutes if test else 0,
        attempts=test.attempts if test else None,
        test_minutes=test.minutes if test else None,
        blueprint=[part.model_dump() for part in test.part] if test else [],
        source_hash=digest,
    )


def _add_pictures(
    session: Session, module: SourceModule, version: ModuleVersion
) -> dict[str, Shown]:
    """Note which pictures the version shows; their bytes were kept before."""
    digests = [one.sha256 for one in module.pictures]
    kept = {
        row.digest: row.id
        for row in session.execute(
            select(Picture.digest, Picture.id).where(Picture.digest.in_(digests))
        )
    }
    for position, one in enumerate(module.pictures, start=1):
        if one.sha256 not in kept:
            raise RuleBroken(N_("The picture “%(name)s” is not here. Add it again."), name=one.name)
        session.add(
            ModuleVersionPicture(
                module_version_id=version.id,
                name=one.name,
                position=position,
                picture_id=kept[one.sha256],
                alt=one.alt,
                description=one.description,
            )
        )
    return shown_pictures(module.pictures, "/pictures/")


def _add_lessons(
    session: Session, module: SourceModule, version: ModuleVersion, shown: Mapping[str, Shown]
) -> None:
    for position, lesson in enumerate(module.lessons, start=1):
        session.add(
            Lesson(
                module_version_id=version.id,
                slug=lesson.slug,
                position=position,
                title=lesson.head.title,
                minutes=lesson.head.minutes,
                markdown=lesson.markdown,
                html=render(lesson.markdown, shown),
                words=lesson.words,
            )
        )


def _add_questions(
    session: Session, module: SourceModule, version: ModuleVersion, *, now: datetime
) -> None:
    owners = {
        question.key: question
        for question in session.scalars(
            select(Question).where(Question.module_id == version.module_id)
        )
    }
    latest = _latest_versions(session, version.module_id)
    for position, question in enumerate(module.questions, start=1):
        owner = owners.pop(question.id, None)
        if owner is None:
            owner = Question(module_id=version.module_id, key=question.id)
            session.add(owner)
            session.flush()
        owner.retired_at = None
        wording = _question_version(session, question, owner, latest.get(owner.id), now=now)
        session.add(
            ModuleVersionQuestion(
                module_version_id=version.id,
                question_version_id=wording.id,
                position=position,
                use=question.use,
            )
        )
    for gone in owners.values():
        gone.retired_at = gone.retired_at or now


def _latest_versions(session: Session, module_id: int) -> dict[int, QuestionVersion]:
    newest = (
        select(QuestionVersion.question_id, func.max(QuestionVersion.number).label("number"))
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(Question.module_id == module_id)
        .group_by(QuestionVersion.question_id)
        .subquery()
    )
    rows = session.scalars(
        select(QuestionVersion).join(
            newest,
            (newest.c.question_id == QuestionVersion.question_id)
            & (newest.c.number == QuestionVersion.number),
        )
    )
    return {row.question_id: row for row in rows}


def _question_version(
    session: Session,
    question: SourceQuestion,
    owner: Question,
    latest: QuestionVersion | None,
    *,
    now: datetime,
) -> QuestionVersion:
    """The version to ask: the latest where nothing changed, else a new one."""
    digest = question_hash(question)
    if latest and latest.source_hash == digest:
        return latest
    if latest and latest.kind != question.kind:
        message = N_(
            "Question “%(key)s” was “%(old)s” and cannot become “%(new)s”. Give it a new id."
        )
        raise RuleBroken(message, key=owner.key, old=latest.kind, new=question.kind)
    version = QuestionVersion(
        question_id=owner.id,
        number=latest.number + 1 if latest else 1,
        kind=question.kind,
        body=to_body(question),
        safety=question.safety,
        topic=question.topic,
        difficulty=question.difficulty,
        source_hash=digest,
        created_at=now,
    )
    session.add(version)
    session.flush()
    return version


def _add_scenarios(session: Session, module: SourceModule, version: ModuleVersion) -> None:
    for position, named in enumerate(module.scenarios, start=1):
        body = scenario_body(named.scenario)
        session.add(
            ScenarioVersion(
                module_version_id=version.id,
                slug=named.slug,
                title=named.scenario.title,
                minutes=named.scenario.minutes,
                position=position,
                body=body,
                source_hash=fingerprint(body),
            )
        )


def _add_citations(session: Session, module: SourceModule, version: ModuleVersion) -> None:
    cited = list(_cited(module))
    found = articles_by_citation(
        session, chain.from_iterable(citations for _, _, citations in cited)
    )
    for kind, key, citations in cited:
        for position, citation in enumerate(dict.fromkeys(citations), start=1):
            if citation not in found:
                message = N_("“%(citation)s” is not in the register of laws.")
                raise RuleBroken(message, citation=str(citation))
            session.add(
                ContentCitation(
                    module_version_id=version.id,
                    item_kind=kind,
                    item_key=key,
                    position=position,
                    article_id=found[citation].article_id,
                    clause=citation.clause,
                    point=citation.point,
                )
            )


def _cited(module: SourceModule) -> Iterator[tuple[ItemKind, str, tuple[Citation, ...]]]:
    """Each part of the module with what it cites."""
    yield ItemKind.MODULE, "", module.head.cites
    for lesson in module.lessons:
        yield ItemKind.LESSON, lesson.slug, lesson.head.cites
    for question in module.questions:
        yield ItemKind.QUESTION, question.id, question.cites
    for named in module.scenarios:
        yield ItemKind.SCENARIO, named.slug, tuple(named.scenario.citations())
