"""The commands from pictures to files: classify, detect, segment."""

from pathlib import Path
from typing import Annotated

import typer

from bloodview.cli.console import BatchOption, Device, DeviceOption, Level, Meter, Paths, load, stoppable, told


def classify(
    paths: Paths,
    out: Annotated[Path, typer.Option("--out", metavar="CELLS.csv", readable=False)],
    level: Annotated[Level, typer.Option("--level", help="11 fine or 8 coarse classes.")] = Level.FINE,
    model: Annotated[str | None, typer.Option("--model", metavar="ID|FOLDER", show_default=False)] = None,
    device: DeviceOption = Device.AUTO,
    batch_size: BatchOption = None,
) -> int:
    """Name the one centred cell of each picture."""
    from bloodview.workflows import picture_files

    with stoppable() as cancel:
        engine = load(device, model, batch_size)
        return told(picture_files.classify_pictures(paths, out, engine, level.value, cancel, Meter()))


def detect(
    paths: Paths,
    out: Annotated[Path, typer.Option("--out", metavar="BOXES.json", readable=False)],
    device: DeviceOption = Device.AUTO,
) -> int:
    """Find the cells of fields and slides."""
    from bloodview.workflows import picture_files

    with stoppable() as cancel:
        return told(picture_files.detect_fields(paths, out, load(device), cancel, Meter()))


def segment(
    paths: Paths,
    out: Annotated[Path, typer.Option("--out", metavar="FOLDER", readable=False)],
    device: DeviceOption = Device.AUTO,
) -> int:
    """Outline leukocytes.

    One PNG a picture: 0 background, 128 cytoplasm, 255 nucleus.
    """
    from bloodview.workflows import picture_files

    with stoppable() as cancel:
        return told(picture_files.segment_pictures(paths, out, load(device), cancel, Meter()))
