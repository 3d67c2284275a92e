"""One window with all that stands behind it: makes the objects and connects them. Nothing here is global."""

import logging
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject

from bloodview.core.cells import Cell
from bloodview.core.geometry import Box
from bloodview.core.settings import Settings
from bloodview.ui.actions import Actions, Need
from bloodview.ui.analysis_queue import Analyse, AnalysisQueue, EngineLoader, State
from bloodview.ui.audit_verbs import AuditVerbs
from bloodview.ui.case_bridge import CaseBridge
from bloodview.ui.cell_index import CellIndex
from bloodview.ui.count_verbs import CountVerbs
from bloodview.ui.crash_desk import CrashDesk
from bloodview.ui.dialogs.asking import Asker, DialogAsker
from bloodview.ui.dialogs.errors import show_error
from bloodview.ui.exchange_verbs import ExchangeVerbs
from bloodview.ui.file_verbs import FileVerbs
from bloodview.ui.filter_verbs import FilterVerbs
from bloodview.ui.following import Following
from bloodview.ui.heard import heard
from bloodview.ui.help_verbs import HelpVerbs
from bloodview.ui.jobs import Jobs
from bloodview.ui.language import tr
from bloodview.ui.language_verbs import LanguageVerbs
from bloodview.ui.learn_desk import LearnDesk
from bloodview.ui.learn_verbs import LearnVerbs, SeePictures
from bloodview.ui.learn_wiring import LearnWiring
from bloodview.ui.look_desk import LookDesk
from bloodview.ui.look_queue import LookQueue
from bloodview.ui.main_window import MainWindow
from bloodview.ui.model_verbs import Fit, ModelVerbs
from bloodview.ui.next_step import next_step
from bloodview.ui.night_process import NightProcess
from bloodview.ui.night_verbs import NightVerbs
from bloodview.ui.outline_wiring import Outlining
from bloodview.ui.panels import make_panels
from bloodview.ui.person_desk import PersonDesk
from bloodview.ui.pictures import CropReader, SlidePool
from bloodview.ui.preferences import Preferences
from bloodview.ui.presenter import Presenter
from bloodview.ui.readers import Readers
from bloodview.ui.refine_verbs import RefineVerbs
from bloodview.ui.review_desk import ReviewDesk
from bloodview.ui.settings_desk import SettingsDesk
from bloodview.ui.settings_wiring import follow_settings, show_first_switches
from bloodview.ui.share_verbs import ShareVerbs
from bloodview.ui.shelf_verbs import ShelfVerbs
from bloodview.ui.smear_verbs import SmearVerbs
from bloodview.ui.step_desk import StepDesk
from bloodview.ui.trainer_process import TrainerProcess
from bloodview.ui.unfinished import Unfinished
from bloodview.ui.verbs import Means
from bloodview.ui.view_verbs import SlideVerbs, ViewVerbs
from bloodview.ui.viewer import Viewer
from bloodview.ui.why_desk import WhyDesk

log = logging.getLogger(__name__)


class Desktop(QObject):
    """One window with all that stands behind it."""

    def __init__(
        self,
        jobs: Jobs,
        settings: Settings,
        *,
        keeps_settings: bool = True,
        engine_loader: EngineLoader | None = None,
        analyse: Analyse | None = None,
        asker: Asker | None = None,
        fit: Fit | None = None,
        see: SeePictures | None = None,
        trainer: TrainerProcess | None = None,
        night: NightProcess | None = None,
    ) -> None:
        super().__init__()
        self.jobs, self.pool, self.index = jobs, SlidePool(), CellIndex()
        self.preferences = Preferences(settings, keeps=keeps_settings, parent=self)
        self.bridge = CaseBridge(self, jobs)
        self.looks = LookQueue(jobs, self.bridge, self.index, self)
        self.desk = ReviewDesk(self.bridge, self.index, self)
        self.queue = AnalysisQueue(
            jobs,
            self.bridge.record,
            steps=StepDesk(self.bridge.step, self.bridge.unfinished_runs, self.bridge.chosen_planes),
            engine_loader=engine_loader,
            analyse=analyse,
            parent=self,
        )
        self.queue.choose(settings)
        self.panels = make_panels(jobs)
        self.window = MainWindow(self.panels)
        self.unfinished = Unfinished(self.bridge, self.queue, self.panels.unfinished)
        self.view = ViewVerbs(self.panels, self.preferences, self)
        self.presenter = Presenter(jobs, self.pool, self.bridge, self.index, self.desk, self.panels, self.view, self)
        asker = asker or DialogAsker(self.window)
        means = Means(self.window, jobs, self.bridge, self.index, self.preferences, asker)
        self.walk = LookDesk(self.looks, self.desk, self.index, self.panels, self.presenter, self)
        self.files = FileVerbs(means, self.queue, self.presenter)
        self.why = WhyDesk(means, self.pool, self.desk, self.panels, self.presenter, self.window.side)
        self.teaching = LearnDesk(jobs, self.bridge, self.index, self)
        self.learn = LearnVerbs(means, self.desk, self.teaching, self.panels.learn, see)
        self.share = ShareVerbs(means, self.teaching, self.learn)
        self.exchange = ExchangeVerbs(means)
        self.audit = AuditVerbs(means)
        self.smear = SmearVerbs(self.bridge, self.index, self.panels.smear, self.window.side, self.preferences)
        view = self.panels.slide_view
        self.outlining = Outlining(
            jobs, self.pool, self.bridge, self.index, self.desk, view, self.presenter, self.preferences, self
        )
        self.models = ModelVerbs(means, fit)
        self.refine = RefineVerbs(means, trainer)
        self.night = NightVerbs(means, lambda: self.queue.choice, night)
        self.shelf = ShelfVerbs(means)
        self.window.may_close = self.night.may_leave
        self.viewer = Viewer(self)
        self.filter = FilterVerbs(self.panels.slide_view, self.bridge, self.index, self.desk, self)
        self.help = HelpVerbs(self.window, self.panels)
        self.readers = Readers(self.window, means, self.pool, self.desk, self.walk, self.panels, self.presenter)
        self.crashes = CrashDesk(self.window, self.bridge)
        self.care = SettingsDesk(self.window, self.preferences, self._note_tiles)
        count = CountVerbs(self.panels, self.preferences, self)
        self._progress = (0, 0, 0.0, "")
        self._is_closed = False
        self.actions = Actions(
            self.window,
            {
                "files": self.files,
                "exchange": self.exchange,
                "audit": self.audit,
                "desk": self.desk,
                "walk": self.walk,
                "learn": self.learn,
                "share": self.share,
                "models": self.models,
                "refine": self.refine,
                "night": self.night,
                "shelf": self.shelf,
                "view": self.view,
                "count": count,
                "language": LanguageVerbs(self.panels, self.preferences, self),
                "slides": SlideVerbs(self.panels, self),
                "filter": self.filter,
                "help": self.help,
                "why": self.why,
                "smear": self.smear,
                "settings": self.care,
                "outline": self.outlining.desk,
                "surgery": self.outlining.surgery,
                "window": self,
                **self.readers.callbacks,
                **self.viewer.callbacks,
            },
        )
        self.help.set_actions(self.actions)
        self.learn.set_actions(self.actions)
        self.outlining.furnish(self.actions)
        self.viewer.follow(self.actions)
        self.window.furnish(self.actions)
        wiring = LearnWiring(
            self.bridge,
            self.index,
            self.desk,
            self.teaching,
            self.learn,
            self.panels.learn,
            self.window.side,
            self.actions,
            CropReader(jobs, self.pool, self.presenter.place_of, self),
        )
        wiring.refreshed.connect(self.on_refreshed)
        wiring.class_wanted.connect(self.panels.gallery.show_class)
        self._connect()
        self.care.set_actions(self.actions)
        renewals = (self.why.renew, self.outlining.renew)
        follow_settings(
            self.care, self.view, count, self.queue, self.viewer, self.readers.order, renewals, self.actions
        )
        self.persons = PersonDesk(self.panels.identity.person, self.bridge, self.preferences, self.care, self)
        self.view.apply_settings()
        self.view.sort()
        self.view.size_tiles()
        show_first_switches(self.actions, settings)
        self.readers.follow(self.actions)
        self._on_recent()
        self.on_refreshed()

    # Called by the actions

    def quit(self) -> None:
        """Close the window."""
        self.window.close()

    def stop(self) -> None:
        """Stop the analysis; what is recorded stays."""
        self.queue.stop()

    def pause(self) -> None:
        """Have the analysis wait, or go on."""
        self.queue.pause()

    def try_again(self) -> None:
        """Analyse what was stopped or failed."""
        self.queue.try_again()

    def analyse_again(self) -> None:
        """Analyse the shown picture again; decisions stay. A file that took its place belongs into another case."""
        if self.presenter.pictures.warning:
            self.panels.status.say(tr("This is another file now. Close the case and open the file by itself."))
        elif (path := self.presenter.shown_path) is not None:
            self.queue.add((path,))

    def learned(self, checked: bool) -> None:
        """The classes that learn in the place of the differential."""
        self.window.side.show_page(int(checked))

    # What happens

    def on_refreshed(self) -> None:
        """Enable and name the actions by what is there."""
        signed = self.bridge.signature
        have = {
            Need.CASE: self.bridge.is_open,
            Need.CELLS: len(self.index) > 0,
            Need.TARGET: bool(self.desk.targets),
            Need.SLIDE: self.presenter.slide_is_shown and self.bridge.is_open,
            Need.UNDO: bool(self.bridge.undo_title),
            Need.REDO: bool(self.bridge.redo_title),
            Need.BUSY: self.queue.is_busy,
            Need.LEFT: bool(self.queue.left) and not self.queue.is_busy,
            Need.FORMER: bool(self.models.former),
            Need.TAUGHT: bool(self.teaching.chosen),
            Need.SUGGESTED: bool(self.teaching.suggestions),
            Need.UNSIGNED: self.bridge.is_open and signed is None,
            Need.SIGNED: signed is not None,
        }
        needs = Need.NOTHING
        for need, there in have.items():
            needs |= need if there else Need.NOTHING
        self.actions.provide(needs)
        step = next_step(needs, self.index.to_look_at, self.actions.way_to)
        self.panels.status.advise("" if self.presenter.veil.is_on else step)
        former = self.models.former
        for name, text in (
            ("desk.undo", tr("Undo: {title}", title=heard(title)) if (title := self.bridge.undo_title) else tr("Undo")),
            ("desk.redo", tr("Redo: {title}", title=heard(title)) if (title := self.bridge.redo_title) else tr("Redo")),
            (
                "models.go_back",
                tr("Go back to the model {former}", former=former) if former else tr("Go back to the model before"),
            ),
        ):
            if self.actions[name].text() != text:
                self.actions[name].setText(text)
        self.panels.status.show_saved(self.bridge.saved_at)
        self.panels.identity.show_state(self.bridge.state)

    def on_case_opened(self) -> None:
        """Another case is open, or none any more."""
        case = self.bridge.case
        self.actions.set_classes(case.taxonomy if case is not None else None, self.desk.relabel)
        self.help.clear_problems()
        self.window.show_case(self.bridge.name)
        self.on_refreshed()

    def on_queue_moved(self, path: Path, state: State, fraction: float, note: str) -> None:
        """A picture got further."""
        self.panels.worklist.set_state(path, state, fraction, note)
        if state is State.FAILED:
            self.help.add_problem(path, note)
        elif state is State.DONE:
            self.help.solve_problem(path)
        done, total, _, text = self._progress
        if state is State.WORKING:
            self.panels.status.show_progress(done, total, fraction, f"{heard(text)}  {heard(note)}".strip())
        elif state in (State.FAILED, State.DONE) and not self.queue.is_busy:
            self.on_refreshed()  # after any other the queue tells that it goes on or rests

    def on_queue_recorded(self, path: Path, slide_id: int, warnings: Sequence[str]) -> None:
        """A picture's cells are on the disk."""
        self.presenter.on_picture_recorded(path, slide_id)
        if warnings:
            self.panels.status.say(f"{path.name}: {heard(warnings[0])}")
            log.warning("%d warnings in the analysis of slide %d", len(warnings), slide_id)

    def on_queue_progressed(self, done: int, total: int, text: str) -> None:
        """The next picture, or the models, are under work."""
        self.panels.gallery.set_empty_text(tr("No cells yet"), tr("They appear here while the pictures are analysed."))
        self._show_progress(done, total, 0.0, text)
        self.on_refreshed()

    def on_queue_idle(self) -> None:
        """Nothing is left to analyse."""
        hint = (
            tr("Press {key} to analyse what was stopped or failed.", key=self.actions.way_to("window.try_again"))
            if self.queue.left
            else tr("Draw missed ones with {key}.", key=self.actions.way_to("slides.add_cell"))
        )
        self.panels.gallery.set_empty_text(tr("No cells here"), hint)
        self.panels.status.show_idle()
        self.on_refreshed()

    def on_model_changed(self, again: bool) -> None:
        """Another model is in use; the pictures are read again with it if that was wanted."""
        self.queue.choose(self.preferences.now)
        self.why.renew()
        self.outlining.renew()
        if again:
            self.files.read_again()
        self.on_refreshed()

    def on_crash(self, error: BaseException) -> None:
        """Something went wrong that nobody expected; the case is safe."""
        if isinstance(error, Exception) and not self._is_closed:
            self.crashes.tell(error)

    def close(self) -> None:
        """Stop everything; what was recorded is kept."""
        if self._is_closed:
            return
        self._is_closed = True
        self.queue.blockSignals(True)
        self.queue.forget()
        self.refine.close()
        self.night.close()
        self._note_tiles()
        self.preferences.change(window_geometry=self.window.place())
        self.window.hide()
        self.jobs.shutdown()
        self.panels.slide_view.set_slide(None)
        self.pool.close()
        self.bridge.blockSignals(True)
        self.bridge.close()

    def _note_tiles(self) -> None:
        self.preferences.change(gallery_tile_px=self.panels.gallery.tile_size)

    def _on_recent(self) -> None:
        self.window.set_recent([Path(name) for name in self.preferences.now.recent_files])

    def _show_progress(self, done: int, total: int, fraction: float, text: str) -> None:
        self._progress = (done, total, fraction, text)
        self.panels.status.show_progress(done, total, fraction, text)

    def _on_box_drawn(self, box_l0: Box) -> None:
        if self.presenter.shown_slide_id:
            self.desk.add_box(self.presenter.shown_slide_id, box_l0)
        else:
            self.panels.status.say(tr("Cells can be drawn once the picture has been analysed."))

    def _activate(self, cell_id: int) -> None:
        cell: Cell | None = self.index.get(cell_id)
        if cell is not None:
            if not self.panels.slide_view.isVisible():
                self.actions["view.both"].trigger()
            self.desk.select((cell_id,))
            self.presenter.show_cell(cell)

    def _on_filtered(self, by_class: bool, doubtful_only: bool) -> None:
        self.actions.set_checked("filter.classes", by_class)
        self.actions.set_checked("filter.doubtful", doubtful_only)

    def _connect(self) -> None:
        p, say = self.panels, self.panels.status.say
        speakers: list[QObject] = [self.desk, self.walk, self.files, self.exchange, self.audit, self.models, self.learn]
        speakers += [self.share, self.why, *self.outlining.tellers, self.viewer, self.filter, self.presenter.loading]
        speakers += [self.readers, self.refine, self.night, self.shelf, self.care, self.crashes]
        for speaker in (*speakers, self.preferences, self.queue, self.bridge):
            if hasattr(speaker, "told"):
                speaker.told.connect(say)
            if hasattr(speaker, "refused"):
                speaker.refused.connect(lambda error: show_error(self.window, error))
        self.audit.look_wanted.connect(self.desk.next_doubtful)
        self.refine.adopted.connect(self.models.on_adopted)
        self.refine.cell_wanted.connect(self._activate)
        self.files.models_given.connect(self.shelf.take_in)
        self.shelf.used.connect(lambda taken: self.models.on_adopted(taken, False))
        self.shelf.back_wanted.connect(self.models.go_back)
        self.shelf.again_wanted.connect(self.files.read_again)
        self.models.changed.connect(lambda _: self.shelf.refresh())
        self.night.case_wanted.connect(lambda case: self.files.open((case,)))
        self.queue.blocked.connect(lambda error: show_error(self.window, error))
        self.bridge.opened.connect(self.on_case_opened)
        self.bridge.closed.connect(self.on_case_opened)
        self.presenter.refreshed.connect(self.on_refreshed)
        self.presenter.loaded.connect(self.shelf.tell_of_case)
        self.presenter.loaded.connect(self.unfinished.look)
        self.unfinished.found.connect(self.on_refreshed)
        self.preferences.changed.connect(self._on_recent)
        self.queue.moved.connect(self.on_queue_moved)
        self.queue.entered.connect(self.presenter.on_picture_recorded)
        self.queue.paused.connect(p.status.show_paused)
        self.queue.recorded.connect(self.on_queue_recorded)
        self.queue.progressed.connect(self.on_queue_progressed)
        self.queue.device_known.connect(p.identity.show_device)
        self.queue.idle.connect(self.on_queue_idle)
        self.models.changed.connect(self.on_model_changed)
        self.files.problem.connect(self.help.add_problem)
        self.exchange.problem.connect(self.help.add_problem)
        self.files.finding.connect(lambda on: (say if on else p.status.unsay)(tr("Looking for pictures …")))
        self.help.problems_changed.connect(p.worklist.set_problems)
        self.view.dressed.connect(self.window.refresh_icons)
        self.view.advance_changed.connect(lambda on: setattr(self.desk, "advances", on))
        p.why.neighbour_chosen.connect(self._activate)
        p.why.slide_toggled.connect(lambda on: self.actions.set_checked("why.on_slide", on))
        self.view.order_wanted.connect(self.walk.on_order_wanted)
        self.filter.changed.connect(self._on_filtered)
        self.walk.follow(self.queue)
        p.worklist.chosen.connect(lambda item: self.presenter.show_picture(item.path, item.slide_id))
        p.worklist.problems_asked.connect(self.help.problems)
        p.status.stop_asked.connect(self.stop)
        p.status.pause_asked.connect(self.pause)
        for view in (p.gallery, p.slide_view):
            view.selection_changed.connect(self.desk.select)
        p.gallery.hovered.connect(self.desk.hover)
        p.slide_view.cell_hovered.connect(self.desk.hover)
        p.gallery.cell_activated.connect(self._activate)
        Following(p, self.index, self.presenter)
        p.gallery.relabel_requested.connect(self.desk.relabel_these)
        p.gallery.undecided_requested.connect(self.desk.mark_these_undecided)
        p.gallery.reject_requested.connect(self.desk.exclude_these)
        p.slide_view.box_drawn.connect(self._on_box_drawn)
        p.slide_view.box_moved.connect(self.desk.move_box)
        p.slide_view.tool_changed.connect(lambda tool: self.actions.set_checked("slides.add_cell", tool == "add"))
        p.slide_view.read_failed.connect(
            lambda reason: say(tr("A part of the picture cannot be read: {reason}", reason=reason))
        )
        self.window.dropped.connect(lambda given, joins: (self.files.add if joins else self.files.open)(given))
        self.window.recent_chosen.connect(lambda path: self.files.open((path,)))
        self.window.closing.connect(self.close)
        self.crashes.quit_asked.connect(self.quit)
