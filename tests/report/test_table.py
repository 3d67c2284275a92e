"""The report as CSV and JSON: the same figures, safe to open and easy to read by programs."""

import csv
import io
import json

import pytest

from bloodview.core.differential import from_counts, wilson
from bloodview.core.taxonomy import DEFAULT_TAXONOMY
from bloodview.core.unfamiliar import Strangeness
from bloodview.report.content import RESEARCH_USE, Appendix, ModelNote, Report, Step
from bloodview.report.table import SCHEMA, render_csv, render_json
from tests.report.sample import NOON, report, slide


def _rows(given: Report) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(render_csv(given), newline="")))


def test_csv_gives_each_share_with_its_interval() -> None:
    rows = [r for r in _rows(report()) if r["item"] == "Lymphocyte"]
    count, share = rows
    assert (count["section"], count["value"], count["unit"]) == ("class", "34", "cells")
    assert float(share["value"]) == pytest.approx(100 * 34 / 116, rel=1e-4)
    assert float(share["low_95"]) == pytest.approx(100 * wilson(34, 116).low, rel=1e-4)
    assert share["unit"] == "% of leukocytes"


def test_the_classes_of_the_csv_sum_to_the_leukocytes() -> None:
    rows = _rows(report())
    total = sum(int(r["value"]) for r in rows if r["section"] == "class" and r["unit"] == "cells")
    assert total == 116
    assert next(r for r in rows if r["item"] == "leukocytes")["value"] == "116"


def test_csv_starts_by_saying_that_it_is_for_research() -> None:
    assert _rows(report())[0]["value"] == RESEARCH_USE


def test_a_formula_in_a_name_stays_text() -> None:
    rows = _rows(report(case_name="=HYPERLINK(1)", slides=[slide("@x.png")], notes=["-1+2"], reviewer="+1"))
    values = {r["value"] for r in rows} | {r["item"] for r in rows}
    assert {"'=HYPERLINK(1)", "'@x.png", "'-1+2", "'+1"} <= values


def test_csv_without_leukocytes_has_counts_and_no_shares() -> None:
    rows = _rows(report(from_counts({}, 0, 0, DEFAULT_TAXONOMY)))
    assert not [r for r in rows if r["unit"] == "% of leukocytes"]
    assert [r for r in rows if r["item"] == "Monocyte"][0]["value"] == "0"


def test_json_holds_the_counts_and_where_they_come_from() -> None:
    content = json.loads(render_json(report()))
    assert content["schema"] == SCHEMA
    assert content["use"] == RESEARCH_USE
    d = content["differential"]
    assert sum(r["count"] for r in d["rows"]) == d["n_leukocytes"] == 116
    assert {r["class"]: r["count"] for r in d["groups"]}["neutrophil"] == 69
    assert d["erythroblasts_per_100_leukocytes"]["value"] == pytest.approx(400 / 116)
    assert d["left_out"]["others"] == [{"title": "Artefact", "count": 5}]
    assert content["slides"][1]["scale_source"] == "red cells"
    assert content["slides"][0]["content_hash"] == slide().content_hash
    assert content["review"]["signed_at"] == "2026-11-20T12:00:05+00:00"
    assert content["models"] == ["detector-1", "classifier-1"]


def test_json_of_an_empty_unsigned_case_has_nulls() -> None:
    given = report(
        from_counts({}, 0, 0, DEFAULT_TAXONOMY), slides=[slide(scale=None)], reviewer="", signed_at=None, notes=[]
    )
    content = json.loads(render_json(given))
    assert content["differential"]["erythroblasts_per_100_leukocytes"] is None
    assert content["slides"][0]["um_per_px"] is None
    assert content["review"]["signed_at"] is None


def test_familiarity_stands_in_json_and_csv() -> None:
    slides = [slide("a.png", familiarity=0.004), slide("b.png", familiarity=0.6)]
    given = report(slides=slides, strangeness=Strangeness(cells=7, of_cells=20, pictures=1, of_pictures=2))
    content = json.loads(render_json(given))
    assert [s["unlike_the_training_pictures"] for s in content["slides"]] == [True, False]
    assert content["review"]["unlike_the_training_pictures"]["leukocytes"] == 7
    assert "review,unlike the training pictures,1,,,pictures" in render_csv(given)
    assert 'slide,a.png,0.004,,,"familiarity, 0 to 1"' in render_csv(given)


def test_json_tells_who_changed_what_with_which_models_and_settings() -> None:
    appendix = Appendix(
        history=(Step(1, NOON, "edit", "Cell 7 rejected", "ada"),),
        models=(ModelNote("finder@ab", "detect", "ab12"),),
        settings=(("Interval", "Wilson, 95 %"),),
        area_mm2=1.25,
    )
    content = json.loads(render_json(report(appendix=appendix)))
    assert content["journal"] == [
        {"number": 1, "at": NOON.isoformat(), "kind": "edit", "who": "ada", "what": "Cell 7 rejected"}
    ]
    assert content["model_files"] == [{"id": "finder@ab", "task": "detect", "sha256": "ab12"}]
    assert (content["settings"], content["area_mm2"]) == ({"Interval": "Wilson, 95 %"}, 1.25)
