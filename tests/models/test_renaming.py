"""A classifier and its explainer under the names of a case: answers stay, questions are put in the model's words."""

from dataclasses import dataclass, field

import numpy as np

from bloodview.core.cancel import CancelToken
from bloodview.models.api import Float32, Question, UInt8
from bloodview.models.renaming import RenamedClassifier, RenamedExplainer
from tests.fakes import FakeClassifier

CROP = np.full((48, 48, 3), 128, np.uint8)


@dataclass
class Asked:
    """Keeps what it is asked."""

    model_id: str = "stranger"
    methods: tuple[str, ...] = ("gradcam", "lime")
    signed: frozenset[str] = frozenset(("lime",))
    questions: list[Question] = field(default_factory=list)

    def explain(
        self, crop: UInt8, question: Question, method: str, cancel: CancelToken, reference: Float32 | None = None
    ) -> Float32:
        self.questions.append(question)
        return np.full(crop.shape[:2], float(len(method)), np.float32)


def test_a_question_in_the_words_of_a_case_reaches_the_model_in_its_own() -> None:
    inner = Asked()
    renamed = RenamedExplainer(inner, {"blast_atypical": "Blast, atypical", "band": "band"})
    heat = renamed.explain(CROP, Question(("blast_atypical",), ("band",)), "lime", CancelToken())
    assert inner.questions == [Question(("Blast, atypical",), ("band",))]
    assert heat[0, 0] == 4
    assert (renamed.model_id, renamed.methods, renamed.signed) == (inner.model_id, inner.methods, inner.signed)


def test_only_the_names_of_a_classifier_change() -> None:
    inner = FakeClassifier()
    renamed = RenamedClassifier(inner, tuple(f"own_{name}" for name in inner.classes))
    assert renamed.classes[0] == f"own_{inner.classes[0]}"
    same = ("model_id", "device", "least_familiarity", "window_um", "input_px")
    assert [getattr(renamed, name) for name in same] == [getattr(inner, name) for name in same]
    assert (renamed.classify(CROP[None]).probabilities == inner.classify(CROP[None]).probabilities).all()
