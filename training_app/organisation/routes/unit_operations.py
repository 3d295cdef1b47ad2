"""Units that merge, split, change their name or type; a level that is abolished."""

from flask import request
from flask.typing import ResponseReturnValue

from training_app import clock
from training_app.access import Permission
from training_app.errors import N_, InvalidInput, NotFound
from training_app.extensions import current_session
from training_app.organisation.forms import (
    ChangeUnitForm,
    MergeUnitsForm,
    OperationForm,
    SplitUnitForm,
)
from training_app.organisation.models import Level
from training_app.organisation.queries import teams as team_queries
from training_app.organisation.queries import units as queries
from training_app.organisation.queries.teams import TeamRow
from training_app.organisation.queries.units import UnitRow
from training_app.organisation.routes.base import bp, own_units, scope_of, unit_in_scope
from training_app.organisation.routes.operating import ask
from training_app.organisation.rules.operations import (
    AbolishLevel,
    ChangeUnit,
    MergeUnits,
    Operation,
    SetUpUnit,
    SplitUnit,
    Step,
    UnitPart,
    operation,
)
from training_app.web.forms import choices
from training_app.web.guard import current_viewer, needs
from training_app.web.pages import paginate, render

_MANAGE = Permission.UNIT_MANAGE
_TYPES = ("Xã", "Phường", "Đặc khu", "Tỉnh", "Thành phố")
_TWO = 2
_SLOTS = ("1", "2")


@bp.get("/units/")
@needs(_MANAGE)
def unit_list() -> ResponseReturnValue:
    """The units that the viewer may reorganise: those of the province, or the provinces."""
    scope, asked = scope_of(_MANAGE), request.args.get("unit", type=int)
    heads = own_units(scope)
    above = unit_in_scope(asked, scope) if asked else heads[0] if len(heads) == 1 else None
    found = queries.children(current_session(), above.id if above else None, clock.today())
    page = paginate(len(found))
    return render(
        "organisation/units.html",
        above=above,
        units=found[page.offset : page.offset + page.size],
        page=page,
        everything=scope.everything,
        level=Level.PROVINCE,
    )


# -- merge ---------------------------------------------------------------------------------


@bp.get("/units/merge/")
@needs(_MANAGE)
def merge_units() -> ResponseReturnValue:
    """Ask which units become one."""
    form = _merge_form()
    form.on.data = clock.today()
    return render("organisation/merge_units.html", form=form)


@bp.post("/units/merge/")
@needs(_MANAGE)
def merge_units_submit() -> ResponseReturnValue:
    """Show what it would touch, then do it."""
    form = _merge_form()
    return ask(form, lambda: _merger(form), "organisation/merge_units.html")


def _merge_form() -> MergeUnitsForm:
    form = MergeUnitsForm()
    form.type.choices = choices((name, name) for name in _TYPES)
    return form


def _merger(form: MergeUnitsForm) -> Operation:
    lines = [line.strip() for line in (form.units.data or "").splitlines() if line.strip()]
    found = [_meant(line, "units") for line in lines]
    ids = tuple(dict.fromkeys(unit.id for unit in found))
    if len(ids) < _TWO:
        raise InvalidInput(N_("Write at least two units, one on each line."), field="units")
    if not form.code.data and not form.name.data:
        return operation(MergeUnits(ids, ids[0]))
    for field in ("code", "name"):
        if not form[field].data:
            raise InvalidInput(N_("A new unit needs a name and a code."), field=field)
    new = _new_unit(-1, found[0], form.code.data or "", form.name.data or "", form.type.data)
    return operation(new, MergeUnits(ids, -1))


def _new_unit(ref: int, beside: UnitRow, code: str, name: str, type_: str) -> SetUpUnit:
    """A unit of the same level, under the same parent."""
    return SetUpUnit(ref, beside.level, beside.parent_id, code.strip(), name, type_)  # type: ignore[arg-type]  # a level


def _meant(text: str, field: str) -> UnitRow:
    """The one unit in scope that is meant. Raises InvalidInput when none or several may be."""
    scope = scope_of(_MANAGE)
    found = [
        unit
        for unit in queries.find_units(current_session(), text, on=clock.today())
        if scope.everything or any(unit.path.startswith(path) for path in scope.unit_paths)
    ]
    if len(found) == 1:
        return found[0]
    if not found:
        message = N_("No unit of your area is called “%(name)s”. Write it as on official papers.")
        raise InvalidInput(message, field=field, name=text)
    names = ", ".join(f"{unit.full_name} ({unit.code})" for unit in found)
    raise InvalidInput(N_("Several may be meant: %(names)s."), field=field, names=names)


# -- rename, re-type -----------------------------------------------------------------------


@bp.get("/units/<int:unit_id>/change/")
@needs(_MANAGE)
def change_unit(unit_id: int) -> ResponseReturnValue:
    """Ask for the new name, type or code."""
    unit = unit_in_scope(unit_id, scope_of(_MANAGE))
    form = _change_form(unit)
    form.name.data, form.type.data, form.code.data = unit.name, unit.type, unit.code
    form.on.data = clock.today()
    return render("organisation/change_unit.html", form=form, unit=unit)


@bp.post("/units/<int:unit_id>/change/")
@needs(_MANAGE)
def change_unit_submit(unit_id: int) -> ResponseReturnValue:
    """Show what it would touch, then do it."""
    unit = unit_in_scope(unit_id, scope_of(_MANAGE))
    form = _change_form(unit)

    def build() -> Operation:
        new = (
            typed if typed != old else None
            for typed, old in (
                (form.name.data, unit.name),
                (form.type.data, unit.type),
                (form.code.data, unit.code),
            )
        )
        name, type_, code = new
        return operation(ChangeUnit(unit_id, name=name, type=type_, code=code))

    return ask(form, build, "organisation/change_unit.html", unit=unit)


def _change_form(unit: UnitRow) -> ChangeUnitForm:
    form = ChangeUnitForm()
    form.type.choices = choices((name, name) for name in dict.fromkeys((unit.type, *_TYPES)))
    return form


# -- split ---------------------------------------------------------------------------------


@bp.get("/units/<int:unit_id>/split/")
@needs(_MANAGE)
def split_unit(unit_id: int) -> ResponseReturnValue:
    """Ask for the parts, and which team goes to which."""
    unit = _commune(unit_id)
    form = _split_form(unit)
    form.on.data, form.goes_on.data = clock.today(), True
    return render("organisation/split_unit.html", form=form, unit=unit, rows=_teams(unit), kept={})


@bp.post("/units/<int:unit_id>/split/")
@needs(_MANAGE)
def split_unit_submit(unit_id: int) -> ResponseReturnValue:
    """Show what it would touch, then do it."""
    unit = _commune(unit_id)
    form, rows = _split_form(unit), _teams(unit)
    kept = {row.id: request.form.get(f"team_{row.id}", "") for row in rows}
    return ask(
        form,
        lambda: _splitting(form, unit, kept),
        "organisation/split_unit.html",
        unit=unit,
        rows=rows,
        kept=kept,
    )


def _commune(unit_id: int) -> UnitRow:
    unit = unit_in_scope(unit_id, scope_of(_MANAGE))
    if unit.level != Level.COMMUNE:
        raise NotFound
    return unit


def _split_form(unit: UnitRow) -> SplitUnitForm:
    form = SplitUnitForm()
    for field in (form.type_1, form.type_2):
        field.choices = choices((name, name) for name in dict.fromkeys((unit.type, *_TYPES)))
    return form


def _teams(unit: UnitRow) -> list[TeamRow]:
    """The teams, for those who may see them; for others they are undecided and wait."""
    viewer = current_viewer()
    if not viewer.may(Permission.TEAM_MANAGE):
        return []
    scope = viewer.scope(Permission.TEAM_MANAGE)
    return team_queries.teams_under(current_session(), scope, unit.path, clock.today())


def _splitting(form: SplitUnitForm, unit: UnitRow, kept: dict[int, str]) -> Operation:
    """Parts from the form; a team that is not assigned is not guessed."""
    steps: list[Step] = []
    parts: list[UnitPart] = []
    for number, slot in enumerate(_SLOTS, 1):
        name, code = form[f"name_{slot}"].data, form[f"code_{slot}"].data
        if not name:
            continue
        if code:
            into = -number
            kind = form[f"type_{slot}"].data
            steps.append(_new_unit(into, unit, code, name, kind))
        else:
            into = _meant(name, f"name_{slot}").id
        parts.append(UnitPart(into, teams=_given(kept, slot)))
    if form.goes_on.data:
        parts.append(UnitPart(unit.id, teams=_given(kept, "stays")))
    return operation(*steps, SplitUnit(unit.id, tuple(parts)))


def _given(kept: dict[int, str], slot: str) -> tuple[int, ...]:
    return tuple(team_id for team_id, chosen in kept.items() if chosen == slot)


# -- a level -------------------------------------------------------------------------------


@bp.get("/units/abolish-level/")
@needs(Permission.SYSTEM_MANAGE)
def abolish_level() -> ResponseReturnValue:
    """Ask from which day there are no districts."""
    form = OperationForm()
    form.on.data = clock.today()
    return render("organisation/abolish_level.html", form=form)


@bp.post("/units/abolish-level/")
@needs(Permission.SYSTEM_MANAGE)
def abolish_level_submit() -> ResponseReturnValue:
    """Show what it would touch, then do it."""
    chosen = operation(AbolishLevel("district"))
    return ask(OperationForm(), lambda: chosen, "organisation/abolish_level.html")
