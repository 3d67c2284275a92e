"""The vector that is kept of a cell: its embedding, and behind it what sets new kinds apart; numpy only."""

import numpy as np
from numpy.typing import NDArray

Float32 = NDArray[np.float32]

QUIET = 1 / 64
"""Factor of what stands behind the embedding, so that it hardly counts where vectors are compared by their angle."""


def joined(embeddings: Float32, colours: Float32, looks: Float32) -> Float32:
    """Embeddings [N, D] as they are, colours [N, 45] and looks [N, L] of early stages -> float32 [N, D + 45 + L].

    The first D numbers have length 1. An embedding learned to tell the classes that trained and nothing else: kinds
    that never trained differ from them in colours, and in what the network saw before it made up its mind.
    """
    length = np.maximum(np.linalg.norm(embeddings, axis=1, keepdims=True), 1e-9)
    behind = QUIET * np.concatenate([colours, looks], axis=1)
    return np.concatenate([embeddings / length, behind], axis=1).astype(np.float32)
