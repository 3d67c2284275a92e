"""The commands of the models: learn, adapt, list, activate, roll back, verify, take in a SAM."""

from pathlib import Path
from typing import Annotated

import typer

from bloodview.cli.console import DONE, SOME_FAILED, Device, DeviceOption, Meter, put, say, stoppable, told


def adapt(
    examples: Annotated[
        Path, typer.Option("--examples", metavar="FOLDER", help="Holds a folder a class.", readable=False)
    ],
    out: Annotated[Path, typer.Option("--out", metavar="MODEL_FOLDER", help="New or empty.", readable=False)],
    base: Annotated[str | None, typer.Option("--base", metavar="ID|FOLDER", show_default=False)] = None,
    device: DeviceOption = Device.AUTO,
) -> int:
    """Fit the classifier to a laboratory by a few of its cells, one centred cell a picture.

    Five cells of a class are a good number. A folder is called like a class, or like a group such as neutrophil.
    """
    from bloodview.workflows import fitting

    with stoppable() as cancel:
        worth, outcome = fitting.adapt_to_folder(examples, out, base, device.value, say, cancel, Meter())
    status = told(outcome)
    say(worth)
    return status


def learn(
    examples: Annotated[
        Path, typer.Option("--examples", metavar="FOLDER", help="Holds a folder a class.", readable=False)
    ],
    out: Annotated[Path, typer.Option("--out", metavar="MODEL_FOLDER", help="New or empty.", readable=False)],
    extend: Annotated[
        str | None,
        typer.Option("--extend", metavar="ID|FOLDER", help="Add to this model's classes.", show_default=False),
    ] = None,
    device: DeviceOption = Device.AUTO,
) -> int:
    """Learn classes from a few examples each, one centred cell a picture; a folder's name is the class's.

    Five different cells of a class are a good start. Leave-one-out makes each class a draft, usable or trusted.
    """
    from bloodview.workflows import fitting

    with stoppable() as cancel:
        worth, outcome = fitting.learn_from_folder(examples, out, extend, device.value, say, cancel, Meter())
    status = told(outcome)
    for line in worth:
        say(line)
    return status


def list_models() -> int:
    """Show the models that are there; what cannot be used is named with its reason."""
    from bloodview.models import shelf, store

    for shelved in shelf.shelved():
        card = shelved.card
        if card is None or shelved.problem:
            say(f"{shelved.folder}: {shelved.problem}")
        else:
            put(f"{card.id}\t{card.task}\t{card.title}" + ("\tin use" if card.id == store.chosen(card.task) else ""))
    return DONE


def activate_model(model: Annotated[str, typer.Argument(metavar="ID|FOLDER", show_default=False)]) -> int:
    """Use a model from now on where none is named; a folder is copied to the others first."""
    from bloodview.models import store

    taken = store.activate(model)
    say(f"{taken.model} is used to {taken.task} now; `bloodview models rollback` goes back to {taken.before}.")
    return DONE


def roll_back() -> int:
    """Go back to the model that was used before the latest one was activated."""
    from bloodview.models import store

    taken = store.roll_back()
    say(f"{taken.model} is used to {taken.task} again, no longer {taken.before}.")
    return DONE


def take_in_sam(
    checkpoint: Annotated[Path, typer.Argument(metavar="CHECKPOINT_FOLDER", show_default=False)],
    out: Annotated[Path, typer.Option("--out", metavar="MODEL_FOLDER", help="New or empty.", readable=False)],
) -> int:
    """Make a model folder of a SAM checkpoint of yours: config.json and model.safetensors, as Hugging Face lays it out.

    `bloodview models activate MODEL_FOLDER` then puts it in the place of ours where cells are outlined at clicks.
    """
    from bloodview.models import store

    folder = store.take_in_sam(checkpoint, out)
    say(f"{folder} holds the model; `bloodview models activate {folder}` takes it into use.")
    return DONE


def verify_models(model: Annotated[str | None, typer.Argument(metavar="[ID]", show_default=False)] = None) -> int:
    """Check that cards and weights are whole and belong together."""
    from bloodview.models import store

    problems = store.verify(model)
    for problem in problems:
        say(str(problem))
    if not problems:
        put("every model is whole" if model is None else f"{model} is whole")
    return SOME_FAILED if problems else DONE


def export_model(
    model: Annotated[str, typer.Argument(metavar="ID|FOLDER", show_default=False)],
    file: Annotated[Path, typer.Argument(metavar="FILE.bvmodel", show_default=False, readable=False)],
) -> int:
    """Write a model as one file, to give away."""
    from bloodview.models import store

    say(f"{store.export(model, file).id} is in {file}.")
    return DONE


def import_model(
    file: Annotated[Path, typer.Argument(metavar="FILE.bvmodel", show_default=False, readable=False)],
) -> int:
    """Install a model from such a file; it is not yet used."""
    from bloodview.models import store

    card = store.take_in(file)
    say(f"{card.id} is installed; `bloodview models activate {card.id}` takes it into use.")
    return DONE
