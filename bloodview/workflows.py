"""The verbs that both faces call: analyse, record, report, export, classify, detect, segment, self-test."""

import json
import os
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from bloodview.analysis import adapting, examples, pictures, pipeline
from bloodview.analysis.crops import WINDOW_BOXES
from bloodview.analysis.inputs import Failure, Outcome, Progress, Walk, quiet
from bloodview.core import paths, unfamiliar
from bloodview.core.cancel import CancelToken
from bloodview.core.cells import Cell, FoundCell, Kind, Source, Status
from bloodview.core.differential import count
from bloodview.core.errors import StorageError, UnreadableFileError, UserError
from bloodview.core.files import check_place, write_folder_whole, write_whole
from bloodview.core.geometry import Box, Scale, Size
from bloodview.core.taxonomy import Taxonomy
from bloodview.models.api import Classifier, Detector, Segmenter, UInt8
from bloodview.report import html, table
from bloodview.report.content import Report, ReportedSlide, compose
from bloodview.review import exchange
from bloodview.review.case import Case
from bloodview.review.commands import AddRun, Changes, NewSlide, Relabel
from bloodview.review.records import SlideRecord
from bloodview.slides import synthetic_sample
from bloodview.slides.slide import Slide, open_slide

_LARGEST_CROP_PX = 512


def silent(_text: str) -> None:
    """News that nobody follows."""


@dataclass(frozen=True, slots=True)
class Engine:
    """The models an analysis needs."""

    detector: Detector
    segmenter: Segmenter
    classifier: Classifier

    @property
    def device(self) -> str:
        """Where they run; the classifier's, should they differ."""
        return self.classifier.device

    @property
    def model_ids(self) -> tuple[str, str, str]:
        """Detector, segmenter, classifier."""
        return self.detector.model_id, self.segmenter.model_id, self.classifier.model_id


def load_engine(
    device: str = "auto",
    classifier: str | Path | None = None,
    batch_size: int | None = None,
    tell: Callable[[str], None] = silent,
) -> Engine:
    """Load the default models, or another classifier; takes the seconds that torch takes.

    Args:
        device: "auto", "cpu", "cuda" or "mps".
        classifier: id or folder of another classifier.
        batch_size: crops at once; None = the model's own.
        tell: gets sentences for a person, such as a fall back to the CPU.

    Raises:
        ModelError: a model is missing, damaged or does not match its card.
    """
    from bloodview.models import store

    return Engine(
        store.load_detector(device=device, batch_size=batch_size, tell=tell),
        store.load_segmenter(device=device, batch_size=batch_size, tell=tell),
        store.load_classifier(device=device, model=classifier, batch_size=batch_size, tell=tell),
    )


# -- analysis and the case


@dataclass(frozen=True, slots=True)
class SlideResult:
    """What the analysis of one slide gave.

    Args:
        scale: as measured or assumed; never None.
        failed_tiles: level-0 boxes that could not be read.
        seconds: wall time.
        warnings: for a person, the failed tiles' reasons among them.
    """

    path: Path
    content_hash: str
    size: Size
    scale: Scale
    cells: tuple[FoundCell, ...]
    model_ids: tuple[str, ...]
    device: str
    failed_tiles: tuple[Box, ...]
    seconds: float
    warnings: tuple[str, ...]


def analyse_slide(
    path: Path, engine: Engine, cancel: CancelToken | None = None, progress: Progress = quiet
) -> SlideResult:
    """Find, outline and name the cells of a slide or picture. Pure: touches no case, so it runs on any thread.

    Raises:
        UnreadableFileError: the file cannot be read, or none of its tiles can.
        Cancelled: the token was cancelled.
    """
    begin = time.perf_counter()
    with closing(open_slide(path)) as slide:
        batches = list(
            pipeline.analyse(
                slide,
                engine.detector,
                engine.segmenter,
                engine.classifier,
                cancel=cancel or CancelToken(),
                progress=progress,
            )
        )
        failed = [b.failed for b in batches if b.failed]
        if len(failed) == len(batches):
            raise UnreadableFileError(failed[0].reason if failed else "has no pixels.", path=path)
        return SlideResult(
            path=path,
            content_hash=slide.content_hash,
            size=slide.size,
            scale=batches[0].scale,
            cells=tuple(cell for batch in batches for cell in batch.cells),
            model_ids=engine.model_ids,
            device=engine.device,
            failed_tiles=tuple(f.box_l0 for f in failed),
            seconds=time.perf_counter() - begin,
            warnings=tuple(w for b in batches for w in b.warnings)
            + tuple(f"The part at {f.box_l0.x0:.0f}, {f.box_l0.y0:.0f} could not be read: {f.reason}" for f in failed),
        )


def record(case: Case, result: SlideResult) -> Changes:
    """Put an analysis into a case, in one transaction; what persons decided there stays."""
    # In full: the case is opened again from other folders.
    slide = NewSlide(result.path.absolute(), result.content_hash, result.size, result.scale)
    return case.apply(AddRun(slide, result.cells, result.model_ids, result.device, result.failed_tiles))


def check_case_place(path: Path) -> None:
    """Refuse a place where an analysis could not be kept, before work is spent on it.

    Raises:
        DamagedCaseError: a file that is no case, is damaged, or was made by a newer version.
        UserError: a signed case; StorageError: a place that cannot be written.
    """
    if os.path.lexists(path):
        with Case.open(path) as case:
            if case.signature:
                raise UserError("is signed, so nothing can be added.", path=path, hint="Name another case.")
            if case.is_read_only:
                raise StorageError("cannot be written.", path=path, hint="Name another case.")
    elif not path.parent.is_dir():
        raise StorageError("there is no such folder to make it in.", path=path, hint="Make the folder first.")
    elif not os.access(path.parent, os.W_OK):
        raise StorageError("cannot be made in this folder.", path=path, hint="Name a folder that you may write to.")


def analyse_into(
    case_path: Path,
    given: Sequence[Path],
    engine: Engine,
    reports: Sequence[Path] = (),
    cancel: CancelToken | None = None,
    progress: Progress = quiet,
) -> Outcome:
    """Analyse slides and pictures into a case, new or there already, and write reports of it.

    Each slide is on the disk once it is done, in one transaction; no case is made if none could be analysed.

    Raises:
        as `check_case_place` and `write_report`; Cancelled: what was done stays, the slide under way leaves nothing.
    """
    check_case_place(case_path)
    for out in reports:
        check_report_place(out)
    cancel = cancel or CancelToken()
    walk = Walk(given, cancel, progress)
    warnings: list[tuple[str, str]] = []
    total, done, familiarity = len(walk.inputs.pictures), 0, list[list[float]]()
    with ExitStack() as stack:
        case: Case | None = None
        for number, picture in enumerate(walk.pictures()):
            part = partial(_part, progress, number, total, str(picture.path))
            try:
                result = analyse_slide(picture.path, engine, cancel, part)
            except (UserError, OSError) as error:
                walk.failed(picture, error)
                continue
            case = case or stack.enter_context(Case.open_or_create(case_path))
            record(case, result)
            warnings += [(str(picture.path), w) for w in result.warnings]
            familiarity.append(unfamiliar.of_found(result.cells))
            done += 1
        if case:
            for out in reports:
                write_report(case, out)
    return walk.outcome(done, warnings, unfamiliar.strangeness(familiarity))


def _part(progress: Progress, number: int, total: int, name: str, share: float, text: str) -> None:
    """The progress of one slide among several."""
    progress((number + share) / total, f"{name} {text}".strip())


def count_pictures(
    given: Sequence[Path], engine: Engine, cancel: CancelToken | None = None, progress: Progress = quiet
) -> tuple[Report | None, Outcome]:
    """Analyse pictures without keeping a case; the report, or None if no picture could be analysed."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "count.bvcase"
        outcome = analyse_into(path, given, engine, (), cancel, progress)
        if not outcome.done:
            return None, outcome
        with Case.open(path) as case:
            return report(case), outcome


def read_crop(slide: Slide, box_l0: Box, side_px: int) -> UInt8:
    """Read the square around a box, as wide as its larger side, uint8 [side_px, side_px, 3]; white off the slide."""
    return slide.read(Box.square(box_l0.center, max(box_l0.width, box_l0.height)), Size(side_px, side_px))


def report(case: Case) -> Report:
    """What a case amounts to now."""
    cells = case.cells()
    counted = [c for c in cells if c.status is Status.ACTIVE]
    numbers = Counter(c.slide_id for c in cells)
    familiarity = unfamiliar.by_slide(cells)
    slides = [
        ReportedSlide(
            name=s.name,
            content_hash=s.content_hash,
            size=s.size,
            scale=s.scale,
            n_cells=numbers[s.id],
            n_failed_tiles=len(s.failed_tiles),
            analysed_at=s.analysed_at,
            device=s.device,
            model_ids=s.model_ids,
            familiarity=unfamiliar.picture_familiarity(familiarity.get(s.id, ())),
        )
        for s in case.slides()
    ]
    signature = case.signature
    return compose(
        case_name=case.path.name,
        made_at=datetime.now().astimezone(),
        differential=count(cells, case.taxonomy),
        slides=slides,
        n_edits=case.edit_count,
        n_by_person=sum(c.source is Source.PERSON for c in counted),
        n_open=sum(c.needs_a_look for c in counted),
        reviewer=signature.name if signature else "",
        signed_at=signature.at if signature else None,
        notes=[n.text for n in case.notes()],
        strangeness=unfamiliar.strangeness(familiarity.values()),
    )


REPORT_ENDINGS = (".html", ".csv", ".json")


def check_report_place(out: Path) -> None:
    """Refuse an ending that no report has and a place that cannot be written, before work is spent on it."""
    if out.suffix.lower() not in REPORT_ENDINGS:
        raise UserError("is no kind of report.", path=out, hint=f"Endings: {', '.join(REPORT_ENDINGS)}.")
    check_place(out)


def write_report(case: Case, out: Path) -> None:
    """Write the report as its ending says: .html, .csv or .json; whole or not at all.

    Raises:
        UserError: another ending.
        StorageError: it cannot be written.
    """
    check_report_place(out)
    render = {".html": html.render, ".csv": table.render_csv, ".json": table.render_json}[out.suffix.lower()]
    text = render(report(case))
    with write_whole(out) as beside:
        beside.write_text(text, encoding="utf-8", newline="")


EXPORT_FORMATS = ("coco", "csv", "crops")


def export(case: Case, fmt: str, out: Path, progress: Progress = quiet) -> Outcome:
    """Write a case's labels: "coco" and "csv" to a file, "crops" to a new folder with a folder a class.

    Rejected cells are left out. The pictures are needed for crops only; one that is gone or is another one by now is
    named in the outcome.

    Raises:
        UserError: no such format.
        StorageError: it cannot be written.
    """
    if fmt not in EXPORT_FORMATS:
        raise UserError(f"There is no export format {fmt!r}.", hint=f"Formats: {', '.join(EXPORT_FORMATS)}.")
    slides, cells = case.slides(), case.cells()
    if fmt == "coco":
        exchange.write_coco(out, slides, cells, case.taxonomy, datetime.now().astimezone())
    elif fmt == "csv":
        exchange.write_csv(out, slides, cells)
    else:
        with _CropReader(progress, len(cells)) as reader:
            _, failed = exchange.write_crops(out, slides, cells, reader)
        return Outcome(len(slides) - len(failed), tuple(Failure("", sentence) for sentence in failed))
    return Outcome(len(slides))


class _CropReader:
    """Reads cells' pictures for an export, keeping the latest slide open."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress, self._total, self._done = progress, max(1, total), 0
        self._open: tuple[int, Slide] | None = None

    def __enter__(self) -> "_CropReader":
        return self

    def __exit__(self, *_: object) -> None:
        if self._open:
            self._open[1].close()

    def __call__(self, record: SlideRecord, cell: Cell) -> UInt8:
        self._done += 1
        self._progress(self._done / self._total, record.name)
        if self._open is None or self._open[0] != record.id:
            if self._open:
                self._open[1].close()
                self._open = None
            slide = open_slide(record.path)
            if slide.content_hash != record.content_hash:
                slide.close()
                raise UnreadableFileError("is another picture by now.", path=record.path, hint="Analyse it again.")
            self._open = record.id, slide
        side = WINDOW_BOXES * max(cell.box_l0.width, cell.box_l0.height)
        window = Box.square(cell.box_l0.center, side)
        return read_crop(self._open[1], window, max(16, min(_LARGEST_CROP_PX, round(side))))


# -- pictures to files


def classify_pictures(
    given: Sequence[Path],
    out: Path,
    engine: Engine,
    level: str = "fine",
    cancel: CancelToken | None = None,
    progress: Progress = quiet,
) -> Outcome:
    """Name one centred cell a picture; see `analysis.pictures`."""
    return pictures.classify_pictures(
        given, out, engine.detector, engine.classifier, level=level, cancel=cancel or CancelToken(), progress=progress
    )


def detect_fields(
    given: Sequence[Path], out: Path, engine: Engine, cancel: CancelToken | None = None, progress: Progress = quiet
) -> Outcome:
    """Find the cells of fields and slides; see `analysis.pictures`."""
    return pictures.detect_fields(given, out, engine.detector, cancel=cancel or CancelToken(), progress=progress)


def segment_pictures(
    given: Sequence[Path], out: Path, engine: Engine, cancel: CancelToken | None = None, progress: Progress = quiet
) -> Outcome:
    """Outline the leukocytes of pictures; see `analysis.pictures`."""
    return pictures.segment_pictures(
        given, out, engine.detector, engine.segmenter, cancel=cancel or CancelToken(), progress=progress
    )


# -- fitting to a laboratory: see `analysis.adapting`

NamedCell = examples.NamedCell
adapt_to_folder = adapting.folder_to_folder
adapt_to_cells = adapting.to_cells
adopt = adapting.take_into_use


def named_cells(
    cells: Sequence[Cell], slides: Sequence[SlideRecord], taxonomy: Taxonomy, base: str | None = None
) -> tuple[NamedCell, ...]:
    """The cells of a case that a person named and that a classifier, by default the one in use, can be fitted to."""
    places = [(s.id, s.path, s.content_hash, s.scale) for s in slides]
    return examples.named_cells(cells, places, taxonomy, adapting.base_of(base).classes)


# -- the machine's health


@dataclass(frozen=True, slots=True)
class Check:
    """One thing the self-test looked at."""

    title: str
    passed: bool
    detail: str


def self_test(engine: Engine, progress: Progress = quiet) -> list[Check]:
    """Whether colours, scale, classes, counts and the case file are as they must be, on the bundled sample."""
    truth = json.loads((paths.sample() / "truth.json").read_text(encoding="utf-8"))["fields"][0]
    picture = paths.sample() / truth["file_name"]
    result = analyse_slide(picture, engine, None, progress)
    checks = [Check("device", True, engine.device)]
    checks.append(Check("classes", len(set(engine.classifier.classes)) > 1, ", ".join(engine.classifier.classes)))
    off = result.scale.um_per_px / truth["um_per_px"]
    checks.append(Check("scale", 0.8 < off < 1.25, f"{result.scale.um_per_px:.3f} um/px ({result.scale.source})"))
    for kind in Kind:
        true = sum(cell["kind"] == kind.value for cell in truth["cells"])
        found = sum(cell.detection.kind is kind for cell in result.cells)
        checks.append(Check(f"{kind.value} found", 0.5 * true <= found <= 1.6 * true + 1, f"{found}, drawn {true}"))
    named = sum(cell.prediction is not None for cell in result.cells if cell.detection.kind is Kind.WBC)
    outlined = sum(bool(cell.cell_outline) for cell in result.cells if cell.detection.kind is Kind.WBC)
    checks.append(Check("named and outlined", min(named, outlined) > 0, f"{named} named, {outlined} outlined"))
    return [*checks, _colours(picture, engine), _case_file(result)]


def _colours(picture: Path, engine: Engine) -> Check:
    """The detector must be surer of leukocytes in a picture than in the same with red and blue exchanged."""
    with closing(open_slide(picture)) as slide:
        factor = 0.1 / engine.detector.um_per_px
        out = Size(round(slide.size.width * factor), round(slide.size.height * factor))
        image = slide.read(Box(0, 0, slide.size.width, slide.size.height), out)
    right, wrong = (
        float(found.scores[found.kinds == 0].sum())
        for found in engine.detector.detect([image, image[..., ::-1].copy()])
    )
    return Check("colour order", right > wrong, f"{right:.2f} as it is, {wrong:.2f} with red and blue exchanged")


def _case_file(result: SlideResult) -> Check:
    """A case must keep an analysis, an edit and its undo over a reopening."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "self-test.bvcase"
        with Case.create(path) as case:
            record(case, result)
            before = case.labels()
            case.apply(Relabel((before[0][0],), "artefact"))
            case.undo()
        with Case.open(path) as case:
            kept = case.labels() == before and case.edit_count == 2
    return Check("case file", kept, f"{len(before)} cells kept, edited and undone")


def draw_sample(out: Path, fields: int, seed: int, masks: bool = False) -> None:
    """Draw synthetic fields of two laboratories with their truth into a new folder; the same for the same seed.

    Raises:
        StorageError: the folder cannot be written, or is there already and not empty.
    """
    specs = synthetic_sample.sample_specs()
    chosen = [replace(specs[i % len(specs)], seed=1000 * seed + i) for i in range(fields)]
    with write_folder_whole(out) as folder:
        synthetic_sample.write_sample(folder, chosen, masks=masks)
