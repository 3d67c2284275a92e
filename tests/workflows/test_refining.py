"""Corrections of cases become a training set and a run file; a refined model is adopted, kept or discarded."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from bloodview.core import paths, refinement, trainset
from bloodview.core.cancel import CancelToken
from bloodview.core.cells import Source
from bloodview.core.errors import ModelError, UserError
from bloodview.core.geometry import Scale, Size
from bloodview.core.refinement import RUN, Judged, RefineFile, Share, Verdict
from bloodview.models import adapted, store
from bloodview.models.card import ModelCard
from bloodview.review.case import Case
from bloodview.review.commands import AddRun, NewSlide, Relabel
from bloodview.slides.slide import open_slide
from bloodview.workflows import refining
from tests.models import tiny
from tests.review.examples import found


@pytest.fixture(autouse=True)
def base(monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setitem(store.DEFAULTS, "classify", "tiny-classify")
    return tiny.classifier(paths.user_models())


def case_of(folder: Path, name: str, pictures: int = 3, shade: int = 0, source: str = "red cells") -> Case:
    """A case with a lymphocyte and a monocyte on each picture, both named by a person, and one that nobody named."""
    case = Case.create(folder / f"{name}.bvcase")
    for i in range(pictures):
        path = folder / name / f"{i}.png"
        path.parent.mkdir(exist_ok=True)
        cv2.imwrite(str(path), np.full((480, 640, 3), 200 - 10 * i - shade, np.uint8))
        slide = open_slide(path)
        new = NewSlide(path, slide.content_hash, Size(640, 480), Scale(0.2, source))
        slide.close()
        case.apply(AddRun(new, (found(100), found(300, label="monocyte"), found(480)), ("f", "w"), "cpu", ()))
    for label, x in (("lymphocyte", 100), ("monocyte", 300)):
        case.apply(Relabel(tuple(c.id for c in case.cells() if c.box_l0.x0 == x), label))
    return case


def test_only_what_a_person_named_trains_and_pictures_of_two_cases_count_once(tmp_path: Path) -> None:
    with case_of(tmp_path, "a") as a, case_of(tmp_path, "b", 4) as b:
        cases = [refining.corrected(a), refining.corrected(b)]
    offer = refining.offer(cases)
    assert (offer.model, offer.current) == ("tiny-classify", "tiny-classify")
    assert offer.counts == {"lymphocyte": 4, "monocyte": 4}, "b's fourth picture is new, the others are a's"
    assert "8 cells can train; needed are 10" in offer.too_few
    assert refining.gather(cases, tmp_path / "out", None, "a, b") == ()
    made = trainset.verify(tmp_path / "out" / refining.SET)
    assert {c.source for c in made.cells} == {Source.PERSON}
    assert len(made.groups) == 4
    assert len({c.case for c in made.cells}) == 1, "both begin with the same picture"
    run = RefineFile.read(tmp_path / "out" / RUN)
    assert run.trainset == str(tmp_path / "out" / refining.SET)
    assert run.model_id == "tiny-classify-refined"
    assert store.find("classify", run.parent) == Path(run.current)


def test_a_case_that_is_given_twice_counts_once(tmp_path: Path) -> None:
    with case_of(tmp_path, "a") as a:
        cases = [refining.corrected(a)] * 2
    assert refining.offer(cases).counts == refining.offer(cases[:1]).counts
    refining.gather(cases, tmp_path / "out", None, "a, a")
    assert len(trainset.read(tmp_path / "out" / refining.SET).cells) == len(cases[0].cells)


def test_a_scale_that_was_only_assumed_is_not_told(tmp_path: Path) -> None:
    with case_of(tmp_path, "a", source="assumed") as a:
        refining.gather([refining.corrected(a)], tmp_path / "out", None, "a")
    assert {c.um_per_px for c in trainset.read(tmp_path / "out" / refining.SET).cells} == {None}


def test_a_picture_that_is_gone_is_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    with case_of(tmp_path, "a") as a:
        own = refining.corrected(a)
    own.slides[0].path.unlink()
    failed = refining.gather([own], tmp_path / "out", None, "a")
    assert len(failed) == 1
    assert "0.png" in failed[0]
    assert len(trainset.read(tmp_path / "out" / refining.SET).cells) == 4
    for slide in own.slides:
        slide.path.unlink(missing_ok=True)
    with pytest.raises(UserError, match="no labelled cell"):
        refining.gather([own], tmp_path / "other", None, "a")
    assert not (tmp_path / "other").exists()


def test_a_case_file_is_read_and_left_as_it_is(tmp_path: Path) -> None:
    case_of(tmp_path, "a").close()
    before = (tmp_path / "a.bvcase").read_bytes()
    assert len(refining.corrected_in(tmp_path / "a.bvcase").cells) == 6
    assert (tmp_path / "a.bvcase").read_bytes() == before


def test_an_adapted_model_is_refined_at_its_base_and_compared_as_it_is(base: Path, tmp_path: Path) -> None:
    crops = np.random.default_rng(0).integers(0, 255, (4, 64, 64, 3)).astype(np.uint8)
    net, labels = store.load_classifier("cpu", base), ["monocyte", "monocyte", "lymphocyte", "lymphocyte"]
    fitted = adapted.adapt(crops, labels, net, base, CancelToken(), lambda *_: None)
    adapted.write(fitted, paths.user_models() / "tiny-lab", "tiny-lab", "tiny")
    store.activate("tiny-lab")
    with case_of(tmp_path, "a") as a:
        offer = refining.offer([refining.corrected(a)])
    assert (offer.model, offer.current) == ("tiny-classify", "tiny-lab")


def refined(tmp_path: Path) -> Path:
    """The folder of a refinement with its verdict."""
    with case_of(tmp_path, "a") as a:
        refining.gather([refining.corrected(a)], refining.new_folder(), None, "a")
    folder = refining.unfinished()
    assert folder is not None
    assert refining.verdict(folder) is None
    tiny.classifier(folder / refinement.MODELS, "tiny-classify-refined", seed=1)
    share = Share(0.5, 0.2, 0.8)
    judged = Judged(6, 6, "picture", share, share, Share(0, -0.1, 0.1), ())
    Verdict(
        "models/tiny-classify-refined", "tiny-classify-refined", "tiny-classify@0", "cannot tell", 10, "why", judged,
        None, {}, (), (), 1.0,
    ).write(folder)  # fmt: skip
    return folder


def test_a_refined_model_is_adopted_and_rollback_brings_back_the_very_same_answers(tmp_path: Path) -> None:
    crops = np.random.default_rng(0).integers(0, 255, (5, 64, 64, 3)).astype(np.uint8)
    before = store.load_classifier("cpu").classify(crops)
    folder = refined(tmp_path)
    assert refining.adopt(folder).model == "tiny-classify-refined"
    assert refining.unfinished() is None
    assert store.load_classifier("cpu").model_id.startswith("tiny-classify-refined@")
    store.roll_back()
    after = store.load_classifier("cpu").classify(crops)
    np.testing.assert_array_equal(before.probabilities, after.probabilities)
    np.testing.assert_array_equal(before.embeddings, after.embeddings)


def test_one_kept_aside_is_installed_and_one_discarded_leaves_nothing(tmp_path: Path) -> None:
    folder = refined(tmp_path)
    assert refining.keep(folder) == "tiny-classify-refined"
    assert store.former() is None
    assert ModelCard.read(paths.user_models() / "tiny-classify-refined").id == "tiny-classify-refined"
    assert not folder.exists()


def test_one_that_has_not_ended_cannot_be_adopted(tmp_path: Path) -> None:
    folder = refined(tmp_path)
    (folder / refinement.VERDICT).unlink()
    with pytest.raises(UserError, match="has not ended"):
        refining.adopt(folder)
    with pytest.raises(ModelError, match="no model called"):
        refining.offer([], "nothing")


def test_the_last_stage_is_refused_where_the_model_keeps_no_maps_for_it(tmp_path: Path) -> None:
    with case_of(tmp_path, "a") as a:
        cases = [refining.corrected(a)]
    assert "only its last layer" in refining.offer(cases).head_alone
    with pytest.raises(UserError, match="only its last layer"):
        refining.gather(cases, tmp_path / "out", None, "a", kind="lora")
    assert not (tmp_path / "out").exists()
