"""The commands to try BloodView out: demo, open, sample, self-test."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bloodview.core.errors import UserError

if TYPE_CHECKING:
    from bloodview.core.differential import Differential

from bloodview.cli.console import DONE, SOME_FAILED, Device, DeviceOption, Meter, load, put, stoppable, told


def self_test(device: DeviceOption = Device.AUTO) -> int:
    """Check the models on the bundled sample."""
    from bloodview.workflows import health

    checks = health.self_test(load(device), Meter())
    Meter.clear()
    for check in checks:
        put(f"{'ok  ' if check.passed else 'FAIL'}  {check.title}: {check.detail}")
    return DONE if all(check.passed for check in checks) else SOME_FAILED


def demo(
    headless: Annotated[bool, typer.Option("--headless", help="No window: print the differential.")] = False,
    device: DeviceOption = Device.AUTO,
) -> int:
    """Show the bundled sample, or count it."""
    if not headless:
        raise UserError("The window takes no options.", hint="bloodview demo, or bloodview demo --headless.")
    from bloodview.core import paths
    from bloodview.workflows import analysing

    with stoppable() as cancel:
        report, outcome = analysing.count_pictures([paths.sample()], load(device), cancel, Meter())
    if report:
        put_differential(report.differential, put)
        put(f"{outcome.done} fields of the bundled sample. For research use only.")
    # Beside the sample's pictures lies their truth, which is no picture and nothing to tell of.
    return told(replace(outcome, passed_over=0))


def put_differential(d: "Differential", put_line: Callable[[str], None]) -> None:
    """The differential as a table for people."""
    put_line(f"{'leukocytes':24}{d.n_leukocytes:6}")
    for row in d.rows:
        interval = f"{row.interval.low:5.1%} to {row.interval.high:5.1%}"
        put_line(f"  {row.title:22}{row.count:6}{row.share:8.1%}   {interval}")
    nrbc = f"   {d.nrbc_per_100_wbc.value:.1f} per 100 leukocytes" if d.nrbc_per_100_wbc else ""
    put_line(f"{'erythroblasts':24}{d.n_erythroblasts:6}{nrbc}")
    put_line(f"{'platelets':24}{d.n_platelets:6}")
    put_line(f"{'red cells':24}{d.n_red_cells:6}")


def open_window(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH", help="Slides, pictures, folders or a case.", readable=False)
    ],
) -> int:
    """Open the window."""
    raise UserError("The window takes paths and no options.", hint="bloodview open PATH...")


def sample(
    out: Annotated[Path, typer.Option("--out", metavar="FOLDER", help="New or empty.", readable=False)],
    fields: Annotated[int, typer.Option("--fields", min=1, max=1000)] = 6,
    seed: Annotated[int, typer.Option("--seed", min=0)] = 0,
    masks: Annotated[bool, typer.Option("--masks", help="Also the true masks.")] = False,
    slide: Annotated[
        int | None, typer.Option("--slide", metavar="SIDE", help="One whole slide of SIDE x SIDE pixels instead.")
    ] = None,
) -> int:
    """Draw synthetic fields, or a whole slide, with their truth."""
    from bloodview.workflows import samples

    if slide is not None:
        with stoppable() as cancel:
            samples.draw_slide(out, slide, seed, cancel, Meter())
        return DONE
    samples.draw_sample(out, fields, seed, masks)
    return DONE
