"""Pictures of cells as JPEG, the way every form of the report carries them."""

import cv2
import numpy as np
from numpy.typing import NDArray


def jpeg(image: NDArray[np.uint8]) -> bytes:
    """A picture uint8 [h, w, 3] RGB as the bytes of a JPEG file, without any metadata."""
    is_done, data = cv2.imencode(".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, 90])
    if not is_done:
        raise ValueError(f"no picture: {image.shape} {image.dtype}")
    return data.tobytes()
