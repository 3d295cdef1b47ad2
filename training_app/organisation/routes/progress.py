"""How far the worker is with a long list; what it says when it could not go on."""

from typing import Any, Final

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_app import clock
from training_app.errors import N_
from training_app.extensions import current_session
from training_app.organisation.forms import EmptyForm
from training_app.organisation.models import RosterImport, RosterState
from training_app.organisation.queries import rosters as queries
from training_app.organisation.routes.base import bp
from training_app.organisation.routes.rosters import IMPORT, import_in_scope, reading_limits
from training_app.organisation.routes.steps import unit_name
from training_app.organisation.services import rosters as services
from training_app.web.guard import current_viewer, needs
from training_app.web.pages import render, see_other
from training_app.work.models import Job
from training_app.work.rules import UNDONE, State

# What is being done while so many steps are behind.
_STEPS: Final = {
    services.READ_JOB: (
        N_("The file is being opened."),
        N_("The rows are being understood."),
        N_("What was understood is being kept."),
    ),
    services.APPLY_JOB: (
        N_("The list is being compared with the records."),
        N_("The list is being put on record, all of it at once."),
    ),
}


@bp.get("/rosters/<int:import_id>/progress/")
@needs(IMPORT)
def roster_progress(import_id: int) -> ResponseReturnValue:
    """What the worker does with a list now; once it is done, the page that comes next."""
    row = import_in_scope(import_id)
    job = queries.job_of(current_session(), row)
    if job is not None and job.state in UNDONE:
        return _page(row, job, under_way=True)
    stopped = row.state == RosterState.ARRIVED or (
        row.state == RosterState.READ and job is not None and _stopped(job)
    )
    if stopped:
        return _page(row, job, under_way=False)
    if row.state == RosterState.READ:
        return see_other("organisation.roster_columns", import_id=import_id)
    return see_other("organisation.roster_page", import_id=import_id)


def _stopped(job: Job) -> bool:
    return job.state == State.FAILED.value or "refused" in job.result


def _page(row: RosterImport, job: Job | None, *, under_way: bool) -> ResponseReturnValue:
    reading = row.state == RosterState.ARRIVED
    steps = _STEPS[services.READ_JOB if reading else services.APPLY_JOB]
    at = min(job.progress if job else 0, len(steps) - 1)
    return render(
        "organisation/roster_progress.html",
        row=row,
        unit=unit_name(row),
        job=job,
        under_way=under_way,
        begun=job is not None and job.state == State.RUNNING.value,
        reading=reading,
        step=at + 1,
        steps=len(steps),
        doing=_(steps[at]),
        refused=_refused(job),
        form=EmptyForm(formdata=None),
    )


def _refused(job: Job | None) -> str:
    """Why a rule stopped the work, in the reader's words."""
    result: dict[str, Any] = job.result if job else {}
    message, values = result.get("refused"), result.get("values", {})
    return _(message, **values) if message else ""


@bp.post("/rosters/<int:import_id>/retry/")
@needs(IMPORT)
def roster_retry(import_id: int) -> ResponseReturnValue:
    """Let the worker read a file once more after it could not."""
    row = import_in_scope(import_id)
    if row.state == RosterState.ARRIVED and EmptyForm().validate():
        services.queue_reading(
            current_session(),
            row,
            limits=reading_limits(),
            now=clock.now(),
            actor=current_viewer(),
        )
        current_session().commit()
    return see_other("organisation.roster_progress", import_id=import_id)
