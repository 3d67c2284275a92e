"""What is said of where a model comes from."""

from bloodview.ui.model_words import origin_rows
from bloodview.workflows.model_shelf import Origin


def test_a_segmenter_was_taught_and_judged_by_outlines_of_which_a_cell_may_have_two() -> None:
    rows = dict(origin_rows(Origin("refined", "base@0", True, {"cell": 19, "nucleus": 8}, "f" * 64, judged=14)))
    assert rows["Outlines that trained"] == "27: Cell 19, Nucleus 8"
    assert rows["Outlines that only judged"] == "14"
    assert not {"Cells that trained", "Cells that only judged"} & set(rows)


def test_others_were_taught_by_cells_with_their_titles() -> None:
    rows = dict(origin_rows(Origin("refined", "base@0", True, {"wbc": 1200, "monocyte": 3}, "f" * 64)))
    assert rows["Cells that trained"] == "1,203: White cells 1,200, Monocyte 3"
