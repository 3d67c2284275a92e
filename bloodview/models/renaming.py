"""A classifier, and what explains it, whose classes are called as a case calls them: see `core.own_classes.ids_of`."""

from collections.abc import Mapping
from dataclasses import dataclass

from bloodview.core.cancel import CancelToken
from bloodview.models.api import Classifier, Explainer, Float32, Opinions, Question, UInt8


@dataclass(frozen=True, slots=True)
class RenamedClassifier:
    """Answers as another one does, under other names; `models.api.Classifier`.

    Args:
        inner: the other one.
        classes: what its classes are called here, in its order.
    """

    inner: Classifier
    classes: tuple[str, ...]

    @property
    def model_id(self) -> str:
        return self.inner.model_id

    @property
    def device(self) -> str:
        return self.inner.device

    @property
    def least_familiarity(self) -> float:
        return self.inner.least_familiarity

    @property
    def window_um(self) -> float:
        return self.inner.window_um

    @property
    def input_px(self) -> int:
        return self.inner.input_px

    def classify(self, crops: UInt8) -> Opinions:
        return self.inner.classify(crops)


@dataclass(frozen=True, slots=True)
class RenamedExplainer:
    """Explains as another one does, asked by other names; `models.api.Explainer`.

    Args:
        inner: the other one.
        own: name here -> the model's own.
    """

    inner: Explainer
    own: Mapping[str, str]

    @property
    def model_id(self) -> str:
        return self.inner.model_id

    @property
    def methods(self) -> tuple[str, ...]:
        return self.inner.methods

    @property
    def signed(self) -> frozenset[str]:
        return self.inner.signed

    def explain(
        self, crop: UInt8, question: Question, method: str, cancel: CancelToken, reference: Float32 | None = None
    ) -> Float32:
        wanted, against = (tuple(self.own[name] for name in names) for names in (question.wanted, question.against))
        return self.inner.explain(crop, Question(wanted, against), method, cancel, reference)
