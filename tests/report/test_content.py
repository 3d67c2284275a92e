"""The report warns of what follows from its own figures."""

import bloodview
from bloodview.core.differential import Differential, from_counts
from bloodview.core.geometry import Scale
from bloodview.core.taxonomy import DEFAULT_TAXONOMY
from bloodview.core.unfamiliar import Strangeness
from tests.report.sample import report, slide

FULL = from_counts({"lymphocyte": 200}, 0, 0, DEFAULT_TAXONOMY)


def _lymphocytes(n: int) -> Differential:
    return from_counts({"lymphocyte": n}, 0, 0, DEFAULT_TAXONOMY)


def test_a_clean_signed_count_has_no_warning() -> None:
    assert report(FULL, n_open=0).warnings == ()


def test_failed_parts_come_first_and_name_the_slide() -> None:
    said = report(FULL, slides=[slide("a.svs", n_failed_tiles=3), slide("b.svs")]).warnings
    assert "a.svs (3)" in said[0]
    assert "b.svs" not in said[0]


def test_an_unsigned_count_says_so() -> None:
    assert any("signed" in w for w in report(FULL, reviewer="", signed_at=None).warnings)


def test_few_leukocytes_are_called_few() -> None:
    assert any("Only 99 leukocytes were" in w for w in report(_lymphocytes(99)).warnings)
    assert not any("Only" in w for w in report(_lymphocytes(100)).warnings)
    assert any("Only 1 leukocyte was" in w for w in report(_lymphocytes(1)).warnings)
    assert any("no percentages" in w for w in report(_lymphocytes(0)).warnings)


def test_what_is_left_out_or_unseen_is_said() -> None:
    d = from_counts({"lymphocyte": 200, "": 2}, 1, 0, DEFAULT_TAXONOMY)
    said = "\n".join(report(d, n_open=5).warnings)
    assert "1 cell is left undecided" in said
    assert "2 cells are without a name" in said
    assert "5 cells are counted under a label the machine is unsure of" in said


def test_an_unknown_or_assumed_scale_is_said() -> None:
    slides = [slide("a.png", scale=None), slide("b.png", scale=Scale(0.1, "assumed")), slide("c.png")]
    (said,) = report(FULL, slides=slides, n_open=0).warnings
    assert "a.png, b.png" in said
    assert "c.png" not in said


def test_a_slide_never_analysed_is_said() -> None:
    assert "Not analysed: a.png." in report(FULL, slides=[slide("a.png", analysed_at=None)]).warnings


def test_warnings_given_follow_and_stand_once() -> None:
    assert report(FULL, n_open=0, warnings=["Out of memory.", "Out of memory."]).warnings == ("Out of memory.",)


def test_each_model_is_named_once() -> None:
    assert report().model_ids == ("detector-1", "classifier-1")
    assert report().version == bloodview.__version__


def test_what_is_unlike_the_training_pictures_is_counted_and_said_before_the_signature() -> None:
    given = report(FULL, strangeness=Strangeness(cells=7, of_cells=20, pictures=1, of_pictures=2), signed_at=None)
    strange, unsigned = given.warnings[:2]
    assert "1 of 2 pictures" in strange
    assert "7 of 20 cells" in strange
    assert "signed" in unsigned
    assert not report(FULL, n_open=0).warnings


def test_how_rare_an_unseen_kind_may_be_follows_from_cells_and_area() -> None:
    counted = from_counts({"lymphocyte": 300}, 0, 0, DEFAULT_TAXONOMY)
    said = report(counted, slides=[slide(analysed_mm2=10.0), slide("b.svs", analysed_mm2=2.0)]).detection_limit
    assert "rarer than 1.00% of the leukocytes" in said
    assert "0.25 cells per mm²" in said
    assert "12.00 mm² analysed" in said
    unknown = report(counted, slides=[slide(analysed_mm2=10.0), slide("b.png")]).detection_limit
    assert "1.00%" in unknown
    assert "mm²" not in unknown
    assert report(from_counts({}, 0, 0, DEFAULT_TAXONOMY)).detection_limit == ""


def test_a_part_of_a_slide_is_not_passed_off_as_the_whole() -> None:
    (said,) = [
        w for w in report(slides=[slide("a.svs", is_whole=False), slide("b.svs")]).warnings if "only a part" in w
    ]
    assert "a.svs" in said
    assert "b.svs" not in said
