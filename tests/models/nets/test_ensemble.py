"""An ensemble answers the mean of its members' logits, and is published and loaded as any classifier is."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from bloodview.core.errors import UserError
from bloodview.core.taxonomy import FINE
from bloodview.core.training_run import RunFile
from bloodview.models.card import ModelCard
from bloodview.models.nets import classifier
from bloodview.models.nets.inference import load_weights
from tests.models import tiny
from training.ensemble import assemble
from training.publish import Publication, publish

SIDES = (64, 32)


def _parts(root: Path) -> list[Path]:
    sides = zip("ab", SIDES, strict=True)
    return [tiny.classifier(root / "models", n, image_px=side, um_per_px=0.2 * 64 / side) for n, side in sides]


def _run(**more: object) -> RunFile:
    twice = {"channels": tiny.CHANNELS * 2, "layers": tiny.LAYERS * 2}
    values = {"network": "resnet-gn-ensemble", "parts": ("a", "b"), "sides": SIDES, "um_per_px": 0.2}
    return tiny.run("classify", "both", **(twice | values | more))


@pytest.mark.parametrize("weights", [(), (3.0, 1.0)])
def test_logits_are_the_mean_of_the_members_own_calibrated_ones(tmp_path: Path, weights: tuple[float, ...]) -> None:
    parts = _parts(tmp_path)
    run = _run(part_weights=weights)
    net = classifier.build(run.network, run.channels, run.layers, len(FINE), sides=run.sides)
    assemble(net, run, parts).eval()
    x = torch.rand(3, 3, 64, 64, generator=torch.Generator().manual_seed(1))
    wanted = torch.zeros(3, len(FINE))
    for place, side, share in zip(parts, SIDES, (0.75, 0.25) if weights else (0.5, 0.5), strict=True):
        card = ModelCard.read(place)
        member = load_weights(card, place)[0].eval()
        small = torch.nn.functional.interpolate(x, size=side, mode="bilinear", antialias=True) if side != 64 else x
        wanted += share * member(small)[0] / card.temperature
    with torch.inference_mode():
        logits, embeddings = net(x)
    assert torch.allclose(logits, wanted, atol=1e-3)
    assert embeddings.shape == (3, 2 * tiny.CHANNELS[-1])
    assert np.isfinite(embeddings.numpy()).all()


def test_a_part_of_another_window_is_refused_by_name(tmp_path: Path) -> None:
    parts = _parts(tmp_path)
    run = replace(_run(), um_per_px=0.4)
    net = classifier.build(run.network, run.channels, run.layers, len(FINE), sides=run.sides)
    with pytest.raises(UserError, match="window_um is 12.8, the run asks for 25.6"):
        assemble(net, run, parts)


def test_an_ensemble_is_a_part_with_all_its_members(tmp_path: Path) -> None:
    parts = _parts(tmp_path)
    run = _run()
    pair = assemble(classifier.build(run.network, run.channels, run.layers, len(FINE), sides=SIDES), run, parts)
    thresholds = {"decided": 0.9, "familiar": 0.05}
    what = Publication("resnet-gn-ensemble-classifier", FINE, thresholds, (), "none", temperature=0.8)
    both = publish(pair, run, what, [], tmp_path / "models")
    sides = (*SIDES, SIDES[0])
    wider = _run(sides=sides, parts=("both", "a"), channels=tiny.CHANNELS * 3, layers=tiny.LAYERS * 3)
    net = classifier.build(wider.network, wider.channels, wider.layers, len(FINE), sides=sides)
    assemble(net, wider, [both, parts[0]]).eval()
    x = torch.rand(2, 3, 64, 64, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        alone = load_weights(ModelCard.read(parts[0]), parts[0])[0].eval()(x)[0] / 1.5
        wanted = (pair.eval()(x)[0] / 0.8 + alone) / 2
        assert torch.allclose(net(x)[0], wanted, atol=2e-2)
    short = replace(wider, sides=(*sides, 32), channels=tiny.CHANNELS * 4, layers=tiny.LAYERS * 4)
    with pytest.raises(UserError, match="have 3 members, not 4"):
        assemble(net, short, [both, parts[0]])
