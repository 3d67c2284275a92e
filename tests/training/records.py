"""Records as the protocols make them, of answers without a network."""

from pathlib import Path

from bloodview.core.training_run import RunFile
from tests.models.tiny import run as tiny_run
from tests.training.cases import Fixed, cells
from training import splits
from training.judge import Part, judge, judged_classes
from training.results import Code, Record

KNOWN = cells(Path("/data"))


def run(method: str) -> RunFile:
    return tiny_run("classify", model_id=method, datasets=splits.LABORATORIES)


def part(judged: str, dataset: str, method: Fixed, trained: bool) -> Part:
    examples = splits.leukocytes(splits.part(KNOWN, dataset))
    return judge(judged, trained, examples, method.answer(examples), judged_classes(examples, splits.LEUKOCYTES, 15))


def left_out(name: str, laboratory: str, right: float, seed: int = 0, mode: str = "inductive") -> Record:
    method = Fixed({laboratory: right}, {}, seed)
    parts = (part(laboratory, laboratory, method, False), part("zheng1", "zheng1", method, False))
    return record("left-out", name, laboratory, parts, seed, mode)


def record(
    protocol: str, name: str, left: str, parts: tuple[Part, ...], seed: int = 0, mode: str = "inductive"
) -> Record:
    return Record(
        protocol, name, name, left, seed, mode, {}, 100, "0" * 64, Code("a" * 40, False), Code("b" * 40, True), 12.0,
        "cpu, 1 threads", parts,
    )  # fmt: skip
