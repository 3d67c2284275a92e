"""The table that records render to."""

from dataclasses import replace
from pathlib import Path

import pytest

from bloodview.core.errors import UserError
from tests.training.cases import Fixed
from tests.training.records import left_out, part, record
from training import render, render_adapt, results


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "results"
    for name, right in (("good", 0.9), ("poor", 0.4)):
        for laboratory in ("bccd", "chula_wbc"):
            results.write(left_out(name, laboratory, right), place)
        home = (part("pbc test", "pbc", Fixed({"pbc": right}, {}), True),)
        results.write(record("home", name, "", home), place)
        away = (*home, part("bccd", "bccd", Fixed({"bccd": right}, {}), False))
        results.write(record("calibration", name, "bccd", away), place)
        for shots in ("5", "125"):
            results.write(record("few-labels", name, shots, home), place)
    for laboratory in ("bccd", "chula_wbc"):
        results.write(left_out("seer", laboratory, 1.0, mode="transductive"), place)
    return place


def _row(text: str, heading: str, name: str) -> list[str]:
    section = text.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    line = next(line for line in section.splitlines() if line.startswith(f"| {name}"))
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_every_protocol_has_a_table_with_intervals_and_a_constant_answer(folder: Path) -> None:
    text, _ = render.document(folder)
    for heading in ("Another laboratory", "At home", "Few labels", "Calibration", "Trainings"):
        assert f"## {heading}\n" in text
    assert _row(text, "Another laboratory", "constant answer")[1:4] == ["0.250", "0.333", "0.292"]
    assert "[0." in _row(text, "Another laboratory", "`poor`")[1]
    assert "Classes that never trained" not in text


def test_the_best_is_bold_but_never_one_that_saw_the_pictures_it_is_judged_by(folder: Path) -> None:
    text, _ = render.document(folder)
    assert _row(text, "Another laboratory", "`good`")[1].startswith("**0.")
    assert not _row(text, "Another laboratory", "`poor`")[1].startswith("**")
    assert _row(text, "Another laboratory", "`seer` *transductive*")[1].startswith("1.000")


def test_aims_show_the_best_method_and_the_gap(folder: Path) -> None:
    text, _ = render.document(folder)
    reached = _row(text, "Aims and gaps", "laboratory left out, forced")
    assert reached[3:] == ["`good`", "reached"]
    coarse = _row(text, "Aims and gaps", "pbc test, coarse")
    assert coarse[3] == "`good`"
    assert float(coarse[4]) == pytest.approx(0.985 - float(coarse[2].split()[0]), abs=1e-3)


def test_several_seeds_become_their_mean_and_range(folder: Path) -> None:
    for seed in (1, 2):
        results.write(left_out("poor", "bccd", 0.4, seed=seed), folder)
    text, _ = render.document(folder)
    own = [
        r for r in results.read_all(folder) if r.protocol == "left-out" and (r.method, r.left_out) == ("poor", "bccd")
    ]
    each = [r.parts[0].figure("balanced forced").value for r in own]
    assert _row(text, "Another laboratory", "`poor`")[1] == (
        f"{sum(each) / 3:.3f} ({min(each):.3f} to {max(each):.3f})"
    )


def test_methods_stand_in_the_order_of_their_systems_and_others_last(folder: Path) -> None:
    (folder / render.SYSTEMS).write_text('{"Published": ["poor"], "Ours": ["good"]}')
    text, _ = render.document(folder)
    places = [text.index(word) for word in ("**Published**", "`poor`", "**Ours**", "**Others**", "`seer`")]
    part_of = text.split("## Another laboratory\n", 1)[1]
    assert len(places) == 5
    places = [part_of.index(word) for word in ("**Published**", "`poor`", "**Ours**", "`good`", "**Others**", "`seer`")]
    assert places == sorted(places)
    (folder / render.SYSTEMS).write_text("[1]")
    with pytest.raises(UserError, match=r"systems\.json: is no table of systems"):
        render.document(folder)


def test_prose_is_taken_as_it_is(folder: Path) -> None:
    notes = "## What won\n\nAn *honest* sentence | with a bar.\n"
    (folder / render.NOTES).write_text(notes)
    assert notes in render.document(folder)[0]


def test_the_same_records_render_to_the_same_bytes_and_a_changed_file_is_noticed(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "RESULTS.md"
    assert "run python -m training results" in render.stale(folder, target)
    render.write(folder, target)
    first = {f.name: f.read_bytes() for f in (*folder.glob("*.svg"), target)}
    render.write(folder, target)
    assert {f.name: f.read_bytes() for f in (*folder.glob("*.svg"), target)} == first
    assert set(first) == {"left-out.svg", "reliability.svg", "few-labels.svg", "RESULTS.md"}
    assert max(len(content) for content in first.values()) < 150 * 1024
    assert render.stale(folder, target) == ""
    (folder / "left-out.svg").unlink()
    assert "left-out.svg is missing" in render.stale(folder, target)
    render.write(folder, target)
    results.write(left_out("new", "bccd", 0.5), folder)
    assert "is not what" in render.stale(folder, target)


def test_without_records_the_table_says_that_nothing_was_measured(tmp_path: Path) -> None:
    text, drawn = render.document(tmp_path)
    assert text.count("not measured") == 5 + len(render_adapt.AIMS)
    assert not drawn


def test_a_published_model_is_listed_by_its_weights(folder: Path) -> None:
    home = (part("pbc test", "pbc", Fixed({}, {}), True),)
    shipped = replace(record("home", "shipped", "", home), device="", data="c0ffee" + "0" * 58)
    results.write(shipped, folder)
    text, _ = render.document(folder)
    assert _row(text, "Trainings", "home--shipped--seed0")[2:] == ["100", "", "weights c0ffee00 as published", ""]


def test_the_mean_over_laboratories_is_of_the_seeds_that_both_have(folder: Path) -> None:
    for laboratory, right in (("bccd", 0.8), ("chula_wbc", 0.2)):
        results.write(left_out("poor", laboratory, right, seed=1), folder)
    results.write(left_out("poor", "bccd", 1.0, seed=2), folder)
    own = [r for r in results.read_all(folder) if r.method == "poor"]
    each = [mean for s in (0, 1) if (mean := render.mean_away([r for r in own if r.seed == s]))]
    mean = render.mean_away(own)
    assert (mean.seeds, mean.low, mean.high) == (2, min(v.value for v in each), max(v.value for v in each))


def test_where_nothing_is_decided_the_aim_says_so(folder: Path) -> None:
    for file in folder.glob("left-out--*.json"):
        taken = results.read(file)
        parts = tuple(
            replace(p, figures=tuple(f for f in p.figures if not f.name.startswith("decided accuracy")))
            for p in taken.parts
        )
        results.write(replace(taken, parts=parts), folder)
    text, _ = render.document(folder)
    assert _row(text, "Aims and gaps", "accuracy of decided cells")[2] == "none is decided there"
