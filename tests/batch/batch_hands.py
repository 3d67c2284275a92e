"""What workers do in the tests of the batch, in processes of their own: `python batch_hands.py FOLDER MISHAP N`.

Prints the rows of N slides as JSON. MISHAP says what goes wrong on the way.
"""

import importlib
import json
import os
import signal
import sys
import time
from dataclasses import asdict
from pathlib import Path

from bloodview.batch import cluster, server
from bloodview.batch import running as batch
from bloodview.batch.cluster import Cluster
from bloodview.core.cancel import Cancelled, CancelToken
from bloodview.core.errors import CaseInUseError, ModelError, UserError
from bloodview.workflows.slide_rows import SlideRow

DASK = "distributed"  # by name, for its types are partial
OFFERS: dict[str, dict[str, int]] = {"plain": {}, "with a GPU": {"GPU": 1}}


def row(slide: Path, case: Path, _reading: batch.Reading) -> SlideRow:
    """A row that follows from the slide's name; leaves a mark that it was made, and how many threads its parent has."""
    time.sleep(0.05)
    tasks = Path(f"/proc/{os.getppid()}/task")
    with (case.parent / "parents.txt").open("a", encoding="utf-8") as file:
        file.write(f"{os.getppid()} {len(list(tasks.iterdir())) if tasks.is_dir() else 1}\n")
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
    if kind == "needs":
        return SlideRow(
            str(slide), str(case), is_done=True, content_hash=str(importlib.import_module(DASK).get_worker().name)
        )
    return row(slide, case, reading)


def offered(slides: list[Path], out: Path, needs: str) -> list[SlideRow]:
    """A batch on two workers elsewhere, one of which offers a GPU."""
    dask = importlib.import_module(DASK)
    kinds = {name: {"cls": dask.Worker, "options": {"nthreads": 1, "resources": has}} for name, has in OFFERS.items()}
    scheduler = {"cls": dask.Scheduler, "options": {"dashboard_address": None, "port": 0}}
    with dask.SpecCluster(workers=kinds, scheduler=scheduler, silence_logs=False) as there:
        where = Cluster(there.scheduler_address, needs=needs)
        return batch.run(slides, out, out / "t.csv", None, where, analyse=mishap)


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
    if kind != "none":
        server.IMPORTED = ("distributed", "bloodview.batch.running")  # the networks take seconds

    def progress(share: float, _text: str) -> None:
        if kind == "cancelled" and share > 0.3:
            token.cancel()

    try:
        if kind == "needs":
            cluster.WORKERS_S = 1
            rows = offered(slides, out, "GPU")
            try:
                offered(slides, out, "TPU")
            except UserError as error:
                rows.append(SlideRow("", problem=str(error)))
        else:
            rows = batch.run(slides, out, folder / "t.csv", None, Cluster(workers=2), token, progress, analyse=mishap)
    except ModelError as error:
        rows = [SlideRow("", problem=f"models: {error}")]
    except Cancelled:
        rows = [SlideRow("", problem="cancelled")]
    sys.stdout.write(json.dumps([asdict(r) for r in rows]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
