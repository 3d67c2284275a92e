"""What is counted, over which denominator, and how sure it is."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bloodview.core.cells import Cell, Kind, Source, Status
from bloodview.core.differential import count, count_more, from_counts, per_hundred, wilson
from bloodview.core.errors import UserError
from bloodview.core.geometry import Box
from bloodview.core.taxonomy import DEFAULT_TAXONOMY, CellClass, Taxonomy


def _cell(label: str, status: Status = Status.ACTIVE) -> Cell:
    return Cell(1, 1, Kind.WBC, Box(0, 0, 1, 1), 1.0, False, label, Source.MODEL, status, None)


def test_wilson_gives_the_published_values() -> None:
    # Newcombe 1998, table I, method 3.
    for hits, n, low, high in [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ]:
        interval = wilson(hits, n)
        assert interval.low == pytest.approx(low, abs=5e-5)
        assert interval.high == pytest.approx(high, abs=5e-5)


@given(st.integers(0, 500), st.integers(0, 500))
def test_an_interval_holds_its_share_and_stays_within_0_and_1(a: int, b: int) -> None:
    hits, n = min(a, b), max(a, b)
    interval = wilson(hits, n)
    assert 0 <= interval.low <= interval.high <= 1
    if n:
        assert interval.low <= hits / n <= interval.high
        assert wilson(n - hits, n).low == pytest.approx(1 - interval.high)


def test_five_of_five_is_far_from_certain() -> None:
    assert wilson(5, 5).low == pytest.approx(0.566, abs=0.001)
    assert wilson(5, 5).high == 1.0


def test_hits_beyond_the_number_are_a_bug() -> None:
    with pytest.raises(ValueError, match="6 of 5"):
        wilson(6, 5)


def test_shares_are_of_leukocytes_alone() -> None:
    counts = {"segmented_neutrophil": 60, "lymphocyte": 40, "erythroblast": 25, "platelet": 300, "red_cell": 5000}
    d = from_counts(counts, undecided=3, rejected=4, taxonomy=DEFAULT_TAXONOMY)
    assert d.n_leukocytes == 100
    assert d.row("segmented_neutrophil").share == pytest.approx(0.6)
    assert d.row("lymphocyte").interval == wilson(40, 100)
    assert (d.n_erythroblasts, d.n_platelets, d.n_red_cells) == (25, 300, 5000)
    assert (d.n_undecided, d.n_rejected) == (3, 4)
    assert d.nrbc_per_100_wbc is not None
    assert d.nrbc_per_100_wbc.value == pytest.approx(25.0)


def test_every_leukocyte_class_has_a_row_even_without_a_cell() -> None:
    d = from_counts({}, 0, 0, DEFAULT_TAXONOMY)
    assert [r.class_id for r in d.rows] == list(DEFAULT_TAXONOMY.leaves_below("leukocyte"))
    assert [(r.class_id, r.depth) for r in d.outline][:4] == [
        ("neutrophil", 0),
        ("segmented_neutrophil", 1),
        ("band_neutrophil", 1),
        ("immature_granulocyte", 0),
    ]
    assert all(r.count == 0 and r.share == 0 and r.interval == wilson(0, 0) for r in d.rows)
    assert d.nrbc_per_100_wbc is None


def test_a_cell_named_only_coarsely_counts_at_its_level() -> None:
    d = from_counts({"neutrophil": 2, "band_neutrophil": 1, "leukocyte": 1, "lymphocyte": 4}, 0, 0, DEFAULT_TAXONOMY)
    own = {r.class_id: r.count for r in d.rows if r.count}
    assert own == {"neutrophil": 2, "band_neutrophil": 1, "leukocyte": 1, "lymphocyte": 4}
    assert d.n_leukocytes == 8
    assert next(g for g in d.groups if g.class_id == "neutrophil").count == 3
    assert d.row("neutrophil").share == pytest.approx(3 / 8), "a group comes before the row of the same class"
    assert "not named further" in next(r for r in d.rows if r.class_id == "leukocyte").title


def test_classes_outside_the_blood_are_shown_and_left_out() -> None:
    d = from_counts({"artefact": 7, "": 2, "monocyte": 1}, 0, 0, DEFAULT_TAXONOMY)
    assert d.others == (("Artefact", 7),)
    assert d.n_unnamed == 2
    assert d.n_leukocytes == 1


def test_a_users_class_counts_where_it_hangs() -> None:
    mine = Taxonomy(
        (
            *DEFAULT_TAXONOMY.classes,
            CellClass("reactive", "Reactive lymphocyte", "lymphocyte", "", "#000000", "RL"),
            CellClass("stippled", "Stippled", "red_cell", "", "#000000", "ST"),
        )
    )
    d = from_counts({"reactive": 3, "lymphocyte": 1, "stippled": 5}, 0, 0, mine)
    assert d.n_leukocytes == 4
    assert d.row("lymphocyte").count == 4
    assert d.row("reactive").share == pytest.approx(0.75)
    assert d.n_red_cells == 5


def test_a_label_that_is_no_class_is_refused() -> None:
    with pytest.raises(UserError, match="unicorn"):
        from_counts({"unicorn": 1}, 0, 0, DEFAULT_TAXONOMY)


def test_undecided_and_rejected_cells_are_shown_and_left_out() -> None:
    cells = [
        _cell("monocyte"),
        _cell("monocyte", Status.UNDECIDED),
        _cell("monocyte", Status.REJECTED),
        _cell("lymphocyte", Status.REJECTED),
    ]
    d = count(cells, DEFAULT_TAXONOMY)
    assert (d.n_leukocytes, d.n_undecided, d.n_rejected) == (1, 1, 2)
    assert d.row("monocyte").count == 1


def test_a_red_cell_cut_by_the_upper_border_is_shown_and_left_out() -> None:
    cut = Cell(1, 1, Kind.RBC, Box(5, 0, 9, 4), 1.0, True, "red_cell", Source.MODEL, Status.ACTIVE, None)
    cells = [cut, replace(cut, box_l0=Box(5, 96, 9, 100)), replace(cut, kind=Kind.WBC, label="monocyte")]
    d = count(cells, DEFAULT_TAXONOMY)
    assert (d.n_red_cells, d.n_cut, d.n_leukocytes) == (1, 1, 1)


@given(st.dictionaries(st.sampled_from([c.id for c in DEFAULT_TAXONOMY.classes]), st.integers(0, 1000)))
def test_rows_sum_to_the_leukocytes_and_nothing_is_lost(counts: dict[str, int]) -> None:
    d = from_counts(counts, 0, 0, DEFAULT_TAXONOMY)
    assert sum(r.count for r in d.rows) == d.n_leukocytes
    assert d.n_leukocytes == 0 or math.isclose(sum(r.share for r in d.rows), 1.0)
    apart = d.n_erythroblasts + d.n_platelets + d.n_red_cells + sum(n for _, n in d.others)
    assert d.n_leukocytes + apart == sum(counts.values())


@given(st.integers(0, 300), st.integers(1, 300))
def test_the_ratio_to_leukocytes_lies_in_its_interval(others: int, leukocytes: int) -> None:
    ratio = per_hundred(others, leukocytes)
    assert 0 <= ratio.interval.low <= ratio.value * (1 + 1e-9)
    assert ratio.value <= ratio.interval.high * (1 + 1e-9)
    assert math.isfinite(ratio.interval.high)


@given(st.integers(1, 300), st.integers(0, 300), st.sampled_from([0.01, 0.02, 0.05, 0.1]))
def test_counting_as_many_more_as_asked_is_enough_and_one_fewer_is_not(n: int, a: int, within: float) -> None:
    hits = min(a, n)
    more = count_more(hits, n, within)

    def half_width(total: int) -> float:
        share, z2 = hits / n, 1.959963984540054**2
        return math.sqrt(z2) / (1 + z2 / total) * math.sqrt(share * (1 - share) / total + z2 / (4 * total * total))

    assert half_width(n + more) <= within
    assert more == 0 or half_width(n + more - 1) > within


def test_without_a_cell_the_worst_case_is_planned_for() -> None:
    assert 380 <= count_more(0, 0, 0.05) <= 385
    with pytest.raises(ValueError, match="never"):
        count_more(1, 2, 0)
