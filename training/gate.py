"""The gate that a new default model must pass: never worse at home by more than its interval, and better elsewhere."""

import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from bloodview.core.errors import UserError
from bloodview.core.files import write_whole
from bloodview.core.taxonomy import COARSE, coarse_of
from bloodview.models.card import Metric
from training import splits
from training.data import CellExample
from training.evaluate import Float, Statistic, figure, mean_recall, resamples
from training.judge import allowed, coarse_probabilities
from training.methods import Learned, ModelFolder
from training.results import FORMAT, Code, code

ELSEWHERE = "mean elsewhere"


@dataclass(frozen=True, slots=True)
class Difference:
    """Balanced accuracy of both models on the same cells.

    Args:
        judged: the set of cells.
        level: "fine" or "coarse".
        home: whether this is the first laboratory's own test part.
        new: balanced accuracy of the new model.
        old: that of the old one.
        difference: new - old, with the interval of the paired bootstrap over groups.
        verdict: "better" or "worse" if the interval leaves out 0, else "cannot tell".
    """

    judged: str
    level: str
    home: bool
    new: float
    old: float
    difference: Metric
    verdict: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate says.

    Args:
        new: id of the new model and the start of its checksum.
        old: the same of the old one.
        code: the code that judged.
        sets: a difference for each set and level.
        elsewhere: of the mean over the sets that are not at home.
        passed: nowhere worse, and better on the mean elsewhere.
    """

    new: str
    old: str
    code: Code
    sets: tuple[Difference, ...]
    elsewhere: Difference
    passed: bool


def compare(new: Path, old: Path, root: Path, device: torch.device, cache: Path | None = None) -> Verdict:
    """Ask two model folders the same cells, which share no group with any that may have trained either.

    Raises:
        ModelError: if a folder is no intact classifier.
        UserError: if the data cannot be read, or no set elsewhere is there.
    """
    with tempfile.TemporaryDirectory() as made:
        place = cache or Path(made)
        models = [ModelFolder(folder, device, place) for folder in (new, old)]
        return judge(models, [f"{m.card.id}@{m.card.weights_sha256[:8]}" for m in models], splits.every_cell(root))


def judge(models: Sequence[Learned], names: Sequence[str], known: splits.Cells) -> Verdict:
    """The verdict on the first of two models against the second, by all cells of the laboratories and the judges."""
    sets = splits.at_home(known) | {d: splits.leukocytes(splits.part(known, d)) for d in splits.JUDGES}
    trained = [e for e in known if e.split == "train"]
    sets = {k: found for k, v in sets.items() if (found := splits.apart(v, trained))}
    differences, means = [], []
    for name, examples in sets.items():
        home = name.startswith(splits.LABORATORIES[0])
        answers = [m.answer(examples).probabilities for m in models]
        weights = resamples([f"{e.dataset} {e.group}" if e.group else "" for e in examples])
        for level in ("fine", "coarse") if home else ("coarse",):
            one, other = (_balanced(examples, p, level) for p in answers)
            differences.append(_difference(name, level, home, one, other, weights))
            if not home:
                means.append((_drawn(one, weights) - _drawn(other, weights), differences[-1]))
    if not means:
        raise UserError("There are no cells of another laboratory to judge by.", hint="Look at the data folder.")
    elsewhere = _mean(means)
    passed = elsewhere.verdict == "better" and all(d.verdict != "worse" for d in differences)
    return Verdict(names[0], names[1], code(), tuple(differences), elsewhere, passed)


def write(verdict: Verdict, folder: Path) -> Path:
    """Write the verdict as JSON."""
    file = folder / f"gate--{verdict.new.replace('@', '-')}--{verdict.old.replace('@', '-')}.json"
    with write_whole(file) as part:
        part.write_text(json.dumps({"format": FORMAT} | asdict(verdict), indent=1) + "\n", encoding="utf-8")
    return file


def read(file: Path) -> Verdict:
    """A verdict from its file.

    Raises:
        UserError: naming the file, if it is none.
    """

    def difference(raw: Mapping[str, Any]) -> Difference:
        return Difference(**{**raw, "difference": Metric(**raw["difference"])})

    try:
        raw = json.loads(file.read_text(encoding="utf-8"))
        raw.pop("format")
        raw["sets"] = tuple(difference(d) for d in raw["sets"])
        return Verdict(**raw | {"code": Code(**raw["code"]), "elsewhere": difference(raw["elsewhere"])})
    except OSError as error:
        raise UserError(f"cannot be read: {error.strerror}", path=file) from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UserError(f"is no record of the gate: {error}", path=file, hint="Judge the model again.") from None


def _balanced(examples: Sequence[CellExample], probabilities: NDArray[np.float32], level: str) -> Statistic:
    """Mean recall at a level; at the fine one an inner node is right when the answer descends from it."""
    if level == "fine":
        best = probabilities.argmax(axis=1)
        hits = np.array([allowed(e.label)[k] for e, k in zip(examples, best, strict=True)])
        return mean_recall([e.label for e in examples], hits)
    truth = [coarse_of(e.label) for e in examples]
    said = np.array(COARSE)[coarse_probabilities(probabilities).argmax(axis=1)]
    return mean_recall(truth, said == np.array(truth))


def _difference(
    name: str, level: str, home: bool, new: Statistic, old: Statistic, weights: NDArray[np.uint16]
) -> Difference:
    values = [float(s(np.ones((1, weights.shape[1])))[0]) for s in (new, old)]
    paired = figure("difference", lambda w: np.asarray(new(w) - old(w)), weights)
    return Difference(name, level, home, round(values[0], 4), round(values[1], 4), paired, _verdict(paired))


def _drawn(statistic: Statistic, weights: NDArray[np.uint16]) -> Float:
    """The statistic of each resample."""
    return statistic(weights.astype(np.float64))


def _mean(parts: Sequence[tuple[Float, Difference]]) -> Difference:
    """The mean over sets of cells, each weighing alike; their resamples are independent."""
    rng = np.random.default_rng(0)
    drawn = np.mean([rng.permutation(d) for d, _ in parts], axis=0)
    low, high = (float(v) for v in np.percentile(drawn, [2.5, 97.5]))
    new, old = (float(np.mean([getattr(d, side) for _, d in parts])) for side in ("new", "old"))
    metric = Metric(
        "difference", round(new - old, 4), round(low, 4), round(high, 4), sum(d.difference.n for _, d in parts)
    )
    return Difference(ELSEWHERE, "coarse", False, round(new, 4), round(old, 4), metric, _verdict(metric))


def _verdict(difference: Metric) -> str:
    if difference.low > 0:
        return "better"
    return "worse" if difference.high < 0 else "cannot tell"
