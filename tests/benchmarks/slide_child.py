"""Measures the analysis of a drawn slide in one process: `slide_child.py seams|parts RESULT.json SLIDE`."""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import openslide

from bloodview.analysis import merge, pipeline
from bloodview.analysis.survey import in_turn
from bloodview.core.cancel import CancelToken
from bloodview.core.cells import Kind
from bloodview.core.geometry import Box, Size, iou_matrix
from bloodview.slides.slide import Slide, open_slide
from bloodview.slides.synthetic_slide import SlideDrawing, SlideSpec
from bloodview.workflows.engine import load_engine

SAME_IOU = 0.5
SEAM_UM = 10.0
"""A cell whose middle lies nearer to a border between tiles than this lies at a seam."""


def nobody(_share: float, _text: str) -> None:
    """Takes no progress."""


def seams(path: Path) -> dict[str, Any]:
    """Red cells of the truth that were found, and found twice, at seams and inside."""
    truth = json.loads(path.with_suffix(".truth.json").read_text())
    drawing = SlideDrawing(SlideSpec(**truth["spec"]))
    detector = load_engine(device="cpu").detector
    found = []
    slide = open_slide(path)
    tiles: list[Box] = []
    for field in pipeline.fields(slide, detector, CancelToken(), nobody):
        tiles.append(field.turn.tile.core_l0)
        found += pipeline.shown(field, slide, detector)
    assert slide.scale is not None
    near = slide.scale.px(SEAM_UM)
    xs = sorted({t.x0 for t in tiles} - {0.0})
    ys = sorted({t.y0 for t in tiles} - {0.0})
    answer: dict[str, Any] = {"tiles": len(tiles)}
    reds = np.array([_xyxy(d.box_l0) for d in found if d.kind is Kind.RBC], np.float32).reshape(-1, 4)
    true = [c.box_l0 for c in drawing.cells() if c.kind is Kind.RBC]
    size = slide.size
    # What the slide's own border cuts is left out on both sides.
    true = [b for b in true if b.x0 > 0 and b.y0 > 0 and b.x1 < size.width and b.y1 < size.height]
    boxes = np.array([_xyxy(b) for b in true], np.float32)
    hits = np.zeros(len(boxes), int)
    for start in range(0, len(boxes), 512):
        part = boxes[start : start + 512]
        hits[start : start + 512] = (iou_matrix(part, reds) > SAME_IOU).sum(axis=1)
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2
    away = np.full(len(boxes), np.inf)
    for at, axis in ((xs, 0), (ys, 1)):
        for seam in at:
            away = np.minimum(away, np.abs(middle[:, axis] - seam))
    for name, chosen in (("seam", away < near), ("inside", away >= near)):
        answer[name] = {
            "n": int(chosen.sum()),
            "found": int((hits[chosen] > 0).sum()),
            "twice": int((hits[chosen] > 1).sum()),
        }
    slide.close()
    return answer


def parts(path: Path) -> dict[str, Any]:
    """The whole analysis against the sum of its parts, and reading tiles against bare reads of OpenSlide."""
    engine = load_engine(device="cpu")
    spent: dict[str, float] = {}

    def timed(name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: object) -> object:
            begin = time.perf_counter()
            try:
                return work(*args)
            finally:
                spent[name] = spent.get(name, 0.0) + time.perf_counter() - begin

        return call

    slide = open_slide(path)
    slide.read = timed("read", slide.read)
    engine.detector.detect = timed("detect", engine.detector.detect)
    engine.segmenter.segment = timed("segment", engine.segmenter.segment)
    engine.classifier.classify = timed("classify", engine.classifier.classify)
    begin = time.perf_counter()
    batches = list(
        pipeline.analyse(
            slide, engine.detector, engine.segmenter, engine.classifier, cancel=CancelToken(), progress=nobody
        )
    )
    whole = time.perf_counter() - begin
    slide.close()
    return {"whole": whole, "parts": spent, "tiles": len(batches), "cells": sum(len(b.cells) for b in batches)}


def reading(path: Path) -> dict[str, Any]:
    """Planning and reading all tiles against bare reads of the same regions by OpenSlide, in turns, best of five."""
    times: dict[str, list[float]] = {"planned": [], "bare": []}
    slide = open_slide(path)
    boxes = _planned(slide)
    slide.close()
    for _ in range(5):
        slide = open_slide(path)
        begin = time.perf_counter()
        for box in _planned(slide):
            slide.read(box, Size(round(box.width), round(box.height)))
        times["planned"].append(time.perf_counter() - begin)
        slide.close()
        bare = openslide.OpenSlide(path)
        begin = time.perf_counter()
        for box in boxes:
            region = bare.read_region((int(box.x0), int(box.y0)), 0, (round(box.width), round(box.height)))
            np.asarray(region.convert("RGB"))
        times["bare"].append(time.perf_counter() - begin)
        bare.close()
    return {name: min(seconds) for name, seconds in times.items()} | {"tiles": len(boxes)}


def _planned(slide: Slide) -> list[Box]:
    assert slide.scale is not None
    eye = pipeline._Eye(slide, _Seen())
    turns = in_turn(slide, eye.tiles(slide.scale.um_per_px), slide.scale.um_per_px, CancelToken(), nobody)
    return [t.tile.box_l0 for t in turns]


class _Seen:
    """What of a detector the planning asks."""

    um_per_px = 0.16
    thresholds: dict[str, float] = {}

    def detect(self, _images: list[Any]) -> list[Any]:
        return [merge.nothing()]


def _xyxy(box: Box) -> tuple[float, float, float, float]:
    return box.x0, box.y0, box.x1, box.y1


if __name__ == "__main__":
    measure = {"seams": seams, "parts": parts, "reading": reading}[sys.argv[1]]
    Path(sys.argv[2]).write_text(json.dumps(measure(Path(sys.argv[3]))))
