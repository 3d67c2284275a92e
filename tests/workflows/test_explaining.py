"""A session explains cells of a case by the model that named them, with tiny models."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bloodview.core import paths
from bloodview.core.cancel import CancelToken
from bloodview.core.cells import Kind
from bloodview.core.errors import UserError
from bloodview.core.geometry import Box, Scale, Size
from bloodview.models import store
from bloodview.slides.slide import open_slide
from bloodview.workflows.explaining import CellToExplain, Reference, Request, Session, Wish
from tests.fakes import Spot, draw_field, write_picture
from tests.models import tiny

WIDTH = tiny.CHANNELS[-1]


@pytest.fixture
def said_by(monkeypatch: pytest.MonkeyPatch) -> str:
    tiny.classifier(paths.user_models())
    monkeypatch.setitem(store.DEFAULTS, "classify", "tiny-classify")
    return store.load_classifier("cpu").model_id


def cell(folder: Path, label: str = "monocyte") -> CellToExplain:
    picture = write_picture(folder / "a.png", draw_field(Size(320, 320), [Spot(160, 160, Kind.WBC, "monocyte")]))
    slide = open_slide(picture)
    slide.close()
    return CellToExplain(picture, slide.content_hash, Scale(0.1, "file"), Box(90, 90, 230, 230), label)


def references(number: int, label: str = "monocyte") -> tuple[Reference, ...]:
    crops = np.random.default_rng(0).integers(0, 255, (number, 64, 64, 3)).astype(np.uint8)
    rows = store.load_classifier("cpu").classify(crops).embeddings
    return tuple(Reference(i, label, row.astype("<f2").tobytes()) for i, row in enumerate(rows))


def quiet(_share: float, _text: str) -> None:
    """Nobody follows."""


def test_a_cell_is_explained_by_its_own_class_and_the_likest_are_named(said_by: str, tmp_path: Path) -> None:
    session = Session("cpu")
    request = Request(cell(tmp_path), said_by, Wish("gradcam"), references(8))
    reply = session.answer(request, CancelToken(), quiet)
    assert reply.explained.wish.label == "monocyte"
    assert reply.heat.shape == (*reply.crop.shape[:2], 4)
    assert reply.window_l0.center == (160, 160)
    assert reply.note == ""
    likeness = [value for _, value in reply.nearest]
    assert len(likeness) == 5
    assert likeness == sorted(likeness, reverse=True)
    assert -1.001 < likeness[-1] <= likeness[0] < 1.001
    judged = session.judge(reply, CancelToken(), quiet)
    assert judged.explained.faithfulness is not None
    again = session.answer(request, CancelToken(), quiet)
    assert np.array_equal(again.heat, reply.heat)


def test_what_an_earlier_version_kept_is_no_reference(said_by: str, tmp_path: Path) -> None:
    longer = references(8)
    shorter = tuple(replace(r, embedding=r.embedding[:-8]) for r in longer[:6])
    request = Request(cell(tmp_path), said_by, Wish("gradcam"), (*shorter, *longer[6:]))
    reply = Session("cpu").answer(request, CancelToken(), quiet)
    assert {i for i, _ in reply.nearest} == {r.cell_id for r in longer[6:]}


def test_where_its_own_model_is_gone_the_one_in_use_answers_and_says_so(said_by: str, tmp_path: Path) -> None:
    request = Request(cell(tmp_path), "former@12345678", Wish("gradcam"), references(8))
    reply = Session("cpu").answer(request, CancelToken(), quiet)
    assert "former@12345678" in reply.note
    assert said_by in reply.note
    assert reply.nearest == ()  # embeddings of another model say nothing here


def test_a_similarity_is_to_the_likest_cell_of_the_class(said_by: str, tmp_path: Path) -> None:
    session = Session("cpu")
    both = (*references(3), *references(2, "lymphocyte"))
    asked = Request(cell(tmp_path), said_by, Wish("similarity"), both)
    reply = session.answer(asked, CancelToken(), quiet)
    best = max(
        float(np.frombuffer(r.embedding, "<f2")[:WIDTH].astype(np.float32) @ reply.explained.embedding[:WIDTH])
        for r in both[:3]
    )
    assert float(reply.explained.heat.mean()) == pytest.approx(best, abs=1e-2)
    with pytest.raises(UserError, match="No other cell"):
        session.answer(Request(cell(tmp_path), said_by, Wish("similarity", "platelet"), both), CancelToken(), quiet)


def test_a_class_taught_in_the_case_is_compared_by_similarity_alone(said_by: str, tmp_path: Path) -> None:
    session = Session("cpu")
    taught = references(3, "hairy_cell")
    request = Request(cell(tmp_path, "hairy_cell"), said_by, Wish("gradcam", "hairy_cell"), taught)
    with pytest.raises(UserError, match="was taught in this case.*similarity"):
        session.answer(request, CancelToken(), quiet)
    request = Request(cell(tmp_path, "hairy_cell"), said_by, Wish("similarity", "hairy_cell"), taught)
    assert "was taught in this case" in session.answer(request, CancelToken(), quiet).note


def test_an_export_asks_each_cell_s_own_model(said_by: str, tmp_path: Path) -> None:
    own, seen = cell(tmp_path), list[float]()
    cells = [("1", Request(own, said_by, Wish("gradcam"))), ("2", Request(own, "former@1", Wish("gradcam")))]
    outcome = Session("cpu").export(cells, tmp_path / "out", CancelToken(), lambda share, _: seen.append(share))
    assert outcome.done == 2
    assert {f.name for f in (tmp_path / "out").iterdir()} == {"1.png", "2.png"}
    assert seen == [0.0, 0.5]


def test_a_model_with_classes_of_any_name_explains_a_case_in_the_words_of_the_case(
    said_by: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = store.find("classify", "tiny-classify")
    card = folder / "card.json"
    card.write_text(card.read_text(encoding="utf-8").replace('"monocyte"', '"Mono, odd"'), encoding="utf-8")
    reply = Session("cpu").answer(Request(cell(tmp_path, "mono_odd"), said_by, Wish("gradcam")), CancelToken(), quiet)
    assert reply.note == ""
    assert reply.explained.wish.label == "mono_odd"
    assert "mono_odd" in dict(reply.explained.probabilities)
    assert Session("cpu").judge(reply, CancelToken(), quiet).explained.faithfulness is not None
