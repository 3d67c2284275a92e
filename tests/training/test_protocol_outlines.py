"""The protocol of refined segmenters: who refines, who judges, and figures that can be checked by hand."""

import csv
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from bloodview.core.errors import UserError
from bloodview.core.fieldset import CASE, DRAWN
from tests.training import outlinable
from training import protocol_outlines
from training.outline_corrections import known
from training.protocol_outlines import Cells
from training.protocols import Bench


def cells(n: int) -> Cells:
    each = [replace(outlinable.cell(i), sha256=f"{i}") for i in range(n)]
    made = [known(np.full((72, 72, 3), 200, np.uint8), c) for c in each]
    return Cells(tuple(made), tuple(f"g{i // 2}" for i in range(n)))


def masks(root: Path, n: int) -> None:
    """A laboratory of pictures with masks, two of each group."""
    (root / "zheng1" / "images").mkdir(parents=True)
    (root / "zheng1" / "masks").mkdir()
    rows = []
    for i in range(n):
        mask = np.zeros((60, 60), np.uint8)
        cv2.circle(mask, (30, 30), 12, 128, -1)
        cv2.circle(mask, (30, 30), 6, 255, -1)
        cv2.imwrite(str(root / "zheng1" / "masks" / f"{i:03d}.png"), mask if i else np.zeros_like(mask))
        cv2.imwrite(str(root / "zheng1" / "images" / f"{i:03d}.png"), np.full((60, 60, 3), 100 + i, np.uint8))
        rows.append({"path": f"zheng1/images/{i:03d}.png", "dataset": "zheng1", "split": "eval", "group": f"z{i // 2}"})
    with (root / "manifest.csv").open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def test_one_half_of_whole_groups_refines_and_the_other_judges(tmp_path: Path) -> None:
    masks(tmp_path, 40)
    first, second = protocol_outlines._halves(tmp_path)
    assert not set(first.groups) & set(second.groups)
    assert len(first.known) + len(second.known) == 39, "a mask without a cell is none"
    assert min(len(first.known), len(second.known)) > 8
    one = first.known[0]
    assert (one.source.role, one.source.box) == (CASE, (18, 18, 43, 43))
    assert one.target.known == (True, True)
    assert one.masks[1] is not None
    assert 100 < one.masks[1].sum() < 125
    assert len({k.source.sha256 for k in first.known}) == len(first.known)


def test_at_most_so_many_are_drawn_and_they_are_the_same_ones_again() -> None:
    some = protocol_outlines._some(cells(20), 5)
    assert len(some.known) == len(some.groups) == 5
    assert protocol_outlines._some(cells(20), 5).groups == some.groups


def test_a_part_tells_what_was_gained_over_all_cells() -> None:
    before, after = np.array([[0.8, 0.6], [0.6, 0.8]]), np.array([[0.9, 0.9], [0.9, 0.9]])
    part = protocol_outlines._part("zheng1", False, cells(2), before, after, {"outlined cells": 30.0})
    told = {f.name: round(f.value, 4) for f in part.figures}
    assert (told["cell before"], told["nucleus after"], told["cell gain"], told["gain"]) == (0.7, 0.9, 0.2, 0.2)
    assert (part.cells, told["outlined cells"]) == ({"wbc": 2}, 30)


def test_without_drawn_fields_it_says_how_to_draw_them(tmp_path: Path) -> None:
    bench = Bench(tmp_path, tmp_path, torch.device("cpu"), lambda _event: None)
    with pytest.raises(UserError, match=r"bloodview\.slides\.synthetic_outlines .*drawn/synthetic 36 7100"):
        protocol_outlines._anchor(bench, DRAWN, 36, 7100)
