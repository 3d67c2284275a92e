"""The tables of few labels: the published protocol of System 2, and the labels that the queue of next looks saves."""

from collections.abc import Sequence

from bloodview.core.taxonomy import COARSE
from training import protocol_few_shot, protocol_queue
from training.protocol_few_shot import EPISODES, READINGS, SHOTS
from training.protocol_queue import AT, FIRST, MOST, REACHED_BY, REPEATS
from training.results import Record
from training.splits import TWIN_LABELS
from training.tables import Column, Row, Value, over_seeds, read_value, table

PUBLISHED = {
    "basophil": 0.9700,
    "eosinophil": 0.9878,
    "immature_granulocyte": 0.9459,
    "erythroblast": 0.9570,
    "lymphocyte": 0.9886,
    "monocyte": 0.9709,
    "platelet": 0.9971,
    "neutrophil": 0.9630,
}
"""Recalls of Tummala and Suresh 2023, whose backbone came from ImageNet; their mean is 0.9725."""
AIM = 0.965
"""Macro recall that is aimed at from scratch, at the same number of labels."""


def few_shot(rows: Sequence[Row]) -> str:
    """The published protocol, on pbc's test part and on everything that was not used; then recalls a class."""
    own = [r for r in rows if any(record.protocol == protocol_few_shot.PROTOCOL for record in r.records)]
    if not own:
        return ""
    mean = sum(PUBLISHED.values()) / len(PUBLISHED)
    parts = [
        f"## {SHOTS} support pictures a class (System 2)\n",
        f"Macro recall on pbc, 8-way {SHOTS}-shot: {TWIN_LABELS} cells a class train the encoder and as many validate "
        f"it, nothing comes from elsewhere. Mean of {EPISODES} episodes; support pictures are drawn from those that "
        f"trained unless the head says otherwise. Published: {mean:.4f}, one run, with a backbone from ImageNet, on "
        f"all of pbc's pictures that were left. Aimed at from scratch: {AIM}.\n",
    ]
    for judged in ("pbc test", "pbc rest"):
        named = {head: f"{judged}, {reading}" for reading, head in READINGS.items()}
        columns = [_column(head, protocol_few_shot.PROTOCOL, part, "balanced") for head, part in named.items()]
        if text := table(own, columns):
            parts.append(f"{'The test part.' if judged == 'pbc test' else 'All that was left.'}\n\n{text}")
    for reading in ("classes' space", "prototypes"):
        columns = [_recall(f"pbc test, {reading}", c) for c in COARSE]
        if text := table(own, columns):
            published = " | ".join(f"{PUBLISHED[c]:.3f}" for c in COARSE)
            last = f"| published, other cells | {published} |\n"
            parts.append(f"Recall a class on the test part, {READINGS[reading]}.\n\n{text}{last}")
    return "\n".join(parts)


def queue(rows: Sequence[Row]) -> str:
    """Labels that a laboratory needs when the program chooses, against chance."""
    sets = [("bccd", "bccd"), ("chula_wbc", "chula_wbc"), ("bccd", "zheng1"), ("chula_wbc", "zheng1")]
    parts = []
    for left_out, judged in sets:
        own = [
            r for r in rows if any((q.protocol, q.left_out) == (protocol_queue.PROTOCOL, left_out) for q in r.records)
        ]
        columns = [_figure("0 labels", left_out, judged)]
        for n in AT:
            columns += [_figure(f"{n} labels, {way}", left_out, judged) for way in ("chance", "queue")]
        columns += [_figure(f"{MOST} labels, chance", left_out, judged), _figure("labels needed", left_out, judged)]
        columns.append(_figure("errors in the first fifth", left_out, judged))
        if text := table(own, columns):
            parts.append(f"{judged}{f', trained without {left_out}' if judged != left_out else ''}\n\n{text}")
    if not parts:
        return ""
    return (
        "## Which cells to look at next\n\n"
        "Balanced accuracy, forced, in a laboratory that never trained, after so many labels of half of its scenes; "
        f"the other half judges. Means of {REPEATS} random halves with the interval of a bootstrap over them, which "
        "knows nothing of other laboratories. Labels needed: by the queue, to reach what chance reaches with "
        f"{REACHED_BY}; empty where it did not. Errors in the first fifth: share of the wrong labels met in the first "
        f"{FIRST:.0%} of the queue without any relearning, by chance {FIRST:.0%}. The order was settled on bccd and "
        "chula_wbc, zheng1 had no say.\n\n" + "\n".join(parts)
    )


def _column(title: str, protocol: str, judged: str, figure: str, left_out: str = "", *, ranked: bool = True) -> Column:
    def of(records: Sequence[Record]) -> Value | None:
        return read_value([r for r in records if r.protocol == protocol], left_out, judged, figure)

    return Column(title, of, ranked=ranked)


def _figure(figure: str, left_out: str, judged: str) -> Column:
    return _column(figure, protocol_queue.PROTOCOL, judged, figure, left_out, ranked=False)


def _recall(judged: str, name: str) -> Column:
    def of(records: Sequence[Record]) -> Value | None:
        there = [r for r in records if r.protocol == protocol_few_shot.PROTOCOL]
        recalls = [p.recalls[name] for r in there if (p := r.part(judged)) and name in p.recalls]
        return over_seeds([Value(v, v, v) for v in recalls])

    return Column(name, of, short=True)
