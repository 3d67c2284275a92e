"""Eight classes from five support pictures: who trains, what is read, and the figures."""

from pathlib import Path

import numpy as np
import pytest
import torch

from bloodview.core.errors import UserError
from bloodview.core.taxonomy import coarse_of
from tests.models.tiny import run as tiny_run
from tests.training.cases import Fixed, cells, write
from training import label_tables, splits, tables
from training.protocol_few_shot import EPISODES, READINGS, Labelled, few_shots, readings
from training.protocols import Bench
from training.tasks import LEARN

RUN = tiny_run("siamese", model_id="twin", datasets=("pbc",))


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    examples = cells(tmp_path / "data")
    write(tmp_path, examples)
    monkeypatch.setattr(splits, "every_cell", lambda _root: examples)
    monkeypatch.setattr(splits, "TWIN_LABELS", 6)

    def learn(_run: object, _root: object, folder: Path, *_rest: object) -> Fixed:
        folder.mkdir(parents=True)
        return Fixed({"pbc": 0.9}, {})

    monkeypatch.setitem(LEARN, "siamese", learn)
    return Bench(tmp_path / "data", tmp_path / "out", torch.device("cpu"), lambda _: None)


def test_each_class_trains_alike_and_nothing_is_on_two_sides(bench: Bench) -> None:
    setting = splits.few_shot(RUN, bench.cells)
    for side in (setting.train, setting.held_out):
        coarse = [coarse_of(e.label) for e in side]
        assert {coarse.count(c) for c in set(coarse)} == {6}
        assert len(set(coarse)) == 7
        assert "test" not in {e.split for e in side}
    rest = setting.judged["pbc rest"]
    assert len(setting.train) + len(setting.held_out) + len(rest) == 7 * 16 * 3
    groups = [{e.group for e in side} for side in (setting.train, setting.held_out, rest)]
    assert not groups[0] & groups[1]
    assert not (groups[0] | groups[1]) & groups[2]
    assert {e.split for e in setting.judged["pbc test"]} == {"test"}
    assert splits.few_shot(RUN, bench.cells).train == setting.train


def test_without_the_laboratory_there_is_nothing_to_measure(bench: Bench) -> None:
    with pytest.raises(UserError, match="'pbc' holds no cells for the part 'train'"):
        splits.few_shot(RUN, splits.part(bench.cells, "bccd"))


def test_every_reading_is_a_part_with_its_interval_and_its_spread_over_episodes(bench: Bench) -> None:
    (record,) = few_shots(bench, RUN, ())
    assert record.trained_cells == 7 * 6
    assert [p.judged for p in record.parts] == [f"{s}, {r}" for s in ("pbc test", "pbc rest") for r in READINGS]
    part = record.part("pbc test, published")
    assert part is not None
    assert part.figure("balanced").n == 7 * 16
    assert part.figure("episodes").n == EPISODES
    assert part.figure("balanced").value == pytest.approx(np.mean(list(part.recalls.values())), abs=1e-3)
    assert record.part("pbc test, prototypes").figure("episodes") is None
    assert record.part("pbc test, prototypes").figure("balanced").value > 0.8
    text = label_tables.few_shot(tables.rows_of([record], {"System 2": ["twin"]}))
    assert "0.9725" in text
    assert text.count("| `twin` |") == 4


def test_more_labels_are_worth_more_where_single_pictures_mislead() -> None:
    rng = np.random.default_rng(0)
    labels = np.repeat([0, 1, 2], 100)

    def seen(n: int) -> Labelled:
        own = np.repeat([0, 1, 2], n)
        return Labelled((np.eye(3)[own] + rng.normal(0, 0.6, (3 * n, 3))).astype(np.float32), own)

    queries = (np.eye(3)[labels] + rng.normal(0, 0.3, (300, 3))).astype(np.float32)
    found = readings(seen(100), seen(60), queries, 0)
    right = {k: (v == labels).mean() for k, v in found.items()}
    assert found["published"].shape == (EPISODES, 300)
    assert right["prototypes"] > right["published"]
    assert right["k-nearest"] > 0.8
