"""Why cells are called what they are; see `analysis.explaining`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bloodview.analysis import explaining, overlays
from bloodview.analysis.examples import NamedCell
from bloodview.analysis.inputs import Outcome, Progress, quiet
from bloodview.core.cancel import CancelToken
from bloodview.core.errors import UserError
from bloodview.models import store
from bloodview.models.api import Classifier, Explainer

CellToExplain = NamedCell
Explained = explaining.Explained
Wish = explaining.Wish
cell_crop = explaining.cell_crop
explain_crop = explaining.explain_crop
judged = explaining.judged
tinted = overlays.tinted


@dataclass(frozen=True, slots=True)
class Asked:
    """A loaded classifier and what explains it."""

    classifier: Classifier
    explainer: Explainer


def load(model: str | Path | None = None, device: str = "auto", tell: Callable[[str], None] = lambda _: None) -> Asked:
    """The classifier to ask: this one, else the one in use.

    Raises:
        ModelError: it is missing, damaged or no classifier.
    """
    classifier = store.load_classifier(device, model, tell=tell)
    return Asked(classifier, store.explainer_of(classifier))


def load_for(said_by: str, device: str, former: Asked | None, chosen: str | None) -> Asked:
    """The model that gave an answer, by the id that stands in its prediction; where it is gone, the one in use.

    `former` is kept where it is the right one already.

    Raises:
        ModelError: the one in use is missing or damaged.
    """
    if former is not None and former.classifier.model_id == said_by:
        return former
    name = said_by.split("@")[0]
    if name in {folder.name for folder in store.model_folders()}:
        try:
            found = load(name, device)
        except UserError:
            found = None
        if found is not None and found.classifier.model_id == said_by:
            return found
    return load(chosen, device)


def explain_pictures(
    given: Sequence[Path],
    out: Path,
    heat: Path | None = None,
    wish: Wish | None = None,
    *,
    model: str | None = None,
    reference: Path | None = None,
    device: str = "auto",
    tell: Callable[[str], None] = lambda _: None,
    cancel: CancelToken | None = None,
    progress: Progress = quiet,
) -> Outcome:
    """Explain one centred cell a picture; see `analysis.explaining`."""
    explaining.outputs(given, out, heat)  # a wrong place is told before the models' seconds
    asked = load(model, device, tell)
    return explaining.explain_pictures(
        given,
        out,
        heat,
        wish or Wish(),
        store.load_detector(device, tell=tell),
        asked.classifier,
        asked.explainer,
        reference=reference,
        cancel=cancel or CancelToken(),
        progress=progress,
    )


def export_cells(
    cells: Sequence[tuple[str, CellToExplain]],
    folder: Path,
    wish: Wish,
    asked: Asked,
    cancel: CancelToken,
    progress: Progress,
) -> Outcome:
    """Overlays of cells of a case into a folder; see `analysis.explaining`."""
    return explaining.export_cells(cells, folder, wish, asked.classifier, asked.explainer, cancel, progress)
