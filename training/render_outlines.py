"""The part of RESULTS.md on refined segmenters: before and after a laboratory's outlines, and what home loses."""

from collections.abc import Sequence

from training.protocol_outlines import FEW, HOME, PROTOCOL, titled
from training.render_finders import column, only
from training.tables import Row, table

_FIGURES = {f"{part}, {when}": f"{part} {when}" for part in ("cell", "nucleus") for when in ("before", "after", "gain")}
_COSTS = {name: name for name in ("outlined cells", "seconds", "processor seconds")}
_WORDS = """## Refinement of the segmenter

`bloodview refine --what segmenter`: all weights of the segmenter move a little, by the outlines that a person drew of
cells and nuclei; drawn cells keep the parent's own answers. Half of the groups of zheng1, which never trains what
ships, gives the outlines, the other half judges. Mean Dice with the masks, each cell shown by its true box; the
intervals are over resampled groups, of gains paired. Seconds are what the refinement took on a machine of two cores
that had much other work, processor seconds what it computed on one of them.
"""


def section(rows: Sequence[Row]) -> str:
    """The tables; "" if nothing was measured."""
    own = only(rows, PROTOCOL)
    tables = []
    for most in (0, FEW):
        for judged, figures in ((titled(most), _FIGURES | _COSTS), (f"{HOME} test, after {titled(most)}", _FIGURES)):
            if text := table(own, [column(title, judged, name) for title, name in figures.items()]):
                tables += [f"### {judged}, outlines\n", text]
    return "\n".join([_WORDS, *tables]) if tables else ""
