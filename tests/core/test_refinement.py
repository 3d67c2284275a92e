"""The contract of a refinement: what is asked, the wishes, the verdict, and what numbers of cells are worth."""

import json
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from bloodview.core import refinement
from bloodview.core.errors import UnreadableFileError, UserError
from bloodview.core.refinement import RUN, ClassChange, Contradiction, Judged, RefineFile, Share, Verdict

ASKED = RefineFile("set", "parent", "current", "refined", "title", "somebody", epochs=3)
SHARE = Share(0.8, 0.62, 0.911)
JUDGED = Judged(9, 8, "picture", SHARE, SHARE, Share(0.0, -0.1, 0.1), (ClassChange("monocyte", 9, SHARE, SHARE),))
VERDICT = Verdict(
    "models/refined", "refined", "old@1", "better", 0, "why", JUDGED, None, {"monocyte": 9}, ("note",),
    (Contradiction("crops/1.png", "case", "picture", 3, "monocyte", "why"),), 2.5,
)  # fmt: skip


def test_what_is_asked_comes_back_as_it_was_written(tmp_path: Path) -> None:
    assert RefineFile.read(ASKED.write(tmp_path)) == ASKED


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"epohcs": 3}, "Known are trainset"),
        ({"epochs": 0}, "cannot be"),
        ({"epochs": "3"}, "'epochs' is of the wrong kind"),
        ({"kind": "magic"}, "'magic'"),
        ({"model_id": "../up"}, "no name of a folder"),
        ({"parent": None}, "'parent' is of the wrong kind"),
    ],
)
def test_what_cannot_be_asked_is_named(change: dict[str, object], why: str, tmp_path: Path) -> None:
    (tmp_path / RUN).write_text(json.dumps(asdict(ASKED) | change))
    with pytest.raises(UserError, match=why):
        RefineFile.read(tmp_path / RUN)


def test_a_file_that_lacks_something_or_is_none_is_named(tmp_path: Path) -> None:
    for text, why in (("{}", "not say all"), ("[]", "does not say what"), ("x", "no JSON")):
        (tmp_path / RUN).write_text(text)
        with pytest.raises(UserError, match=why):
            RefineFile.read(tmp_path / RUN)
    with pytest.raises(UserError, match="cannot be read"):
        RefineFile.read(tmp_path / "nothing")


def test_the_latest_wish_counts_and_without_one_it_goes_on(tmp_path: Path) -> None:
    assert refinement.wished(tmp_path) == "go"
    refinement.wish(tmp_path, "pause")
    assert refinement.wished(tmp_path) == "pause"
    refinement.wish(tmp_path, "stop")
    assert refinement.wished(tmp_path) == "stop"
    (tmp_path / refinement.CONTROL).write_text("dance")
    assert refinement.wished(tmp_path) == "go"


def test_a_verdict_comes_back_and_a_newer_or_damaged_one_is_refused(tmp_path: Path) -> None:
    file = VERDICT.write(tmp_path)
    assert Verdict.read(tmp_path) == VERDICT
    raw = json.loads(file.read_text())
    file.write_text(json.dumps(raw | {"format": refinement.FORMAT + 1}))
    with pytest.raises(UnreadableFileError, match="newer BloodView"):
        Verdict.read(tmp_path)
    file.write_text(json.dumps(raw | {"locked": 3}))
    with pytest.raises(UnreadableFileError, match="no verdict"):
        Verdict.read(tmp_path)
    with pytest.raises(UnreadableFileError, match="cannot be read"):
        Verdict.read(tmp_path / "nothing")


def test_a_share_is_said_with_its_interval() -> None:
    assert SHARE.in_words == "80 % (62 to 91)"


def test_few_and_uneven_classes_are_pointed_out() -> None:
    assert refinement.remarks({"a": 20, "b": 15}) == ()
    few, uneven = refinement.remarks({"a": 90, "b": 4})
    assert "b (4)" in few
    assert "90 a to 4 b" in uneven


@pytest.mark.parametrize(
    ("counts", "enough"),
    [({}, False), ({"a": 50}, False), ({"a": 4, "b": 4}, False), ({"a": 9, "b": 2}, False), ({"a": 7, "b": 3}, True)],
)
def test_too_few_cells_do_not_train(counts: dict[str, int], enough: bool) -> None:
    assert (refinement.why_too_few(counts) == "") is enough


def test_the_trainer_is_this_python_or_the_bundles_own_executable(monkeypatch: pytest.MonkeyPatch) -> None:
    assert refinement.trainer_command() == [sys.executable, "-m", "training"]
    folder = refinement.trainer_folder()
    assert folder is not None
    assert (folder / "training" / "__main__.py").is_file()
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", "/opt/BloodView/bloodview.exe")
    assert refinement.trainer_command() == [str(Path("/opt/BloodView/bloodview-trainer.exe"))]
    assert refinement.trainer_folder() is None


def test_what_the_trainer_lacks_is_named_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refinement, "_NEEDED", ("training", "nothing_of_this_name"))
    with pytest.raises(UserError, match=r"nothing_of_this_name.*pip install"):
        refinement.trainer_command()


def test_a_segmenter_needs_ten_outlined_cells() -> None:
    assert refinement.why_too_few_outlines(10) == ""
    assert refinement.why_too_few_outlines(9) == "9 outlined cells can train; needed are 10 at least."


def test_a_share_is_told_to_as_many_decimals_as_it_takes() -> None:
    share = refinement.Share(0.8249, 0.7, 0.91)
    assert (share.in_words, share.to_decimals(1)) == ("82 % (70 to 91)", "82.5 % (70.0 to 91.0)")
