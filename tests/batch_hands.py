"""What workers do in the tests of the batch, in processes of their own: `python tests/batch_hands.py FOLDER MISHAP N`.

Prints the rows of N slides as JSON. MISHAP says what goes wrong on the way.
"""

import json
import os
import signal
import sys
import time
from dataclasses import asdict
from pathlib import Path

from bloodview import batch
from bloodview.core.cancel import Cancelled, CancelToken
from bloodview.core.errors import CaseInUseError, ModelError
from bloodview.workflows.slide_rows import SlideRow


def row(slide: Path, case: Path, _reading: batch.Reading) -> SlideRow:
    """A row that follows from the slide's name; leaves a mark that it was made."""
    time.sleep(0.05)
    with (case.parent / "made.txt").open("a", encoding="utf-8") as file:
        file.write(f"{slide.name}\n")
    return SlideRow(str(slide), str(case), is_done=True, leukocytes=int(slide.stem))


def mishap(slide: Path, case: Path, reading: batch.Reading) -> SlideRow:
    """As `row`, but for what goes wrong with the slide named 3."""
    kind = (case.parent / "mishap.txt").read_text(encoding="utf-8")
    seen = case.parent / "seen.txt"
    is_first = slide.stem == "3" and not seen.exists()
    if is_first:
        seen.touch()
    if (kind == "killed" and is_first) or (kind == "always killed" and slide.stem == "3"):
        os.kill(os.getpid(), signal.SIGKILL)
    if kind == "error" and slide.stem == "3":
        raise ZeroDivisionError("of the test")
    if (kind == "busy once" and is_first) or (kind == "busy" and slide.stem == "3"):
        raise CaseInUseError("is open in another window.", path=case)
    if kind == "no models":
        raise ModelError("is missing.", path="models/x")
    return row(slide, case, reading)


def main() -> int:
    """Run the batch of the arguments."""
    folder, kind, number = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    slides = [folder / f"{i}.png" for i in range(number)]
    for slide in slides:
        slide.touch()
    out = folder / "cases"
    out.mkdir()
    (out / "mishap.txt").write_text(kind, encoding="utf-8")
    token = CancelToken()

    def progress(share: float, _text: str) -> None:
        if kind == "cancelled" and share > 0.3:
            token.cancel()

    try:
        rows = batch.run(slides, out, folder / "t.csv", None, batch.Cluster(workers=2), token, progress, analyse=mishap)
    except ModelError as error:
        rows = [SlideRow("", problem=f"models: {error}")]
    except Cancelled:
        rows = [SlideRow("", problem="cancelled")]
    sys.stdout.write(json.dumps([asdict(r) for r in rows]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
