"""Times the classifier against its bare network in one process: `throughput_child.py RESULT.json DEVICE`."""

import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from bloodview.models import store
from bloodview.models.card import ModelCard
from bloodview.models.nets.inference import load_weights
from bloodview.models.nets.preprocess import to_tensor

CROPS, ROUNDS, BATCH = 256, 7, 64


def main() -> None:
    out, device = Path(sys.argv[1]), torch.device(sys.argv[2])
    folder = store.find("classify", None)
    card = ModelCard.read(folder)
    net = load_weights(card, folder)[0].eval().to(device).to(memory_format=torch.channels_last)
    whole = store.load_classifier(str(device), batch_size=BATCH)
    side = card.image_px
    crops = np.random.default_rng(0).integers(60, 255, (CROPS, side, side, 3)).astype(np.uint8)
    ready = to_tensor(crops, card.mean, card.std, device)

    @torch.inference_mode()
    def bare() -> None:
        for at in range(0, CROPS, BATCH):
            net(ready[at : at + BATCH])[0].cpu()

    pairs = [(_seconds(bare), _seconds(lambda: whole.classify(crops))) for _ in range(ROUNDS + 1)][1:]
    result = {
        "ratio": statistics.median(w / b for b, w in pairs),
        "bare": CROPS / statistics.median(b for b, _ in pairs),
        "whole": CROPS / statistics.median(w for _, w in pairs),
    }
    out.write_text(json.dumps(result))


def _seconds(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


if __name__ == "__main__":
    main()
