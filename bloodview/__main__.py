"""Where BloodView starts: log and crash hook first, then the window for open, demo and no argument, else the cli."""

import ctypes
import importlib.util
import logging
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bloodview.core import log, paths
from bloodview.core.errors import UserError

_log = logging.getLogger("bloodview")

NOTHING_DONE, INTERRUPTED = 2, 130
"""Exit statuses."""

_DEBIAN = (
    "apt-get install libegl1 libgl1 libfontconfig1 libdbus-1-3 libglib2.0-0 libx11-xcb1 libxkbcommon-x11-0 "
    "libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-render-util0 libxcb-shape0 "
    "libwayland-cursor0"
)


@dataclass(frozen=True, slots=True)
class WindowWish:
    """A command line that asks for the window.

    Args:
        paths: what to open: slides, pictures, folders or a case.
        safe_mode: settings are neither read nor written, models taken into use are left aside.
        is_demo: the bundled sample is what is opened.
    """

    paths: tuple[Path, ...]
    safe_mode: bool
    is_demo: bool


def main() -> int:
    """Run the program with the arguments it was started with; its exit status."""
    multiprocessing.freeze_support()
    file = log.start(paths.logs())
    log.catch_crashes(_say)
    try:
        return _run(sys.argv[1:])
    except UserError as error:
        _say(str(error))
        return NOTHING_DONE
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - nobody is left to catch it, and a person is waiting for a word
        _log.exception("uncaught")
        more = f" The log says more: {file}" if file else ""
        _say(f"met an error it did not expect: {type(error).__name__}: {error}.{more}")
        return NOTHING_DONE


def window_wish(arguments: Sequence[str]) -> WindowWish | None:
    """What the window should open, or None if these arguments are for the command line, such as a call for help."""
    rest = [a for a in arguments if a != "--safe-mode"]
    safe_mode = len(rest) < len(arguments)
    if not rest:
        return WindowWish((), safe_mode, is_demo=False)
    command, given = rest[0], rest[1:]
    if command == "demo" and not given:
        return WindowWish((paths.sample(),), safe_mode, is_demo=True)
    if command == "open" and given and not any(a.startswith("-") for a in given):
        return WindowWish(tuple(Path(a) for a in given), safe_mode, is_demo=False)
    return None


def _run(arguments: Sequence[str]) -> int:
    wish = window_wish(arguments)
    if wish is None:
        from bloodview.cli import main as cli

        return cli.run(arguments)
    obstacle = _obstacle()
    if obstacle is None:
        # Qt's loop never lets Python see Ctrl+C; nothing is lost, for every edit is on the disk already.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        from bloodview.ui import app

        return _left(app.run(wish.paths, safe_mode=wish.safe_mode))
    if not wish.is_demo:
        raise UserError(obstacle, hint="Every other command runs without a screen: bloodview --help")
    _say(f"{obstacle} The demo goes on without the window.")
    from bloodview.cli import main as cli

    return cli.run(["demo", "--headless"])


def _left(status: int) -> int:
    """The exit status; the process ends here if a worker is still at it, such as in the midst of loading PyTorch.

    All that is to last is on the disk by now. To let Python end in order would take seconds, or fall over the worker.
    """
    if any(thread.daemon and thread.is_alive() for thread in threading.enumerate()):
        logging.shutdown()
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
        os._exit(status)
    return status


def _obstacle() -> str | None:
    """Why no window can be shown here, in a sentence, or None. Qt itself would end the program without a word."""
    if not sys.platform.startswith("linux"):
        return None
    plugins = _platform_plugins()
    if not plugins:
        return "There is no screen: neither DISPLAY nor WAYLAND_DISPLAY is set."
    qt = importlib.util.find_spec("PySide6")
    if qt is None or qt.origin is None:
        return "PySide6 is not installed, so there is no window."
    reasons = []
    for plugin in plugins:
        try:
            ctypes.CDLL(str(Path(qt.origin).parent / "Qt" / "plugins" / "platforms" / f"lib{plugin}.so"))
        except OSError as error:
            reasons.append(str(error))
        else:
            return None
    missing = "; ".join(reasons)
    return f"The window needs a library of the system that is missing ({missing}). On Debian and Ubuntu: {_DEBIAN}."


def _platform_plugins() -> list[str]:
    """The plugins with which Qt may reach the screen, one of which is enough; none without a screen."""
    wanted = os.environ.get("QT_QPA_PLATFORM", "").partition(":")[0].partition(";")[0]
    if wanted:
        return [f"q{wanted}"]
    screens = {"WAYLAND_DISPLAY": "qwayland", "DISPLAY": "qxcb"}
    return [plugin for name, plugin in screens.items() if os.environ.get(name)]


def _say(text: str) -> None:
    """A sentence for the person, on standard error."""
    sys.stderr.write(f"bloodview: {text}\n")


if __name__ == "__main__":
    sys.exit(main())
