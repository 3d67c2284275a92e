"""Another process that holds the lock of a folder, as a second program would."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
_HOLD = """
import sys
from pathlib import Path
from bloodview.core.hold import held
with held(Path(sys.argv[1]), sys.argv[2], "taken"):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def other_holding(folder: Path, name: str) -> Iterator["subprocess.Popen[str]"]:
    """A process that holds the lock until the block ends."""
    command = [sys.executable, "-c", _HOLD, str(folder), name]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
