"""The command that says why: explain."""

from pathlib import Path
from typing import Annotated

import typer

from bloodview.cli.console import Device, DeviceOption, Meter, Paths, say, stoppable, told


def explain(
    paths: Paths,
    out: Annotated[
        Path, typer.Option("--out", metavar="OVERLAY.png|FOLDER", help="A folder for several.", readable=False)
    ],
    heat: Annotated[
        Path | None, typer.Option("--map", metavar="MAP.npy|FOLDER", help="The map itself.", readable=False)
    ] = None,
    method: Annotated[
        str,
        typer.Option(
            help="gradcam, gradcam++, layercam, eigencam, scorecam, lime, similarity; the best one by default.",
            show_default=False,
        ),
    ] = "",
    label: Annotated[
        str, typer.Option("--class", metavar="NAME", help="What the model says by default.", show_default=False)
    ] = "",
    instead_of: Annotated[
        str, typer.Option("--instead-of", metavar="NAME", help="Why not this class?", show_default=False)
    ] = "",
    reference: Annotated[
        Path | None,
        typer.Option(metavar="PICTURE", help="The cell to compare with by similarity.", readable=False),
    ] = None,
    model: Annotated[str | None, typer.Option("--model", metavar="ID|FOLDER", show_default=False)] = None,
    device: DeviceOption = Device.AUTO,
) -> int:
    """Show which places of a cell speak for its class, one centred cell a picture."""
    from bloodview.workflows import explaining

    wish = explaining.Wish(method, label, instead_of)
    with stoppable() as cancel:
        return told(
            explaining.explain_pictures(
                paths,
                out,
                heat,
                wish,
                model=model,
                reference=reference,
                device=device.value,
                tell=say,
                cancel=cancel,
                progress=Meter(),
            )
        )
