"""Who trains, who calibrates and who judges."""

from dataclasses import replace
from pathlib import Path

import pytest

from bloodview.core.errors import UserError
from bloodview.core.taxonomy import coarse_of
from tests.models.tiny import run as tiny_run
from tests.training.cases import cells
from training import splits
from training.data import CellExample

ROOT = Path("/data")
RUN = tiny_run("classify", datasets=splits.LABORATORIES)


def _sets(examples: list[CellExample]) -> set[tuple[str, str]]:
    return {(e.dataset, e.split) for e in examples}


def test_at_home_the_val_parts_calibrate_but_not_the_one_that_judges() -> None:
    setting = splits.home(RUN, cells(ROOT))
    assert _sets(setting.train) == {(d, "train") for d in splits.LABORATORIES}
    assert _sets(setting.held_out) == {("pbc", "val"), ("bccd", "val")}
    assert list(setting.judged) == ["pbc test", "bccd test", "chula_wbc val"]
    assert "platelet" not in {e.label for e in setting.judged["bccd test"]}


def test_nothing_of_a_scene_that_judges_trains_or_calibrates() -> None:
    known = cells(ROOT)
    shared = {id(e) for e in known if e.dataset == "bccd" and e.path.stem.endswith("-3")}
    known = [replace(e, group="one scene") if id(e) in shared else e for e in known]
    setting = splits.home(RUN, known)
    assert "one scene" not in {e.group for e in (*setting.train, *setting.held_out)}
    assert "one scene" in {e.group for e in setting.judged["bccd test"]}


def test_nothing_of_a_scene_that_trains_calibrates_but_cells_without_group_all_count() -> None:
    known = [replace(e, group="scene" if e.path.stem.endswith("lymphocyte-1") else "") for e in cells(ROOT)]
    setting = splits.left_out(RUN, known, "bccd")
    assert "scene" in {e.group for e in setting.train} | {e.group for e in setting.home["pbc test"]}
    assert "scene" not in {e.group for e in setting.held_out}
    assert len(setting.held_out) == 16 * 10 - 2


@pytest.mark.parametrize("laboratory", splits.LABORATORIES)
def test_of_a_laboratory_left_out_nothing_trains_and_every_leukocyte_judges(laboratory: str) -> None:
    setting = splits.left_out(RUN, cells(ROOT), laboratory)
    others = {d for d in splits.LABORATORIES if d != laboratory}
    assert {e.dataset for e in (*setting.train, *setting.held_out)} == others
    assert set(setting.run.datasets) == others
    assert {e.split for e in setting.judged[laboratory]} >= {"train", "val"}
    assert {coarse_of(e.label) for e in setting.judged[laboratory]} <= set(splits.LEUKOCYTES)
    assert list(setting.judged) == [laboratory, "zheng1"]
    assert not setting.trained(setting.judged["zheng1"])
    assert all(setting.trained(v) for v in setting.home.values())
    assert not set(setting.home["bccd test" if laboratory == "pbc" else "pbc test"]) & set(setting.held_out)


def test_a_run_of_one_laboratory_cannot_leave_it_out() -> None:
    with pytest.raises(UserError, match="trains on pbc alone"):
        splits.left_out(replace(RUN, datasets=("pbc",)), cells(ROOT), "pbc")


def test_a_transductive_run_keeps_the_name_of_the_laboratory_whose_pictures_it_may_see() -> None:
    setting = splits.left_out(replace(RUN, transductive=True), cells(ROOT), "bccd")
    assert set(setting.run.datasets) == set(splits.LABORATORIES)
    assert {e.dataset for e in setting.train} == {"pbc", "chula_wbc"}


def test_few_labels_are_few_also_where_they_calibrate_and_get_more_epochs() -> None:
    few, many = (splits.few_labels(replace(RUN, epochs=10), cells(ROOT), n) for n in (5, 125))
    assert few.run.limit == 5
    assert len(few.held_out) == 5 * 7
    assert few.run.epochs == 50
    assert few.run.batch_size == 20
    assert (many.run.epochs, many.run.limit) == (10, 125)


def test_an_unseen_class_trains_in_no_laboratory_but_judges() -> None:
    setting = splits.unseen_class(RUN, cells(ROOT), "basophil")
    assert "basophil" not in {e.label for e in (*setting.train, *setting.held_out)}
    assert "basophil" in {e.label for e in setting.judged["pbc test"]}
    assert "basophil" not in setting.known()
