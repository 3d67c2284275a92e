"""Tries the bundle as a person without Python would: `python packaging/smoke.py [BUNDLE]`; 1 if a step failed.

Only Python's own library is used, so it can be copied beside a bundle and run anywhere. The bundle gets an empty home
and a PATH with nothing on it; what its processes map into memory must lie in the bundle or belong to the system, so a
file of a checkout or of an installed Python cannot help it. The window needs Xvfb and xdotool (Debian: both names).
"""

import argparse
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

WINDOW_S = 4.0
"""How long the window may take to show."""
_PATIENCE_S = 300
_SCREEN = (1440, 900)
_FIRST_TILE = (290, 185)
"""Where the gallery's first cell lies on that screen, pixels."""
_FIELDS = 6
"""Pictures of the bundled sample."""
_CLASS = "Smoke test"
_LEUKOCYTES = ("segmented_neutrophil", "band_neutrophil", "eosinophil", "basophil", "lymphocyte", "monocyte")
_OF_THE_SYSTEM = ("/usr/lib", "/lib", "/usr/share", "/etc", "/dev", "/memfd:", "/SYSV", "/run", "/var", "/proc", "/sys")
_OWN_TEMPORARY = str(Path(tempfile.gettempdir()) / "bloodview-")
"""How the program's temporary files begin."""
_MORE_COLOURS = 300
"""So many more colours stand on the right of the window once a heat map is there."""


class StepError(Exception):
    """A step did not do what it should."""


@dataclass
class Bundle:
    """A bundle under trial.

    Args:
        folder: with the executables.
        home: the user's folder, empty at first.
        foreign: files that a process of it mapped and that are neither its own nor the system's.
    """

    folder: Path
    home: Path
    foreign: set[str] = field(default_factory=set)

    @property
    def case(self) -> Path:
        """The case that the window makes of the sample."""
        return self.home / ".local" / "share" / "bloodview" / "cases" / "sample.bvcase"

    @property
    def environment(self) -> dict[str, str]:
        return {"HOME": str(self.home), "PATH": "/nonexistent", "LANG": "C.UTF-8"}

    def start(self, *arguments: object, display: str = "", program: str = "bloodview") -> subprocess.Popen[str]:
        """Start an executable of the bundle."""
        env = self.environment | ({"DISPLAY": display} if display else {})
        command = [str(self.folder / program), *map(str, arguments)]
        return subprocess.Popen(
            command,
            env=env,
            cwd=self.home,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def run(
        self, *arguments: object, program: str = "bloodview", statuses: tuple[int, ...] = (0,), lines: str = ""
    ) -> str:
        """Run a command to its end, with these lines on standard input; what it said on standard output."""
        process = self.start(*arguments, program=program)
        end = time.monotonic() + _PATIENCE_S
        while True:
            self.look(process.pid)
            try:
                out, err = process.communicate(lines, timeout=0.3)
                break
            except subprocess.TimeoutExpired:
                lines = ""
                if time.monotonic() > end:
                    process.kill()
                    raise
        if process.returncode not in statuses:
            raise StepError(f"{' '.join(map(str, arguments))} ended with {process.returncode}: {err.strip()[-600:]}")
        return out

    def look(self, pid: int) -> None:
        """Note which files a process has mapped that it should not need."""
        try:
            lines = Path(f"/proc/{pid}/maps").read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return
        for line in lines:
            name = line[73:].strip() if len(line) > 73 else ""
            own = name.startswith((str(self.folder), str(self.home), _OWN_TEMPORARY))
            if name.startswith("/") and not own and not name.startswith(_OF_THE_SYSTEM):
                self.foreign.add(name)


def main() -> int:
    """Go through the steps; the exit status."""
    here = Path(__file__).resolve().parent.parent
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("bundle", type=Path, nargs="?", default=here / "dist" / "bloodview")
    parser.add_argument("--keep", type=Path, help="keep the home of the trial, with its case and reports, here")
    options = parser.parse_args()
    if not (options.bundle / "bloodview").is_file():
        say(f"{options.bundle} holds no bundle. Make one: python packaging/build.py")
        return 2
    failed = 0
    with tempfile.TemporaryDirectory(prefix="bloodview-smoke-") as place:
        home = options.keep.resolve() if options.keep else Path(place)
        home.mkdir(parents=True, exist_ok=True)
        bundle = Bundle(options.bundle.resolve(), home)
        for name, step in STEPS.items():
            began = time.monotonic()
            try:
                said = step(bundle)
            except (StepError, OSError, subprocess.SubprocessError, ValueError, KeyError) as error:
                failed += 1
                say(f"FAIL  {name}: {error}")
            else:
                say(f"ok    {name}: {said}  [{time.monotonic() - began:.0f} s]")
    say(f"{len(STEPS) - failed} of {len(STEPS)} steps passed")
    return 1 if failed else 0


def self_test(bundle: Bundle) -> str:
    """The program's own test of colour order, scale, classes and case file."""
    lines = bundle.run("self-test").splitlines()
    if not lines or not all(line.startswith("ok") for line in lines):
        raise StepError("; ".join(lines))
    return f"{len(lines)} checks"


def demo(bundle: Bundle) -> str:
    """The sample counted without a window."""
    out = bundle.run("demo", "--headless")
    count = next((line.split()[-1] for line in out.splitlines() if line.startswith("leukocytes")), "0")
    if int(count) < 40:
        raise StepError(out)
    return f"{count} leukocytes"


def window(bundle: Bundle) -> str:
    """The window opens the sample, analyses it, explains a cell and learns a class from five."""
    with screen() as (display, picture), shown(bundle, display, "demo") as (press, seconds):
        wait(lambda: _journal(bundle, "analysed") == _FIELDS, "analysis of the sample")
        time.sleep(3)
        before = colours(picture)
        press("mousemove", *map(str, _FIRST_TILE), "click", "1")
        time.sleep(1)
        press("key", "e")
        wait(lambda: colours(picture) > before + _MORE_COLOURS, "heat map of the cell")
        for _ in range(4):
            press("key", "shift+Right")
        press("key", "n")
        time.sleep(2)
        press("type", _CLASS)
        press("key", "Return")
        wait(lambda: _journal(bundle, f"{_CLASS} added from 5 examples") == 1, "the new class")
    if seconds > WINDOW_S:
        raise StepError(f"the window took {seconds:.1f} s, more than {WINDOW_S:.0f} s")
    return f"shown after {seconds:.1f} s, explained, learned a class from 5 cells"


def explain(bundle: Bundle) -> str:
    """A map of what matters in a picture, as a file."""
    picture = next((bundle.folder / "_internal" / "resources" / "sample").glob("*.jpg"))
    bundle.run("explain", picture, "--out", bundle.home / "overlay.png", "--method", "gradcam")
    return f"{(bundle.home / 'overlay.png').stat().st_size} bytes"


def report(bundle: Bundle) -> str:
    """The case of the window as reports of every kind."""
    for ending in ("pdf", "html", "csv", "json"):
        bundle.run("report", bundle.case, "--out", bundle.home / f"report.{ending}")
    counted = json.loads((bundle.home / "report.json").read_text(encoding="utf-8"))["differential"]
    rows = [row for row in counted["rows"] if row["title"] == _CLASS]
    if not rows or not (bundle.home / "report.pdf").read_bytes().startswith(b"%PDF"):
        raise StepError("the report lacks the class that was taught, or is no PDF")
    return f"PDF, HTML, CSV, JSON; {rows[0]['count']} cells of the class that was taught"


def batch(bundle: Bundle) -> str:
    """Two pictures by two workers of their own."""
    pictures = sorted((bundle.folder / "_internal" / "resources" / "sample").glob("*.jpg"))[:2]
    bundle.run("batch", *pictures, "--out", bundle.home / "batch", "--workers", 2)
    lines = (bundle.home / "batch" / "results.csv").read_text(encoding="utf-8").splitlines()
    if len(lines) != 3:
        raise StepError("\n".join(lines))
    return "2 pictures by 2 workers"


def trainer(bundle: Bundle) -> str:
    """The trainer refines the model in two passes over cells of the sample that were confirmed."""
    case, model = bundle.home / "confirmed.bvcase", bundle.home / "refined"
    shutil.copy(bundle.case, case)
    cells = [line.split() for line in bundle.run("edit", case, lines="list\n").splitlines()]
    named = [(c[0], c[1]) for c in cells if len(c) == 2 and c[1] in _LEUKOCYTES]
    bundle.run("edit", case, lines="".join(f"relabel {number} {label}\n" for number, label in named))
    bundle.run("refine", case, "--out", model, "--epochs", 2)
    card = json.loads((model / "card.json").read_text(encoding="utf-8"))
    bundle.run("models", "verify")
    return f"{card['id']} from {len(named)} cells"


def alone(bundle: Bundle) -> str:
    """Nothing but the bundle and the system was in the memory of its processes."""
    if bundle.foreign:
        raise StepError(f"mapped from elsewhere: {', '.join(sorted(bundle.foreign)[:5])}")
    return "nothing from elsewhere was loaded"


STEPS: dict[str, Callable[[Bundle], str]] = {
    "self-test": self_test,
    "demo without a window": demo,
    "window": window,
    "explain": explain,
    "report": report,
    "batch": batch,
    "trainer": trainer,
    "alone": alone,
}


@contextmanager
def screen() -> Iterator[tuple[str, Path]]:
    """A virtual screen: its name for DISPLAY, and the file that holds its picture as XWD."""
    tool = shutil.which("Xvfb")
    if tool is None or shutil.which("xdotool") is None:
        raise StepError("Xvfb and xdotool are needed; on Debian: apt-get install xvfb xdotool")
    with tempfile.TemporaryDirectory(prefix="bloodview-screen-") as place:
        reader, writer = os.pipe()
        size = f"{_SCREEN[0]}x{_SCREEN[1]}x24"
        command = [tool, "-displayfd", str(writer), "-screen", "0", size, "-nolisten", "tcp", "-fbdir", place]
        server = subprocess.Popen(command, pass_fds=(writer,), stderr=subprocess.DEVNULL)
        os.close(writer)
        try:
            with os.fdopen(reader) as said:
                number = said.readline().strip()
            yield f":{number}", Path(place) / "Xvfb_screen0"
        finally:
            server.terminate()
            server.wait(10)


@contextmanager
def shown(bundle: Bundle, display: str, *arguments: object) -> Iterator[tuple[Callable[..., None], float]]:
    """The window, with a function that presses keys and buttons in it, and how long it took to show, seconds."""
    env = dict(os.environ, DISPLAY=display)

    def press(*words: str) -> None:
        subprocess.run(["xdotool", *words], env=env, check=True, stdout=subprocess.DEVNULL)

    def windows() -> list[str]:
        found = subprocess.run(
            ["xdotool", "search", "--onlyvisible", "--name", "BloodView"],
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )
        return found.stdout.split()

    began = time.monotonic()
    process = bundle.start(*arguments, display=display)
    try:
        wait(lambda: bool(windows()) or process.poll() is not None, "window", 0.05)
        seconds = time.monotonic() - began
        if process.poll() is not None:
            raise StepError(f"it ended: {process.communicate()[1][-600:]}")
        time.sleep(1)
        press("windowfocus", windows()[0])
        yield press, seconds
        bundle.look(process.pid)
    finally:
        process.terminate()
        process.communicate(timeout=30)


def wait(is_so: Callable[[], bool], what: str, every_s: float = 1.0) -> None:
    """Wait until something is so.

    Raises:
        StepError: it never was.
    """
    end = time.monotonic() + _PATIENCE_S
    while not is_so():
        if time.monotonic() > end:
            raise StepError(f"{what}: not within {_PATIENCE_S} s")
        time.sleep(every_s)


def colours(picture: Path) -> int:
    """How many colours stand in the right third of the screen."""
    held = picture.read_bytes()
    header, _, _, _, width, height, _, _, _, _, _, _, row = struct.unpack(">13I", held[:52])
    n_colours = struct.unpack(">I", held[76:80])[0]
    start = header + 12 * n_colours
    left = width * 2 // 3 * 4
    seen: set[bytes] = set()
    for y in range(0, height, 2):
        line = held[start + y * row + left : start + y * row + width * 4]
        seen.update(line[x : x + 4] for x in range(0, len(line), 8))
    return len(seen)


def _journal(bundle: Bundle, text: str) -> int:
    """How many entries of the window's case hold a text."""
    if not bundle.case.exists():
        return 0
    return bundle.run("journal", bundle.case, "--search", text, statuses=(0, 1, 2)).count("\n")


def say(text: str) -> None:
    """A line for the person who tries."""
    sys.stderr.write(text + "\n")


if __name__ == "__main__":
    sys.exit(main())
