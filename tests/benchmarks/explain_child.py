"""Times the map of one cell with the real classifier: `explain_child.py RESULT.json`."""

import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from bloodview.analysis import explaining, overlays
from bloodview.core.cancel import CancelToken
from bloodview.models import store

ROUNDS = 9


def main() -> None:
    classifier = store.load_classifier("cpu")
    explainer, token = store.explainer_of(classifier), CancelToken()
    side = classifier.input_px
    crop = np.random.default_rng(0).integers(60, 255, (side, side, 3)).astype(np.uint8)
    found = explaining.explain_crop(crop, explaining.Wish("gradcam"), classifier, explainer, token)

    def mapped() -> None:
        made = explaining.explain_crop(crop, explaining.Wish("gradcam"), classifier, explainer, token)
        overlays.laid_over(crop, explaining.shown(made))

    result = {
        "n": ROUNDS,
        "gradcam": _median_seconds(mapped),
        "deletion": _median_seconds(lambda: explaining.judged(crop, found, classifier, token)),
    }
    Path(sys.argv[1]).write_text(json.dumps(result))


def _median_seconds(work: Callable[[], object]) -> float:
    taken = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begin)
    return statistics.median(taken)


if __name__ == "__main__":
    main()
