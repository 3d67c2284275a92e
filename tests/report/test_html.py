"""The HTML report: complete, escaped, in one file."""

import html.parser
import re

import numpy as np
import pytest

from bloodview.core.differential import from_counts
from bloodview.core.taxonomy import DEFAULT_TAXONOMY
from bloodview.core.unfamiliar import Strangeness
from bloodview.report import smear_sections
from bloodview.report.content import RESEARCH_USE, Appendix, CellPicture, ClassPictures
from bloodview.report.html import render
from tests.report.sample import report, slide, smear


class _Balance(html.parser.HTMLParser):
    """Counts open tags."""

    _VOID = frozenset({"meta", "br", "img"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in self._VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def _text(document: str) -> str:
    """What a person reads, on one line."""
    body = re.sub(r"<style>.*?</style>", " ", document, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def test_every_figure_is_there_with_its_interval() -> None:
    text = _text(render(report()))
    assert "Lymphocyte 34 29.3 21.8 \u2013 38.2" in text
    assert "Neutrophil 69 59.5" in text
    assert "Neutrophil, not named further 2" in text
    assert "3.4 per 100 leukocytes 95 %: 1.3 \u2013 9.0" in text
    assert "Undecided: a person looked and could not tell 3" in text
    assert "Rejected: no cell, or not to be counted 4" in text
    assert "Cut by the left or upper border: red cells and platelets 96" in text
    assert "Artefact 5" in text


def test_where_it_comes_from_is_there() -> None:
    text = _text(render(report()))
    for part in (
        "smear 1.svs",
        slide().content_hash,
        "0.251 µm/px, file",
        "0.110 µm/px, red cells",
        "2026-11-20 12:00",
    ):
        assert part in text
    for part in ("detector-1, classifier-1", "Dr. Ada Lovelace", "Edits in the journal 17", "on cpu", "Thick at the"):
        assert part in text


def test_it_says_that_it_is_for_research() -> None:
    assert _text(render(report())).count(RESEARCH_USE) == 2


def test_nothing_is_loaded_and_no_script_runs() -> None:
    document = render(report())
    assert not re.search(r"<script|<link|<img|src=|url\(|@import|https?:", document)


@pytest.mark.parametrize("place", ["case_name", "reviewer"])
def test_text_from_elsewhere_is_escaped(place: str) -> None:
    document = render(report(**{place: "<script>alert(1)</script>\"'&"}))
    assert "<script" not in document
    assert "&lt;script&gt;" in document


def test_names_notes_and_warnings_are_escaped() -> None:
    document = render(report(slides=[slide("<b>a</b>.png")], notes=["<i>n</i>"], warnings=["<u>w</u>"]))
    assert not re.search(r"<[biu]>", document)


def test_without_a_leukocyte_there_is_no_percentage() -> None:
    empty = render(report(from_counts({}, 0, 0, DEFAULT_TAXONOMY), slides=[]))
    assert "Lymphocyte 0 \u2013 \u2013" in _text(empty)
    assert "per 100 leukocytes" not in empty


def test_the_tags_are_balanced() -> None:
    checker = _Balance()
    checker.feed(render(report()))
    assert not checker.open


def test_the_band_lies_where_the_interval_is() -> None:
    d = from_counts({"lymphocyte": 50, "monocyte": 50}, 0, 0, DEFAULT_TAXONOMY)
    document = render(report(d))
    band = re.search(r"Lymphocyte</td>.*?<rect x=\"([\d.]+)\" y=\"2\.6\"[^>]*?width=\"([\d.]+)\"", document, re.DOTALL)
    assert band is not None
    low, width = map(float, band.groups())
    assert low == pytest.approx(40.38, abs=0.01)
    assert low + width == pytest.approx(59.62, abs=0.02)


def test_a_strange_picture_is_marked_where_it_is_listed() -> None:
    slides = [slide("a.png", familiarity=0.012), slide("b.png", familiarity=0.6), slide("c.png")]
    document = render(report(slides=slides, strangeness=Strangeness(7, 20, 1, 2)))
    assert document.count("unlike the training pictures (familiarity 0.01)") == 1
    assert 'Leukocytes unlike the training pictures</td><td class="n">7</td>' in document


def test_pictures_of_cells_stand_in_the_file_itself() -> None:
    image = np.full((16, 16, 3), (200, 120, 180), np.uint8)
    cells = (CellPicture(7, "a.png", True, image), CellPicture(8, "a.png", False, image))
    shown = ClassPictures("lymphocyte", "Lymphocyte <b>", 34, False, cells)
    red = ClassPictures("red_cell", "Smallest", 9, False, cells[1:], "of 9 measured")
    page = render(report(appendix=Appendix(pictures=(shown,), red_cells=(red,))))
    assert page.count('src="data:image/jpeg;base64,') == 3
    assert "<figcaption>7*</figcaption>" in page
    assert "<figcaption>8</figcaption>" in page
    assert "Lymphocyte &lt;b&gt;" in page
    assert "of 9 measured" in page
    assert "http" not in page.split("</style>")[1]


def test_it_is_well_formed_with_every_part() -> None:
    image = np.full((16, 16, 3), (200, 120, 180), np.uint8)
    shown = ClassPictures("red_cell", "Smallest", 9, False, (CellPicture(7, "a.png", True, image),), "of 9 measured")
    parts = Appendix(findings=smear_sections.sections(smear()), red_cells=(shown,), signing=(("Identifiers", "<i>"),))
    balance = _Balance()
    balance.feed(render(report(appendix=parts, smear=smear())))
    assert balance.open == []
