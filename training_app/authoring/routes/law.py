"""What the law changed: recording it, and the content that has to be reviewed because of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from training_app import clock
from training_app.access import Permission
from training_app.authoring.forms import LawChangeForm, SettleForm, WithdrawForm
from training_app.authoring.routes.base import bp, few
from training_app.catalogue import services as catalogue
from training_app.catalogue.models import Change, ItemKind
from training_app.catalogue.queries import (
    CitingPart,
    TaskRow,
    citing_parts,
    known_places,
    law_tasks,
    recount_waits,
)
from training_app.errors import N_, InvalidInput, NotFound
from training_app.extensions import current_session
from training_app.laws.queries import (
    ChangeRow,
    articles_by_citation,
    law_changes,
    register_articles,
    standing_changes,
)
from training_app.laws.rules import ArticleText, ChangeKind, spoken_of, text_on
from training_app.laws.services import NewChange
from training_app.laws.source import Citation
from training_app.learning.queries import asked_because_of
from training_app.web.guard import current_viewer, needs
from training_app.web.pages import english, format_date, notice, render, see_other

KINDS: Final = {
    ChangeKind.AMENDED: N_("It reads otherwise"),
    ChangeKind.REPLACED: N_("Another article takes its place"),
    ChangeKind.REPEALED: N_("It ends without a successor"),
}
DONE: Final = {
    Change.NONE: N_("published anew; nobody is asked"),
    Change.SHORT_UPDATE: N_("published anew; a short update is asked"),
    Change.FULL_RETAKE: N_("published anew; to be learned again"),
}


@dataclass(frozen=True)
class TaskView:
    """A module to look at, with the parts that cite what changed."""

    row: TaskRow
    parts: list[CitingPart]
    title: str
    state: str
    open: bool

    def part_name(self, part: CitingPart) -> str:
        """What the part is, and what it is called."""
        kinds = {
            ItemKind.MODULE: _("The module as a whole"),
            ItemKind.LESSON: _("Lesson: %(title)s", title=part.title),
            ItemKind.QUESTION: _("Question: %(title)s", title=part.title),
            ItemKind.SCENARIO: _("Scenario: %(title)s", title=part.title),
        }
        return kinds[ItemKind(part.part.kind)]


@dataclass(frozen=True)
class ChangeView:
    """A change of law in words, with the modules it touches."""

    row: ChangeRow
    tasks: list[TaskView]

    @property
    def place(self) -> str:
        """The place that changes."""
        return self.row.article.english if english() else self.row.article.vietnamese

    @property
    def what(self) -> str:
        """What happens to it, and from when."""
        change = self.row.change
        return _(
            "%(what)s from %(day)s",
            what=_(KINDS[ChangeKind(change.kind)]),
            day=format_date(change.in_force_from),
        )

    @property
    def open_tasks(self) -> int:
        """How many modules still have to be looked at."""
        return sum(task.open for task in self.tasks)

    @property
    def state(self) -> tuple[str, str]:
        """How far it has come, in words, and the colour of the tag."""
        if self.row.withdrawn:
            return _("withdrawn"), ""
        if self.open_tasks:
            words = ngettext(
                "%(num)s module to review", "%(num)s modules to review", self.open_tasks
            )
            return words, "warning"
        return _("nothing left to review"), "success"


@bp.get("/laws/changes/")
@needs(Permission.CONTENT_DRAFT, Permission.CONTENT_REVIEW)
def law_change_list() -> ResponseReturnValue:
    """Content to review because the law changed, and every change recorded."""
    views = [_view(row) for row in law_changes(current_session())]
    waiting = [view for view in views if view.open_tasks and not view.row.withdrawn]
    return render("authoring/law_changes.html", views=views, waiting=waiting)


@bp.get("/laws/changes/<int:change_id>/")
@needs(Permission.CONTENT_DRAFT, Permission.CONTENT_REVIEW)
def law_change(change_id: int) -> ResponseReturnValue:
    """One change: the text before and after, the modules it touches, whom it asks back."""
    return _change_page(change_id, WithdrawForm(None), {})


@bp.get("/laws/changes/new/")
@needs(Permission.LAW_MANAGE)
def new_law_change() -> ResponseReturnValue:
    """Ask what changes, from when, by which act."""
    return render("authoring/new_law_change.html", form=_form())


@bp.post("/laws/changes/new/")
@needs(Permission.LAW_MANAGE)
def new_law_change_submit() -> ResponseReturnValue:
    """Record the change; everything that cites the place is flagged at once."""
    form, session = _form(), current_session()
    if form.validate():
        try:
            change = catalogue.record_law_change(
                session,
                _known_to_exist(form, _new_change(form)),
                now=clock.now(),
                today=clock.today(),
                actor=current_viewer(),
            )
        except InvalidInput as error:
            form.blame(error)
        else:
            touched = len(law_tasks(session, change_id=change.id))
            session.commit()
            notice(N_("The change is recorded. Modules to review: %(count)s."), count=touched)
            return see_other("authoring.law_change", change_id=change.id)
    return render("authoring/new_law_change.html", 422, form=form, errors_in_title=True)


@bp.post("/laws/changes/<int:change_id>/withdraw/")
@needs(Permission.LAW_MANAGE)
def law_change_withdraw(change_id: int) -> ResponseReturnValue:
    """Take back what was recorded by mistake; what it asked of people is asked no more."""
    form, session = WithdrawForm(), current_session()
    if not form.validate():
        return _change_page(change_id, form, {}, 422)
    catalogue.withdraw_law_change(
        session,
        change_id,
        reason=form.reason.data or "",
        now=clock.now(),
        today=clock.today(),
        actor=current_viewer(),
    )
    session.commit()
    notice(N_("The change is withdrawn. What it asked of people is asked no more."))
    return see_other("authoring.law_change", change_id=change_id)


@bp.post("/laws/changes/<int:change_id>/tasks/<int:task_id>/settle/")
@needs(Permission.LAW_MANAGE)
def law_task_settle(change_id: int, task_id: int) -> ResponseReturnValue:
    """Say that the parts can stay, or that what was published since is enough."""
    session = current_session()
    tasks = {row.id: row for row in law_tasks(session, change_id=change_id)}
    if task_id not in tasks:
        raise NotFound
    form = _settle_form(tasks[task_id])
    if not form.validate():
        return _change_page(change_id, WithdrawForm(None), {task_id: form}, 422)
    catalogue.settle_by_hand(
        session,
        task_id,
        published=form.outcome.data == "published",
        note=form.note.data or "",
        now=clock.now(),
        actor=current_viewer(),
    )
    session.commit()
    notice(N_("The module is settled."))
    return see_other("authoring.law_change", change_id=change_id)


def _change_page(
    change_id: int, withdrawing: WithdrawForm, settling: dict[int, SettleForm], status: int = 200
) -> ResponseReturnValue:
    session = current_session()
    found = law_changes(session, change_id)
    if not found:
        raise NotFound
    view = _view(found[0])
    withdrawing.reason.label.text = _("Why is it withdrawn?")
    before, after = _texts(view.row)
    forms = {
        task.row.id: settling.get(task.row.id) or _settle_form(task.row, filled=False)
        for task in view.tasks
        if task.open
    }
    errors = [*withdrawing.error_list()]
    for form in settling.values():
        errors += form.error_list()
    return render(
        "authoring/law_change.html",
        status,
        view=view,
        before=before,
        after=after,
        counting=recount_waits(session, {task.row.module_id for task in view.tasks}),
        people=few(asked_because_of(session, change_id, clock.today())),
        withdrawing=withdrawing,
        settling=forms,
        errors=errors,
        errors_in_title=bool(errors),
    )


def _view(row: ChangeRow) -> ChangeView:
    session, language = current_session(), "en" if english() else "vi"
    return ChangeView(
        row,
        [
            TaskView(
                task,
                citing_parts(session, task.flagged_id, task.current_id, row.change),
                task.named(language),
                _task_state(task, withdrawn=row.withdrawn is not None),
                task.open and row.withdrawn is None,
            )
            for task in law_tasks(session, change_id=row.change.id)
        ],
    )


def _task_state(task: TaskRow, *, withdrawn: bool) -> str:
    if withdrawn and task.settled_change is not None:
        return _("published anew; nobody is asked because of this change any more")
    if withdrawn and task.open:
        return _("nothing to review any more")
    if task.open:
        return _("to review")
    if task.settled_change is None:
        return _("nothing had to change")
    return _(DONE[Change(task.settled_change)])


def _texts(row: ChangeRow) -> tuple[ArticleText, ArticleText]:
    """What the article says on the day before the change, and on its first day."""
    change = row.change
    standing = standing_changes(current_session(), {change.article_id})
    others = [one for one in standing.get(change.article_id, ()) if one.id != change.id]
    earlier: list[Any] = [one for one in others if one.in_force_from <= change.in_force_from]
    before = text_on(change.base, earlier, change.in_force_from - timedelta(days=1))
    return before, text_on(change.base, [*earlier, change], change.in_force_from)


def _form() -> LawChangeForm:
    form = LawChangeForm()
    articles = [
        (str(one.citation), f"{one.english if english() else one.vietnamese}: {one.heading}")
        for one in register_articles(current_session())
    ]
    form.prepare(articles, [(kind.value, _(words)) for kind, words in KINDS.items()])
    return form


def _new_change(form: LawChangeForm) -> NewChange:
    place = Citation.parse(form.article.data)
    found = articles_by_citation(current_session(), [place])
    if place not in found:
        raise NotFound
    day = form.in_force_from.data
    assert isinstance(day, date), "validated"  # noqa: S101 - a fact for mypy
    return NewChange(
        article_id=found[place].article_id,
        kind=ChangeKind(form.kind.data),
        in_force_from=day,
        source=form.source.data or "",
        clause=(form.clause.data or "").strip().lower(),
        point=(form.point.data or "").strip().lower(),
        gist=form.gist.data or "",
        replaced_by=form.replaced_by.data or "",
    )


def _known_to_exist(form: LawChangeForm, new: NewChange) -> NewChange:
    """The change, if its clause is one that somebody knows of or the reviewer vouches for.

    Raises InvalidInput for any other, naming the places that are known.
    """
    known = known_places(current_session(), new.article_id)
    if form.unlisted.data or spoken_of((new.clause, new.point), known):
        return new
    message = _NOTHING_CITED if not known else _NOT_CITED
    raise InvalidInput(
        message,
        field="unlisted",
        place=_place_name(new.clause, new.point),
        known="; ".join(_place_name(*one) for one in known),
    )


_NOT_CITED: Final = N_(
    "No module cites %(place)s of this article. Known here: %(known)s. Nothing was recorded. Look"
    " at the paper: mend the number, or tick that the article has this place."
)
_NOTHING_CITED: Final = N_(
    "No module cites a clause of this article, so %(place)s is not known here. Nothing was"
    " recorded. Look at the paper: mend the number, or tick that the article has this place."
)


def _place_name(clause: str, point: str) -> str:
    if point:
        return _("clause %(clause)s, point %(point)s", clause=clause, point=point)
    return _("clause %(clause)s", clause=clause)


def _settle_form(task: TaskRow, *, filled: bool = True) -> SettleForm:
    form = SettleForm() if filled else SettleForm(None)
    choices = [("unchanged", _("Nothing has to change: the parts are right as they are"))]
    if task.current_id != task.flagged_id:
        words = _("Version %(number)s, published since, is enough", number=task.current_number)
        choices.append(("published", words))
    form.prepare(task.id, choices)
    return form
