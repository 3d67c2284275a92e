"""Laboratories of the synthetic smear: dyes in optical density, light, focus and camera."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

UInt8 = NDArray[np.uint8]
Float32 = NDArray[np.float32]
Rgb = tuple[float, float, float]

DYES = ("azure", "eosin", "purple", "haemoglobin")
"""Channels of an amounts array: the blue dye, the pink dye, their complex on chromatin, the red cells' pigment."""


@dataclass(frozen=True, slots=True)
class Laboratory:
    """How a laboratory stains and photographs; densities are natural-log absorbances (red, green, blue) a unit of dye.

    Args:
        name: for people and for the truth file.
        azure, eosin, purple, haemoglobin: densities of the four absorbers.
        background: colour of the empty glass, 0 to 255.
        leukocyte_stain: factor on the dyes in nucleated cells and platelets.
        red_cell_stain: factor on the red cells' pigment.
        vignette: share of the light lost in the corners, with `vignette_rgb` its weight a channel.
        gradient: share of the light lost from one side to the other.
        blur_um: standard deviation of the focus blur.
        fringe_um: shift between the red and the blue picture.
        refraction: strength of the dark and bright seam along edges.
        sharpening: strength of the camera's sharpening.
        noise: standard deviation of the camera noise in grey levels at full light.
        jpeg_quality: 1 to 100; 0 = no compression.
    """

    name: str
    azure: Rgb = (0.95, 0.62, 0.14)
    eosin: Rgb = (0.13, 0.95, 0.75)
    purple: Rgb = (0.56, 1.0, 0.19)
    haemoglobin: Rgb = (0.22, 0.34, 0.19)
    background: Rgb = (254.0, 230.0, 202.0)
    leukocyte_stain: float = 1.0
    red_cell_stain: float = 1.0
    vignette: float = 0.0
    vignette_rgb: Rgb = (1.0, 1.0, 1.0)
    gradient: float = 0.0
    blur_um: float = 0.06
    fringe_um: float = 0.0
    refraction: float = 0.0
    sharpening: float = 0.6
    noise: float = 1.5
    jpeg_quality: int = 92

    @property
    def dyes(self) -> Float32:
        """float32 [4, 3], rows in the order of DYES."""
        return np.asarray([self.azure, self.eosin, self.purple, self.haemoglobin], np.float32)


LABORATORIES = {
    lab.name: lab
    for lab in (
        Laboratory("amber"),
        Laboratory(
            "daylight",
            azure=(1.0, 0.72, 0.1),
            eosin=(0.1, 0.9, 0.5),
            purple=(0.74, 0.96, 0.12),
            haemoglobin=(0.12, 0.29, 0.26),
            background=(205.0, 208.0, 204.0),
            leukocyte_stain=0.62,
            vignette=0.06,
            gradient=0.04,
            blur_um=0.15,
            fringe_um=0.05,
            refraction=0.45,
            sharpening=0.0,
            noise=2.5,
            jpeg_quality=88,
        ),
        Laboratory(
            "rose",
            azure=(0.8, 0.6, 0.2),
            eosin=(0.1, 1.0, 0.55),
            purple=(0.5, 1.0, 0.28),
            haemoglobin=(0.1, 0.4, 0.26),
            background=(243.0, 232.0, 238.0),
            leukocyte_stain=0.85,
            red_cell_stain=1.1,
            vignette=0.1,
            gradient=0.05,
            blur_um=0.13,
            refraction=0.15,
            sharpening=0.2,
            noise=2.0,
        ),
        Laboratory(
            "dusk",
            azure=(0.9, 0.7, 0.2),
            eosin=(0.1, 0.8, 0.4),
            purple=(0.75, 0.85, 0.2),
            haemoglobin=(0.2, 0.28, 0.14),
            background=(168.0, 150.0, 176.0),
            leukocyte_stain=0.6,
            red_cell_stain=0.9,
            vignette=0.18,
            vignette_rgb=(-0.6, 0.6, 0.2),
            gradient=0.1,
            blur_um=0.26,
            fringe_um=0.12,
            refraction=0.6,
            sharpening=0.0,
            noise=3.0,
            jpeg_quality=85,
        ),
        Laboratory(
            "slate",
            azure=(1.0, 0.7, 0.16),
            purple=(0.7, 1.0, 0.3),
            haemoglobin=(0.24, 0.29, 0.2),
            background=(226.0, 230.0, 240.0),
            leukocyte_stain=0.95,
            vignette=0.08,
            gradient=0.08,
            blur_um=0.12,
            refraction=0.1,
            sharpening=0.3,
            noise=2.0,
        ),
    )
}
"""Laboratories by name; "amber" is like an automatic microscope, the others like cameras on an eyepiece."""


def light(lab: Laboratory, x_rel: Float32, y_rel: Float32, angle: float) -> Float32:
    """Share of the full light, float32 [H, W, 3], at places float32 [W] and [H] with -1 to 1 across the picture."""
    loss = np.minimum((x_rel[None, :] ** 2 + y_rel[:, None] ** 2) / 2, 1.0)
    slope = (x_rel[None, :] * np.cos(angle) + y_rel[:, None] * np.sin(angle)) / 2
    even = 1 - lab.gradient * (slope + 0.5)
    rgb = np.asarray(lab.vignette_rgb, np.float32) * lab.vignette
    out: Float32 = (even[..., None] * (1 - loss[..., None] * rgb)).astype(np.float32)
    return out


def develop(amounts: Float32, lab: Laboratory, um_per_px: float, lamp: Float32 | None = None) -> Float32:
    """Amounts of dye float32 [H, W, 4] -> what reaches the camera, float32 [H, W, 3] RGB, 0 to 255.

    Needs a margin of `margin_px` around what is kept, so that blur and fringes do not see the border.
    """
    density = amounts @ lab.dyes
    if lab.refraction:
        wide = cv2.GaussianBlur(density, (0, 0), 0.28 / um_per_px)
        density = density + lab.refraction * (density - wide) - 0.25 * lab.refraction * np.maximum(wide - density, 0)
    image = np.exp(-density) * np.asarray(lab.background, np.float32)
    if lamp is not None:
        image *= lamp
    if lab.blur_um:
        image = cv2.GaussianBlur(image, (0, 0), max(lab.blur_um / um_per_px, 0.3))
    if lab.fringe_um:
        height, width = image.shape[:2]
        for channel, sign in ((0, 1), (2, -1)):
            shift = np.asarray([[1, 0, sign * lab.fringe_um / um_per_px], [0, 1, 0]], np.float32)
            plane = np.ascontiguousarray(image[..., channel])
            image[..., channel] = cv2.warpAffine(plane, shift, (width, height), borderMode=cv2.BORDER_REPLICATE)
    if lab.sharpening:
        image += lab.sharpening * (image - cv2.GaussianBlur(image, (0, 0), 0.12 / um_per_px))
    return np.asarray(image, np.float32)


def margin_px(lab: Laboratory, um_per_px: float) -> int:
    """How far `develop` looks beside a pixel."""
    return int(np.ceil((3 * lab.blur_um + lab.fringe_um + 1.2) / um_per_px)) + 2


def photograph(image: Float32, lab: Laboratory, rng: np.random.Generator) -> UInt8:
    """Camera noise and rounding; float32 [H, W, 3] -> uint8 [H, W, 3] RGB."""
    if lab.noise:
        grain = rng.standard_normal(image.shape, np.float32)
        soft = cv2.GaussianBlur(grain, (0, 0), 0.7)
        amplitude = lab.noise * np.sqrt(np.maximum(image, 8) / 255)
        return np.clip(np.rint(image + amplitude * (0.5 * grain + 1.2 * soft)), 0, 255).astype(np.uint8)
    return np.clip(np.rint(image), 0, 255).astype(np.uint8)


def compressed(image: UInt8, quality: int) -> UInt8:
    """The picture after JPEG; uint8 [H, W, 3] RGB both ways; quality 0 leaves it."""
    if not quality:
        return image
    _, data = cv2.imencode(".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, quality])
    back = cv2.imdecode(data, cv2.IMREAD_COLOR)
    return np.ascontiguousarray(np.asarray(back, np.uint8)[..., ::-1])
