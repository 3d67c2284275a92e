"""Sentences of the rooms below, heard in the language of the window."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication

from bloodview.core import next_looks, random_check, unfamiliar
from bloodview.core.cells import Cell, Kind, Prediction, Source, Status
from bloodview.core.geometry import Box
from bloodview.core.next_looks import Reason
from bloodview.core.refinement import ClassChange, Judged, Share, remarks, why_too_few, why_too_few_outlines
from bloodview.core.taxonomy import DEFAULT_TAXONOMY, CellClass
from bloodview.models import store
from bloodview.models.card import ModelCard
from bloodview.models.faithfulness import Faithfulness
from bloodview.models.standing import Judgement
from bloodview.review import editing
from bloodview.review.chain import Verdict
from bloodview.review.commands import (
    AddCell,
    AddClass,
    Amend,
    ChangeClass,
    Confirm,
    Edit,
    Judge,
    MarkUndecided,
    MergeClass,
    MoveBox,
    Note,
    Reject,
    Relabel,
    RemoveClass,
    Restore,
    Sign,
)
from bloodview.review.records import Score
from bloodview.ui.heard import FORMS, heard, titled
from bloodview.ui.heard_errors import ERRORS
from bloodview.ui.heard_models import MODELS
from bloodview.ui.language import CHINESE, speak
from bloodview.workflows import auditing, class_words
from tests.architecture.languages import flat_literals
from training import corrections, refine_gate, segmenter_gate

EXAMPLES = tuple(range(1, 6))
PERHAPS, GOOD = Share(0.1, -0.1, 0.3), Share(0.8, 0.7, 0.9)


def judged(
    difference: Share = PERHAPS, unit: str = "case", after: Share = GOOD, label: str = "monocyte", **more: int
) -> Judged:
    """Two models on ten cells."""
    half = Share(0.6, 0.4, 0.8)
    change = ClassChange(label, 10, half, after)
    return Judged(10, 3, unit, half, after, difference, (change,), **{"gained": 2, "lost": 1} | more)


SMUDGE = CellClass("smudge", "Smudge cell", "", "", "#123456", "SC")
WORDS = re.compile(r"[A-Za-z]{3,}")


@pytest.fixture
def chinese(qapp: QApplication) -> Iterator[None]:
    hush = speak(qapp, CHINESE)
    yield
    hush()


EDITS: tuple[tuple[Edit, str], ...] = (
    (Relabel((1, 2), "band_neutrophil"), "2 个细胞标为 中性杆状核粒细胞"),
    (Relabel((7,), "monocyte"), "细胞 7 标为 单核细胞"),
    (Confirm(EXAMPLES), "5 个细胞已确认"),
    (Reject((7,)), "细胞 7 已排除"),
    (Restore((7, 8)), "2 个细胞已恢复"),
    (MarkUndecided((7,)), "细胞 7 设为未定"),
    (AddCell(1, Kind.WBC, Box(0, 0, 1, 1)), "已添加细胞"),
    (AddCell(1, Kind.WBC, Box(0, 0, 1, 1), "monocyte"), "已添加 单核细胞"),
    (MoveBox(7, Box(0, 0, 1, 1)), "已移动细胞 7 的方框"),
    (AddClass(SMUDGE, cell_ids=EXAMPLES), "已由 5 个样例添加类别 Smudge cell"),
    (AddClass(SMUDGE), "已添加类别 Smudge cell"),
    (ChangeClass("monocyte", replace(SMUDGE, id="monocyte")), "类别 单核细胞 已更名为 Smudge cell"),
    (MergeClass("monocyte", "basophil"), "单核细胞 已并入 嗜碱性粒细胞"),
    (RemoveClass("monocyte"), "类别 单核细胞 已删除"),
    (RemoveClass("monocyte", "basophil"), "类别 单核细胞 已删除，其细胞归为 嗜碱性粒细胞"),
    (Judge("monocyte", (7,)), "1 个细胞被接受为 单核细胞"),
    (Judge("monocyte", (), (7, 8)), "2 个细胞被拒绝为 单核细胞"),
    (Note("Look again."), "已写备注"),
    (Sign("A. Reader"), "已由 A. Reader 签发"),
    (Sign("Reader"), "已由 Reader 签发"),
    (Amend("The name was wrong."), "为修订收回签名"),
)


@pytest.mark.parametrize(("edit", "said"), EDITS, ids=lambda value: type(value).__name__)
def test_what_an_edit_did_is_heard_in_chinese(chinese: None, edit: Edit, said: str) -> None:
    assert heard(editing.title_of(edit, DEFAULT_TAXONOMY)) == said


@pytest.mark.parametrize(("edit", "said"), EDITS, ids=lambda value: type(value).__name__)
def test_in_english_nothing_changes(edit: Edit, said: str) -> None:
    title = editing.title_of(edit, DEFAULT_TAXONOMY)
    assert heard(title) == title


def test_warnings_of_several_sentences_are_heard_one_by_one(chinese: None) -> None:
    assert heard(unfamiliar.notice(0.31)) == (
        "此染色或相机与训练图片不同（熟悉度 0.31）。标签需复核。请每类标注 5 个细胞，然后使用“适配本实验室”。"
    )
    strange = unfamiliar.Strangeness(33, 68, 3, 6).sentence
    assert heard(strange).startswith("6 张图片中有 3 张的染色或相机与训练图片不同（68 个细胞中的 33 个）")
    assert not WORDS.search(heard(strange))


@pytest.mark.parametrize("reason", list(Reason))
def test_why_a_cell_is_looked_at_is_heard_in_chinese(chinese: None, reason: Reason) -> None:
    said = Prediction("monocyte", 0.6, False, 0.004, (("monocyte", 0.6), ("lymphocyte", 0.3)), "a model")
    one = Cell(1, 1, Kind.WBC, Box(0, 0, 9, 9), 0.9, False, "monocyte", Source.MODEL, Status.ACTIVE, said)
    assert not WORDS.search(heard(next_looks.words(reason, one, DEFAULT_TAXONOMY)))
    assert not WORDS.search(heard(next_looks.words(reason, replace(one, prediction=None), DEFAULT_TAXONOMY)))


def test_names_of_several_words_are_heard_before_a_share(chinese: None) -> None:
    said = heard("Doubtful: Segmented neutrophil 65% or Band neutrophil 34%")
    assert said == "存疑：中性分叶核粒细胞 65% 或 中性杆状核粒细胞 34%"


def test_the_random_check_is_heard_in_chinese(chinese: None) -> None:
    assert heard(random_check.Estimate(1, 30, 1200).in_words).startswith("随机抽查：30 个有把握的标签中 1 个错误")


@pytest.mark.parametrize("found", [(0.99, 0.99), (0.5, 0.4), (0.2, 0.9), (0.47, 0.5)])
def test_how_far_a_map_is_trusted_is_heard_in_chinese(chinese: None, found: tuple[float, float]) -> None:
    assert not WORDS.search(heard(Faithfulness(*found, 3).in_words))


@pytest.mark.parametrize(
    "judged",
    [
        Judgement("smudge", 4, 5, 0, 0),
        Judgement("smudge", 4, 5, 3, 40, (("monocyte", 3),)),
        Judgement("smudge", 1, 5, 0, 40, (("monocyte", 3), ("basophil", 1))),
        Judgement("smudge", 9, 12, 30, 40),
        Judgement("smudge", 10, 12, 0, 12),
        Judgement("smudge", 40, 40, 0, 400),
    ],
)
def test_how_far_a_class_has_come_is_heard_in_chinese(chinese: None, judged: Judgement) -> None:
    titles = {c.id: c.title for c in DEFAULT_TAXONOMY.classes}
    for said in (class_words.worth(judged, titles), class_words.advice(judged), class_words.few(1), class_words.few(4)):
        assert not WORDS.search(heard(said)), said
    for score in (Score(1, 1), Score(9, 12)):
        assert not WORDS.search(heard(class_words.scored(score)))


def test_what_the_journal_says_of_itself_is_heard_in_chinese(chinese: None) -> None:
    for verdict in (
        Verdict(1, "0123456789abcdef0123"),
        Verdict(
            1200,
            "0123456789abcdef0123",
            remarks=("The clock was set back: 2 entries are dated before those they follow, first entry 7.",),
        ),
        Verdict(3, "", "Entry 4 is missing."),
    ):
        said = heard(" ".join(auditing.sentences(verdict)))
        assert not WORDS.search(said.replace("BloodView", "").replace("0123456789abcdef", "")), said


def test_what_is_not_known_stays_as_it_is(chinese: None) -> None:
    assert heard("Something else happened to 3 cells") == "Something else happened to 3 cells"
    assert heard("field_01.png") == "field_01.png"
    assert heard("") == ""
    assert titled("monocyte") == "单核细胞"
    assert titled("my own class") == "my own class"


def test_an_error_keeps_the_words_of_its_room() -> None:
    below = flat_literals(
        *(f"bloodview/{room}" for room in ("core", "slides", "models", "analysis", "review", "workflows"))
    )
    missing = [
        form for form in ERRORS if re.sub(r"{\w+}", "{}", form) not in below | {"None of the pictures can be read."}
    ]
    assert not missing, "no room says this any more"


def test_what_is_said_of_models_keeps_the_words_of_cards_rooms_and_trainer() -> None:
    below = flat_literals(*(f"bloodview/{r}" for r in ("core", "slides", "models", "workflows")), "training")
    cards = "\n".join(json.dumps(json.loads((f / "card.json").read_text("utf-8"))) for f in store.model_folders())
    parts = [re.sub(r"{\w+}", "{}", form) for form in MODELS]
    known = "\n".join(below)
    missing = [form for form in parts if not _stands(form, known + cards)]
    assert missing == [], "nobody says this any more"


def _stands(form: str, where: str) -> bool:
    """Whether a form stands there; where a whole part of it was put in as a value, each of its own parts does."""
    return all(part.strip() in where for part in re.split(r"{}|\bcases?\b|\bpictures?\b|\bfields?\b|\bcells?\b", form))


@pytest.mark.parametrize("task", ["detect", "segment", "outline", "classify"])
def test_the_cards_that_came_with_bloodview_are_heard_in_chinese(chinese: None, task: str) -> None:
    card = ModelCard.read(store.find(task, None))
    for text in (card.title, card.limits, *(part for m in card.metrics for part in m.name.split(", ")[1:])):
        assert not WORDS.search(re.sub("BloodView|ECE|AP50|Dice", "", heard(text))), heard(text)


@pytest.mark.parametrize(
    "said",
    [
        *refine_gate.few_units(judged(unit="picture"), "case"),
        *refine_gate.few_units(judged(unit="cell"), "picture"),
        *refine_gate.lost_classes(judged(after=Share(0.4, 0.2, 0.6))),
        refine_gate.answer(judged(), None)[2],
        refine_gate.answer(judged(gained=0, lost=0), None)[2],
        refine_gate.answer(judged(difference=Share(0.2, 0.1, 0.3)), None)[2],
        refine_gate.answer(judged(difference=Share(0.2, 0.1, 0.3), gained=9), None)[2],
        refine_gate.answer(judged(difference=Share(-0.2, -0.3, -0.1), lost=9), None)[2],
        refine_gate.answer(judged(), judged(difference=Share(-0.2, -0.3, -0.1)))[2],
        *corrections.lock([], [], None)[2],
        *remarks({"monocyte": 3, "lymphocyte": 40}),
        why_too_few({"monocyte": 3}),
        *[note for note in corrections._WORDS.alone.values() if note],
        # Of a segmenter.
        why_too_few_outlines(3),
        segmenter_gate.answer(judged(), None)[2],
        segmenter_gate.answer(judged(gained=0, lost=0), None)[2],
        segmenter_gate.answer(judged(difference=Share(0.2, 0.1, 0.3), unit="picture"), None)[2],
        segmenter_gate.answer(judged(difference=Share(0.2, 0.1, 0.3), gained=9), None)[2],
        segmenter_gate.answer(judged(difference=Share(-0.2, -0.3, -0.1), lost=9), None)[2],
        segmenter_gate.answer(judged(), judged(difference=Share(-0.2, -0.3, -0.1)))[2],
        *(f for p in ("cell", "nucleus") for f in segmenter_gate.lost_parts(judged(after=Share(0.4, 0, 1), label=p))),
        "4 cells neither train nor judge: their outlines contradict themselves.",
        "78% of its nucleus lies outside of the cell.",
        "is outlined twice: as cell 3 too.",
        "its outline holds nothing of the picture.",
        "the model that learned from it still outlines the nucleus otherwise (Dice 0.41).",
    ],
)
def test_what_a_refinement_came_to_is_heard_in_chinese(chinese: None, said: str) -> None:
    """Classes come with their titles, as the window puts them in."""
    told = heard(said.replace("monocyte", "单核细胞").replace("lymphocyte", "淋巴细胞"))
    assert not WORDS.search(told.replace("Dice", "")), told


def test_no_form_is_given_twice() -> None:
    assert len(set((*FORMS, *ERRORS, *MODELS))) == len(FORMS) + len(ERRORS) + len(MODELS)


@pytest.mark.parametrize(
    "told",
    [
        "The file holds text, not a picture. Open a slide or a JPEG, PNG, TIFF, BMP or WebP picture.",
        "The slide is damaged near x 0, y 256: 123. Copy the file again from where it came, or export it again.",
        "The TIFF file is cut short: its directory is missing. "
        "Copy the file again from where it came, or export it again.",
        "The folder holds no pictures (2 other files). "
        "Open a slide or a JPEG, PNG, TIFF, BMP or WebP picture, or a folder that holds some.",
    ],
)
def test_files_that_cannot_be_used_say_why_and_what_to_do_in_chinese(chinese: None, told: str) -> None:
    said = heard(told)
    kept = ("JPEG", "PNG", "TIFF", "BMP", "WebP", "BloodView")
    assert not WORDS.search(re.sub("|".join(kept), "", said)), said


@pytest.mark.parametrize(
    "told",
    [
        "The reason is too long. Use at most 1,000 characters.",
        "holds no annotations. COCO, YOLO can be imported.",
        "cannot hold 3 pictures: the format has a file a picture. Name a folder.",
        "The models answer wrongly on this device (cpu), on a cell whose answer is known: 7 %. "
        "Choose another device in the settings; `bloodview self-test` tells more.",
        "There is no labelled cell to write.",
        "'hairy_cell' was taken away; only a model calls cells so. Call its cells otherwise.",
        "is no kind of report. Endings: .pdf, .csv.",
        "Copy it together with x.bvcase-wal to a folder of yours and open it there.",
    ],
)
def test_what_goes_wrong_rarely_is_heard_in_chinese_too(chinese: None, told: str) -> None:
    said = heard(told)
    kept = r"COCO|YOLO|`bloodview self-test`|x\.bvcase-wal|\.pdf|\.csv|cpu|hairy_cell|BloodView"
    assert not WORDS.search(re.sub(kept, "", said)), said


def test_how_far_readers_agree_and_what_was_not_seen_are_heard_in_chinese(chinese: None) -> None:
    told = "The machine's word was hidden until the answer. 0 of 3 cells called the same (0.0 %); "
    said = heard(told + "kappa 0.00 (0.00 to 0.00, 95 %), slight.")
    assert not WORDS.search(said.replace("kappa", "")), said
    said = heard(told + "too few for a kappa, which takes 30 cells.")
    assert not WORDS.search(said.replace("kappa", "")), said
    assert not WORDS.search(heard("21 findings of the red cells graded not seen"))
