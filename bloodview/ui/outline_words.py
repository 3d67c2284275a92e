"""What the bar over the slide says while a cell or its nucleus is outlined: what a press does, and what Enter will."""

from bloodview.core.cells import Cell
from bloodview.ui.language import tr
from bloodview.ui.outline_draft import Draft
from bloodview.ui.slide_view.prompt_layer import Mode


def words(mode: Mode, draft: Draft, meant: Cell | None, *, on_nucleus: bool) -> str:
    """What the bar says; `meant` is the cell of the case that the outline is one of."""
    step = draft.shown
    if mode is Mode.SPLIT:
        return tr("Draw a line across a cell to part it in two. Esc leaves.")
    if step is None and draft.is_waiting:
        return tr("Outlining …")
    if step is None:
        return _first(mode, on_nucleus=on_nucleus)
    if on_nucleus:
        if not step.outline:
            return tr("No nucleus here. Click elsewhere, or drag a box.")
        return tr(
            "Enter: new nucleus of cell {number}. Click adds, right click takes away.",
            number=draft.cell_id,
        )
    if not step.outline:
        return tr("No cell here. Click elsewhere, or drag a box.")
    if meant is not None:
        return tr("Enter: new outline of cell {number}. Right click takes away.", number=meant.id)
    return tr("Enter: keep as a new cell. Click adds, right click takes away.")


def _first(mode: Mode, *, on_nucleus: bool) -> str:
    """Before anything is outlined."""
    if on_nucleus and mode is Mode.BRUSH:
        return tr("Paint the nucleus; it stays inside its cell. Right button erases, [ and ] size the brush.")
    if on_nucleus:
        return tr("Click on a nucleus, or drag a box around it; it stays inside its cell.")
    if mode is Mode.BRUSH:
        return tr("Paint a cell, or over the outline of one. Right button erases, [ and ] size the brush.")
    return tr("Click on a cell, or drag a box around it.")
