"""The command line: the table of all commands, and how a line of words becomes an exit status."""

import io
import os
import sys
from collections.abc import Callable, Sequence
from typing import Annotated

import typer

import bloodview
from bloodview.cli import batching, cases, explaining, models, pictures, refining, trying
from bloodview.cli.console import DONE, INTERRUPTED, NOTHING_DONE, put, say
from bloodview.core.cancel import Cancelled
from bloodview.core.errors import UserError

app = typer.Typer(
    name="bloodview",
    help="Review of blood smears. Without a command: the window. For research use only.",
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


models_app = typer.Typer(help="The models.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(models_app, name="models")

_COMMANDS: dict[str, Callable[..., int]] = {
    "classify": pictures.classify,
    "detect": pictures.detect,
    "segment": pictures.segment,
    "explain": explaining.explain,
    "learn": models.learn,
    "adapt": models.adapt,
    "refine": refining.refine,
    "analyze": cases.analyze,
    "batch": batching.batch,
    "report": cases.report,
    "export": cases.export,
    "import": cases.import_,
    "compare": cases.compare,
    "agreement": cases.agreement,
    "journal": cases.journal,
    "edit": cases.edit,
    "self-test": trying.self_test,
    "demo": trying.demo,
    "open": trying.open_window,
    "sample": trying.sample,
}
_MODEL_COMMANDS: dict[str, Callable[..., int]] = {
    "list": models.list_models,
    "activate": models.activate_model,
    "rollback": models.roll_back,
    "verify": models.verify_models,
    "export": models.export_model,
    "import": models.import_model,
    "take-in-sam": models.take_in_sam,
}
for _name, _command in _COMMANDS.items():
    app.command(_name)(_command)
for _name, _command in _MODEL_COMMANDS.items():
    models_app.command(_name)(_command)


def _tell_version(wanted: bool) -> None:
    if wanted:
        put(f"BloodView {bloodview.__version__}")
        raise typer.Exit


@app.callback()
def _before_all(
    version: Annotated[
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Tell the version.")
    ] = False,
) -> None:
    """What every command shares."""


def run(arguments: Sequence[str]) -> int:
    """Carry out a command line without the program's name; returns its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal that lacks a letter shows its code
            stream.reconfigure(errors="backslashreplace")
    try:
        status = app(list(arguments), prog_name="bloodview", standalone_mode=False)
    except typer.Exit as exit_:
        return exit_.exit_code
    except typer.Abort:
        return INTERRUPTED
    except UserError as error:
        say(str(error))
        return NOTHING_DONE
    except (Cancelled, KeyboardInterrupt):
        say("stopped.")
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read the answers is gone; a second complaint at exit would follow without this.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return NOTHING_DONE
    except Exception as error:
        if not hasattr(error, "exit_code") or not hasattr(error, "show"):
            raise
        error.show(sys.stderr)
        return NOTHING_DONE
    return status if isinstance(status, int) else DONE
