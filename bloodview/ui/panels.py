"""The widgets of the window, built once and handed around by name."""

from dataclasses import dataclass

from bloodview.ui.bars import IdentityBar, StatusBar, ToolBar
from bloodview.ui.beside_panel import BesidePanel
from bloodview.ui.cell_panel import CellPanel
from bloodview.ui.compare_view import CompareView
from bloodview.ui.counts_panel import CountsPanel
from bloodview.ui.gallery import GalleryView
from bloodview.ui.jobs import Jobs
from bloodview.ui.learn_panel import LearnPanel
from bloodview.ui.notice import Notice
from bloodview.ui.reading_bar import ReadingBar
from bloodview.ui.slide_view.view import SlideView
from bloodview.ui.smear_panel import SmearPanel
from bloodview.ui.why_panel import WhyPanel
from bloodview.ui.worklist import Worklist


@dataclass(frozen=True)
class Panels:
    """What stands in the window."""

    identity: IdentityBar
    tools: ToolBar
    notice: Notice
    worklist: Worklist
    gallery: GalleryView
    slide_view: SlideView
    counts: CountsPanel
    cell: CellPanel
    learn: LearnPanel
    why: WhyPanel
    smear: SmearPanel
    status: StatusBar
    beside: BesidePanel
    compare: CompareView
    reading: ReadingBar
    unfinished: Notice


def make_panels(jobs: Jobs) -> Panels:
    """Build them all; they find their parents when they are laid out."""
    return Panels(
        IdentityBar(),
        ToolBar(),
        Notice(),
        Worklist(),
        GalleryView(),
        SlideView(jobs),
        CountsPanel(),
        CellPanel(),
        LearnPanel(),
        WhyPanel(),
        SmearPanel(),
        StatusBar(),
        BesidePanel(jobs),
        CompareView(),
        ReadingBar(),
        Notice(),
    )
