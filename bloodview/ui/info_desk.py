"""What is known of the shown slide, brought to its dialog; and the choice of the plane that is shown and analysed."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from bloodview.core.geometry import Scale
from bloodview.review.commands import ChoosePlane
from bloodview.slides.planes import Why, planes_of
from bloodview.slides.slide import Slide
from bloodview.ui.bars import SCALE_SOURCES
from bloodview.ui.case_bridge import CaseBridge
from bloodview.ui.dialogs.slide_info import SlideFacts, SlideInfo
from bloodview.ui.heard import heard
from bloodview.ui.jobs import Jobs
from bloodview.ui.language import later, tr
from bloodview.ui.pictures import SlidePool
from bloodview.ui.preferences import Preferences
from bloodview.ui.presenter import Presenter
from bloodview.ui.shelf_verbs import other_models
from bloodview.ui.slide_view.magnification import magnification_at
from bloodview.ui.verbs import Teller

_WHY = {Why.SHARPEST: later("the sharpest"), Why.FIRST: later("the first")}


class InfoDesk(Teller):
    """Called by the actions on the shown slide."""

    def __init__(
        self,
        window: QWidget,
        jobs: Jobs,
        pool: SlidePool,
        bridge: CaseBridge,
        presenter: Presenter,
        preferences: Preferences,
    ) -> None:
        super().__init__(window)
        self._preferences = preferences
        self._window, self._jobs, self._pool, self._bridge, self._presenter = window, jobs, pool, bridge, presenter

    def show(self) -> None:
        """The dialog on the shown slide."""
        path, slide = self._presenter.shown_path, self._presenter.pictures.slide
        if path is None or slide is None:
            return
        scale = self._presenter.pictures.scale
        self._jobs.reads(
            _facts,
            path,
            slide,
            scale,
            self._bridge.chosen_planes(),
            on_done=lambda facts: self._on_known(path, slide, facts),
            on_error=self.refused.emit,
        )

    def next_plane(self) -> None:
        """The plane below."""
        self._step(1)

    def previous_plane(self) -> None:
        """The plane above."""
        self._step(-1)

    def choose_plane(self, plane: int) -> None:
        """Show and analyse this plane of the slide from now on; -1 for the file's own choice."""
        path, slide = self._presenter.shown_path, self._presenter.pictures.slide
        if path is None or slide is None:
            return
        self._jobs.reads(
            lambda: slide.content_hash,
            on_done=lambda content_hash: self._choose(path, slide, content_hash, plane),
            on_error=self.refused.emit,
        )

    def _step(self, way: int) -> None:
        planes = planes_of(self._presenter.pictures.slide)
        if planes.count < 2:
            self.told.emit(tr("This picture has one plane only."))
            return
        plane = planes.shown + way
        if 0 <= plane < planes.count:
            self.choose_plane(plane)
        else:
            self.told.emit(tr("This is the last plane.") if way > 0 else tr("This is the first plane."))

    def _choose(self, path: Path, slide: Slide, content_hash: str, plane: int) -> None:
        if path != self._presenter.shown_path or slide is not self._presenter.pictures.slide:
            return
        wanted = None if plane < 0 else plane
        if self._bridge.apply(ChoosePlane(content_hash, wanted)) is None:
            return
        self._pool.set_planes(self._bridge.chosen_planes())
        self._presenter.show_again()
        planes = planes_of(slide)
        if wanted is None:
            self.told.emit(tr("The file's own choice of plane is shown."))
        else:
            self.told.emit(
                tr("Plane {number} of {count} is shown. Shift+F5 analyses it.", number=wanted + 1, count=planes.count)
            )

    def _on_known(self, path: Path, slide: Slide, facts: SlideFacts) -> None:
        if slide is not self._presenter.pictures.slide:
            return
        facts = replace(facts, rows=[*facts.rows, *self._read_with(path)])
        dialog = SlideInfo(self._window, path.name, facts)
        dialog.plane_chosen.connect(self.choose_plane)
        dialog.show()

    def _read_with(self, path: Path) -> list[tuple[str, str]]:
        """The models that read the picture, and that others are in use now."""
        slides = self._bridge.case.slides() if self._bridge.case is not None else []
        record = next((s for s in slides if s.path == path and s.model_ids), None)
        if record is None:
            return []
        said = [", ".join(record.model_ids), other_models([record], self._preferences.now)]
        return [(tr("Read with"), "\n".join(part for part in said if part))]


def _facts(path: Path, slide: Slide, scale: Scale | None, chosen: Mapping[str, int]) -> SlideFacts:
    """All that the dialog shows; runs on a worker."""
    from bloodview.slides.associated import read_associated  # OpenSlide must not delay the window

    beside = read_associated(path)
    planes = planes_of(slide)
    size = slide.size
    rows = [
        (tr("File"), str(path)),
        (tr("Format"), format_in(slide.description)),
        (tr("Size"), tr("{wide} × {high} pixels", wide=f"{size.width:,}", high=f"{size.height:,}")),
        (tr("Levels"), ", ".join(f"1:{d:.4g}" for d in slide.level_downsamples)),
        (tr("Scale"), _scale_in_words(scale)),
        (tr("Colours"), heard(colours_in(slide.description))),
        (tr("Content"), slide.content_hash),
    ]
    pictures = {
        name: QImage(p.tobytes(), p.shape[1], p.shape[0], 3 * p.shape[1], QImage.Format.Format_RGB888).copy()
        for name, p in beside.pictures.items()
    }
    is_chosen = slide.content_hash in chosen
    return SlideFacts(
        rows,
        pictures,
        beside.metadata,
        [heard(problem) for problem in beside.problems],
        planes.count,
        planes.shown,
        tr(_WHY.get(planes.why, "")),
        is_chosen,
    )


def format_in(description: str) -> str:
    """What a slide's description says of its file, in the language of the window: "PNG picture", "aperio slide"."""
    kind, _, what = description.partition(",")[0].rpartition(" ")
    if what == "picture" and kind:
        return tr("{kind} picture", kind=kind)
    return tr("{kind} slide", kind=kind) if what == "slide" and kind else description.partition(",")[0]


def colours_in(description: str) -> str:
    """What a slide's description says of its colours: a profile that was applied, or what was assumed."""
    return next((p for p in description.split(", ") if "sRGB" in p or "profile" in p), tr("unknown"))


def _scale_in_words(scale: Scale | None) -> str:
    if scale is None:
        return tr("unknown")
    times = magnification_at(1.0, scale)
    said = tr("{um} µm a pixel, which is {times}×", um=f"{scale.um_per_px:.4g}", times=f"{times:.3g}")
    return f"{said}, {tr(SCALE_SOURCES.get(scale.source, scale.source))}"
