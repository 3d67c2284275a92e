"""The table of findings, and a grading in words."""

from bloodview.core.grading import BY_ID, FINDINGS, Grading


def test_every_finding_has_a_name_of_its_own() -> None:
    assert len(BY_ID) == len(FINDINGS) == len({f.title for f in FINDINGS})
    assert "note" not in BY_ID


def test_limits_are_told_with_their_source() -> None:
    assert BY_ID["anisocytosis"].hint.startswith("2+ from 11 %, 3+ above 20 % of the red cells, ICSH 2015")
    assert BY_ID["schistocytes"].hint.startswith("1+ below 1 %, 2+ from 1 %, 3+ above 2 %")
    assert BY_ID["rouleaux"].hint == ""


def test_what_was_seen_is_told_apart_from_what_was_not_graded() -> None:
    assert Grading().sentence == "The red cells were not graded."
    normal = Grading(dict.fromkeys(BY_ID, 0))
    assert normal.sentence == "Red cells: nothing of what was graded was seen."
    some = Grading({"schistocytes": 1, "anisocytosis": 2, "rouleaux": 0})
    assert some.sentence == (
        f"Red cells: anisocytosis 2+, schistocytes 1+. {len(FINDINGS) - 3} of {len(FINDINGS)} findings were not graded."
    )
    assert not Grading().is_begun
    assert Grading(note="thin").is_begun
