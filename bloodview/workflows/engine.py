"""The models an analysis needs, loaded together."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bloodview.models.api import Classifier, Detector, Segmenter


def silent(_text: str) -> None:
    """News that nobody follows."""


@dataclass(frozen=True, slots=True)
class Engine:
    """The models an analysis needs."""

    detector: Detector
    segmenter: Segmenter
    classifier: Classifier

    @property
    def device(self) -> str:
        """Where they run; the classifier's, should they differ."""
        return self.classifier.device

    @property
    def model_ids(self) -> tuple[str, str, str]:
        """Detector, segmenter, classifier."""
        return self.detector.model_id, self.segmenter.model_id, self.classifier.model_id


def load_engine(
    device: str = "auto",
    classifier: str | Path | None = None,
    batch_size: int | None = None,
    tell: Callable[[str], None] = silent,
    detector: str | Path | None = None,
    segmenter: str | Path | None = None,
) -> Engine:
    """Load the models in use, or others; takes the seconds that torch takes.

    Args:
        device: "auto", "cpu", "cuda" or "mps".
        classifier: id or folder of another classifier.
        batch_size: crops at once; None = the model's own.
        tell: gets sentences for a person, such as a fall back to the CPU.
        detector: id or folder of another detector.
        segmenter: id or folder of another segmenter.

    Raises:
        ModelError: a model is missing, damaged or does not match its card.
    """
    from bloodview.models import store

    return Engine(
        store.load_detector(device=device, model=detector, batch_size=batch_size, tell=tell),
        store.load_segmenter(device=device, model=segmenter, batch_size=batch_size, tell=tell),
        store.load_classifier(device=device, model=classifier, batch_size=batch_size, tell=tell),
    )
