"""RESULTS.md from the records: a table a protocol, methods by system, the best marked, the gap to what was aimed at."""

import json
from collections.abc import Sequence
from pathlib import Path

from bloodview.core.errors import UserError
from bloodview.core.files import write_whole
from bloodview.core.taxonomy import COARSE
from training import (
    explanation_table,
    gate,
    label_tables,
    newcomers,
    outline_table,
    plots,
    render_adapt,
    render_finders,
    render_outlines,
    render_refine,
    results,
)
from training.results import Record
from training.splits import LABORATORIES, SHOTS, UNSEEN
from training.tables import Column, Row, Value, best, mean_of, over_seeds, read_value, rows_of, table

TABLE = Path("training") / "RESULTS.md"
NOTES, SYSTEMS = "notes.md", "systems.json"
"""In the folder of the records, by hand: prose that is included as it is; {title of a system: [ids of its methods]}."""
AIMS = """## Aims and gaps

The best of several methods on the same cells flatters it a little: nothing chose among them but these cells.
"""
HOMES = ("pbc test", "bccd test", "chula_wbc val", "zheng1")
AWAY = ("bccd", "chula_wbc")
"""The laboratories whose mean is aimed at: the others know all classes that they hold."""

HEAD = """# Results

Rendered by `python -m training results` from the records in `training/results`; its prose is `notes.md` there. A
record holds run file, commit, seed, counts, recalls and confusions; `python -m training evaluate --help` tells how one
is made.

Figures are balanced accuracies (mean recall over the classes) where a column says nothing else. In brackets stands the
95 % interval of a bootstrap over groups (photographs of one scene or cell), in parentheses the range over the seeds.
Bold is the best of a column among those that saw no picture of the laboratory judged; *transductive* rows saw its
pictures, without labels. The constant answer is always that of the most frequent class.
"""


def document(folder: Path) -> tuple[str, dict[str, bytes]]:
    """The text of RESULTS.md, and its plots by file name.

    Raises:
        UserError: if a record, or the table of systems, cannot be read.
    """
    records = results.read_all(folder)
    rows = rows_of(records, _systems(folder / SYSTEMS))
    notes = folder / NOTES
    drawn = plots.all_of(rows)
    parts = [HEAD, _targets(rows)]
    if notes.is_file():
        parts.append(notes.read_text(encoding="utf-8").strip() + "\n")
    parts += [
        _left_out(rows),
        render_adapt.section(rows, folder),
        render_refine.section(rows),
        render_finders.section(rows),
        render_outlines.section(rows),
    ]
    parts += [_home(rows), _few_labels(rows), _calibration(rows)]
    parts += [_unseen(rows), newcomers.section(records), label_tables.few_shot(rows), label_tables.queue(rows)]
    parts += [explanation_table.section(folder), outline_table.section(folder)]
    parts += [_gate(folder), _measured(records)]
    text = "\n".join(part for part in parts if part)
    return text + "".join(f"\n![{name}]({folder.name}/{name})\n" for name in drawn), drawn


def write(folder: Path, target: Path) -> None:
    """Write the table, and its plots into the folder of the records."""
    text, drawn = document(folder)
    for name, content in drawn.items():
        with write_whole(folder / name) as part:
            part.write_bytes(content)
    with write_whole(target) as part:
        part.write_text(text, encoding="utf-8")


def stale(folder: Path, target: Path) -> str:
    """Why the file is not what the records render to, or "" if it is; of the plots only whether they are there."""
    text, drawn = document(folder)
    if not target.is_file() or target.read_text(encoding="utf-8") != text:
        return f"{target} is not what {folder} renders to: run python -m training results."
    absent = [name for name in drawn if not (folder / name).is_file()]
    return f"{folder / absent[0]} is missing: run python -m training results." if absent else ""


def _systems(file: Path) -> dict[str, list[str]]:
    """Title of each system -> ids of its methods."""
    if not file.is_file():
        return {}
    try:
        return {str(k): [str(m) for m in v] for k, v in json.loads(file.read_text(encoding="utf-8")).items()}
    except (ValueError, AttributeError, TypeError) as error:
        raise UserError(f"is no table of systems: {error}", path=file) from None


def column(title: str, protocol: str, left_out: str, judged: str, figure: str, *, short: bool = False) -> Column:
    """The column of one figure; balanced and plain accuracies know what a constant answer would reach."""
    kind = figure.split()[0]

    def of(records: Sequence[Record], name: str = figure) -> Value | None:
        return read_value([r for r in records if r.protocol == protocol], left_out, judged, name)

    def constant(records: Sequence[Record]) -> Value | None:
        found = of(records, f"{kind} constant")
        return Value(found.value, found.value, found.value) if found else None

    known = kind in ("balanced", "accuracy") and figure != "balanced fine"
    return Column(title, of, constant if known else None, kind == "ece", short, figure != "decided share")


def mean_away(records: Sequence[Record]) -> Value | None:
    """Balanced accuracy forced among the classes present, mean over the laboratories aimed at, of seeds with both."""
    own = [r for r in records if r.protocol == "left-out" and r.left_out in AWAY]
    of = [column(d, "left-out", d, d, "balanced forced").of for d in AWAY]
    each = [mean_of([one([r for r in own if r.seed == s]) for one in of]) for s in sorted({r.seed for r in own})]
    return over_seeds([v for v in each if v])


def _constant_away(records: Sequence[Record]) -> Value | None:
    columns = [column(d, "left-out", d, d, "balanced forced") for d in AWAY]
    return mean_of([c.constant(records) if c.constant else None for c in columns])


def _targets(rows: Sequence[Row]) -> str:
    def least(figure: str) -> Column:
        def of(records: Sequence[Record]) -> Value | None:
            each = [column(d, "left-out", d, d, figure).of(records) for d in AWAY]
            there = [v for v in each if v]
            return min(there, key=lambda v: v.value) if len(there) == len(each) else None

        return Column("", of)

    aims = (
        ("pbc test, coarse", 0.985, column("", "home", "", "pbc test", "balanced")),
        ("pbc test, fine", 0.90, column("", "home", "", "pbc test", "balanced fine")),
        ("laboratory left out, forced, mean of bccd and chula_wbc", 0.75, Column("", mean_away)),
        ("accuracy of decided cells, the lesser of both laboratories left out", 0.98, least("decided accuracy")),
        ("AUROC of familiarity, the lesser of both laboratories left out", 0.90, least("auroc familiarity")),
        *render_adapt.AIMS,
    )
    lines = [AIMS, "| aim | at least | best | by | gap |", "|---|---|---|---|---|"]
    for what, aim, of in aims:
        if top := best(rows, of):
            gap = aim - top[1].value
            told = "reached" if gap <= 0 else f"{gap:.3f}"
            if "decided" in what:
                shares = [column("", "left-out", d, d, "decided share").of(top[0].records) for d in AWAY]
                told += f"; decided {' and '.join(f'{v.value:.1%}' for v in shares if v)}"
            lines.append(f"| {what} | {aim} | {top[1].text()} | `{top[0].method}` | {told} |")
        else:
            each = [column("", "left-out", d, d, "decided share") for d in AWAY]
            known = "decided" in what and any(all(one.of(row.records) for one in each) for row in rows)
            lines.append(f"| {what} | {aim} | {'none is decided there' if known else 'not measured'} | | |")
    return "\n".join(lines) + "\n"


def _left_out(rows: Sequence[Row]) -> str:
    own = _of(rows, "left-out")
    forced = [column(d, "left-out", d, d, "balanced forced") for d in LABORATORIES]
    forced.append(Column("mean of bccd and chula_wbc", mean_away, _constant_away))
    forced += [column(f"zheng1, {d} left out", "left-out", d, "zheng1", "balanced forced") for d in LABORATORIES]
    text = table(own, forced)
    if not text:
        return ""
    parts = [
        "## Another laboratory\n",
        "Each laboratory in turn did not train; all its leukocytes judge, answers forced among the coarse classes that "
        "have at least 15 cells there and trained. zheng1 never trains.\n",
        text,
    ]
    figures = {
        "open": "balanced",
        "accuracy, open": "accuracy",
        "ECE, fine": "ece fine",
        "decided": "decided share",
        "accuracy of decided": "decided accuracy",
        "AUROC familiarity": "auroc familiarity",
    }
    for d in LABORATORIES:
        if text := table(_left(own, d), [column(k, "left-out", d, d, f) for k, f in figures.items()]):
            parts += [f"### {d} left out: all answers allowed, doubt and familiarity\n", text]
    for d in LABORATORIES:
        if text := table(_left(own, d), [_recall(d, c) for c in COARSE]):
            parts += [f"### {d} left out: recall a class, forced\n", text]
    return "\n".join(parts)


def _recall(laboratory: str, name: str) -> Column:
    def of(records: Sequence[Record]) -> Value | None:
        there = [r for r in records if r.protocol == "left-out" and r.left_out == laboratory]
        recalls = [p.forced_recalls[name] for r in there if (p := r.part(laboratory)) and name in p.forced_recalls]
        return over_seeds([Value(v, v, v) for v in recalls])

    return Column(name, of, short=True)


def _home(rows: Sequence[Row]) -> str:
    columns = [
        column("pbc test, coarse", "home", "", "pbc test", "balanced"),
        column("pbc test, fine", "home", "", "pbc test", "balanced fine"),
        column("pbc test, accuracy", "home", "", "pbc test", "accuracy"),
        column("bccd test, coarse", "home", "", "bccd test", "balanced"),
        column("chula_wbc val, coarse", "home", "", "chula_wbc val", "balanced"),
        column("zheng1, never trained", "home", "", "zheng1", "balanced"),
        column("zheng1, forced", "home", "", "zheng1", "balanced forced"),
    ]
    own = _of(rows, "home")
    if not (text := table(own, columns)):
        return ""
    sure = [
        column(title + d, "home", "", d, figure)
        for d in HOMES
        for title, figure in (
            ("ECE, ", "ece fine"),
            ("decided, ", "decided share"),
            ("accuracy of decided, ", "decided accuracy"),
        )
    ]
    return (
        f"## At home\n\nOther cells of these laboratories trained, none of the same scene or cell.\n\n{text}\n"
        f"What stands without asking, and calibration at the fine level.\n\n{table(own, sure)}"
    )


def _few_labels(rows: Sequence[Row]) -> str:
    own = _of(rows, "few-labels")
    every = [column(str(n), "few-labels", str(n), "pbc test", "balanced") for n in SHOTS]
    near = [column(str(n), "few-labels", str(n), "pbc test, prototypes", "balanced") for n in SHOTS]
    text = table(own, every)
    if not text:
        return ""
    return (
        f"## Few labels\n\npbc test, coarse; the whole network trained on so many labels a class.\n\n{text}\n"
        f"Prototypes of so many labels a class on the features of the network that 125 trained.\n\n{table(own, near)}"
    )


def _calibration(rows: Sequence[Row]) -> str:
    own = _of(rows, "calibration")
    parts = []
    for d in LABORATORIES:
        at_home = "bccd test" if d == "pbc" else "pbc test"
        columns = [
            column(f"{name}, {judged}", "calibration", d, judged, figure)
            for judged in (at_home, d)
            for name, figure in (
                ("ECE", "ece fine"),
                ("decided", "decided share"),
                ("accuracy of decided", "decided accuracy"),
            )
        ]
        if text := table(_left(own, d), columns):
            parts.append(f"Trained without {d}.\n\n{text}")
    return "## Calibration\n\n" + "\n".join(parts) if parts else ""


def _unseen(rows: Sequence[Row]) -> str:
    figures = {"familiarity": "auroc familiarity", "1 - confidence": "auroc confidence"}
    columns = [
        column(f"{name}, {title}", "unseen-class", name, "pbc test", figure)
        for name in UNSEEN
        for title, figure in figures.items()
    ]
    text = table(_of(rows, "unseen-class"), columns)
    if not text:
        return ""
    return f"## Classes that never trained\n\nAUROC of telling pbc's test cells of the class from the others.\n\n{text}"


def _gate(folder: Path) -> str:
    verdicts = [gate.read(file) for file in sorted(folder.glob("gate--*.json"))]
    if not verdicts:
        return ""
    lines = [
        "## The gate\n",
        "| new | old | judged | new | old | difference | verdict |",
        "|---|---|---|---|---|---|---|",
    ]
    for v in verdicts:
        for d in (*v.sets, v.elsewhere):
            m = d.difference
            lines.append(
                f"| `{v.new}` | `{v.old}` | {d.judged}, {d.level} | {d.new:.3f} | {d.old:.3f} "
                f"| {m.value:+.3f} [{m.low:+.3f}, {m.high:+.3f}] | {d.verdict} |"
            )
        lines.append(f"| `{v.new}` | `{v.old}` | | | | | **{'passed' if v.passed else 'not passed'}** |")
    return "\n".join(lines) + "\n"


def _measured(records: Sequence[Record]) -> str:
    """How each method was trained: what a reader needs to measure it again."""
    if not records:
        return ""
    lines = [
        "## Trainings\n",
        "| record | mode | cells | seconds, wall clock | device | commit |",
        "|---|---|---|---|---|---|",
    ]
    for r in records:
        commit = (r.trained_by.commit[:8] or "unknown") + (" with changes" if r.trained_by.changed else "")
        how = f"{r.seconds:.0f} | {r.device} | {commit}" if r.device else f"| weights {r.data[:8]} as published |"
        lines.append(f"| {r.name} | {r.mode} | {r.trained_cells} | {how} |")
    return "\n".join(lines) + "\n"


def _of(rows: Sequence[Row], protocol: str) -> list[Row]:
    return [r for r in rows if any(record.protocol == protocol for record in r.records)]


def _left(rows: Sequence[Row], laboratory: str) -> list[Row]:
    return [r for r in rows if any(record.left_out == laboratory for record in r.records)]
