"""What each setting acts on once it is changed: views, counts, models, keys, names."""

from collections.abc import Callable, Sequence
from functools import partial

from bloodview.core.settings import Settings
from bloodview.ui import style
from bloodview.ui.actions import Actions
from bloodview.ui.analysis_queue import AnalysisQueue
from bloodview.ui.count_verbs import CountVerbs
from bloodview.ui.language_verbs import LanguageVerbs
from bloodview.ui.order_verbs import OrderVerbs
from bloodview.ui.settings_desk import SettingsDesk
from bloodview.ui.view_verbs import ViewVerbs
from bloodview.ui.viewer import Viewer


def follow_settings(
    care: SettingsDesk,
    view: ViewVerbs,
    count: CountVerbs,
    queue: AnalysisQueue,
    viewer: Viewer,
    order: OrderVerbs,
    renewals: Sequence[Callable[[], None]],
    actions: Actions,
) -> None:
    """Let the window follow the record of settings; `renewals` are called once other models are wanted."""
    looks = ("show_boxes", "show_outlines", "show_labels", "gallery_sort", "advance_after_decision")
    others = ("theme", "show_overview", "gallery_group", "language")
    counts = ("count_target", "count_within")
    care.when_changed(("theme", "text_percent"), lambda _: view.dress())
    care.when_changed(looks, lambda _: view.apply_settings())
    care.when_changed(("gallery_tile_px",), lambda _: view.size_tiles())
    care.when_changed(counts, lambda _: count.apply_settings())
    care.when_changed(("device", "batch_size", "detector", "segmenter", "classifier"), queue.choose)
    care.when_changed(("show_overview",), lambda now: viewer.eye.map.set_wanted(now.show_overview))
    for renew in renewals:
        care.when_changed(("device", "segmenter", "classifier"), partial(_call, renew))
    care.when_changed(("gallery_group",), lambda _: order.show_grouping())
    care.when_changed((*others, *looks, *counts), lambda now: show_switches(actions, now))


def _call(renew: Callable[[], None], _now: Settings) -> None:
    renew()


def show_first_switches(actions: Actions, now: Settings) -> None:
    """Bring all switches of the menus to where they stand at the start."""
    for name in ("view.both", "view.overlays"):
        actions.set_checked(name, True)
    show_switches(actions, now)


def show_switches(actions: Actions, now: Settings) -> None:
    """Bring the switches of the menus to the settings."""
    owner = "order" if now.gallery_sort == "unfamiliar" else "view"
    for name, checked in {
        "view.boxes": now.show_boxes,
        "view.outlines": now.show_outlines,
        "view.labels": now.show_labels,
        f"{owner}.by_{now.gallery_sort}": True,
        f"order.group_{now.gallery_group}": True,
        LanguageVerbs.ACTIONS[now.language]: True,
        f"count.target_{now.count_target}": True,
        f"count.within_{now.count_within}": True,
        "view.light": now.theme == style.LIGHT.name,
        "eye.overview": now.show_overview,
        "view.advance": now.advance_after_decision,
    }.items():
        actions.set_checked(name, checked)
