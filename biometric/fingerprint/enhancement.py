"""From a grey fingerprint image to clear ridges: normalise, find ridge directions, filter along them, find the finger.

Everything is for 500 dpi (one pixel is 0.0508 mm), dark ridges on a light ground. Directions are those of the ridge,
radians in 0..π, counted from the x axis towards the y axis (down). The figures are the research prototype's
(FVC 2002 and 2004, see docs) unless said otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

GreyImage = NDArray[np.uint8]
FloatImage = NDArray[np.float32]
Mask = NDArray[np.bool_]

DIRECTION_COUNT = 16
# Ridge periods at 500 dpi: 9 pixels is the mean of adults, 7 to 11.5 covers them.
RIDGE_PERIODS = (7.0, 9.0, 11.5)
FIRST_PASS_PERIODS = (9.0,)
CONTRAST_LIMIT = 2.5
NORMALISING_SIGMA = 12.0
# Half the largest filter: what lies farther from a pixel does not reach it.
FILTER_MARGIN = 15
SIZE_STEP = 64
# Three periods at two sizes: up to 60 MB.
KEPT_SPECTRA = 6
# Half a ridge period: the edge of the finger to about four pixels.
NEAR_SIGMA = 5.0
# Shares of the contrast where there is some: over the whole picture it would tell how much ground there is around the
# finger. With 0.25 near by, wet and dark middles were lost.
CONTRAST_SHARE = 0.25
NEAR_CONTRAST_SHARE = 0.1
SMALLEST_VARIANCE = 60.0
SMALLEST_NEAR_VARIANCE = 30.0
SMALLEST_COHERENCE = 0.2
# Smaller fingers than this (about 5 mm × 4 mm) tell too little to be worth a look.
SMALLEST_FINGER_AREA = 8000


@dataclass(frozen=True)
class Ridges:
    """All arrays have the image's height and width.

    ``response``: filtered image, ridges negative. ``direction``: radians 0..π. ``coherence``: 0..1, how much the
    neighbourhood agrees on it. ``finger``: where the finger lies.
    """

    response: FloatImage
    direction: FloatImage
    coherence: FloatImage
    finger: Mask


@cache
def gabor_bank(period: float) -> tuple[FloatImage, ...]:
    """One even-symmetric filter for each direction, zero mean and unit energy."""
    sigma = 0.45 * period
    half = int(np.ceil(2.5 * sigma))
    y, x = np.mgrid[-half : half + 1, -half : half + 1].astype(np.float32)
    envelope = np.exp(-(x * x + y * y) / (2 * sigma * sigma))
    filters = []
    for index in range(DIRECTION_COUNT):
        direction = np.pi * index / DIRECTION_COUNT
        across = -x * np.sin(direction) + y * np.cos(direction)
        kernel = envelope * np.cos(2 * np.pi * across / period)
        kernel -= envelope * (kernel.sum() / envelope.sum())
        kernel /= np.sqrt((kernel * kernel).sum())
        filters.append(kernel.astype(np.float32))
    return tuple(filters)


def blur(image: FloatImage, sigma: float) -> FloatImage:
    return np.asarray(cv2.GaussianBlur(image, (0, 0), sigma), np.float32)


def normalise(image: FloatImage, sigma: float, floor: float = 40.0) -> tuple[FloatImage, FloatImage]:
    """Local mean 0 and variance 1 (limited to ±2.5), and the local variance there was."""
    mean = blur(image, sigma)
    variance = np.maximum(blur(image * image, sigma) - mean * mean, 0)
    normalised = np.clip((image - mean) / np.sqrt(variance + floor), -CONTRAST_LIMIT, CONTRAST_LIMIT)
    return normalised.astype(np.float32), variance


def ridge_directions(image: FloatImage, sigma: float) -> tuple[FloatImage, FloatImage]:
    """Direction (radians 0..π) and coherence (0..1) from the averaged squared gradients."""
    gradient_x = np.asarray(cv2.Sobel(image, cv2.CV_32F, 1, 0, ksize=3), np.float32)
    gradient_y = np.asarray(cv2.Sobel(image, cv2.CV_32F, 0, 1, ksize=3), np.float32)
    cosine = blur(gradient_x * gradient_x - gradient_y * gradient_y, sigma)
    sine = blur(2 * gradient_x * gradient_y, sigma)
    energy = blur(gradient_x * gradient_x + gradient_y * gradient_y, sigma)
    direction = (0.5 * np.arctan2(sine, cosine) + np.pi / 2) % np.pi
    coherence = np.sqrt(cosine * cosine + sine * sine) / (energy + 1e-6)
    return direction.astype(np.float32), coherence.astype(np.float32)


@lru_cache(maxsize=KEPT_SPECTRA)
def bank_spectra(period: float, height: int, width: int) -> tuple[FloatImage, ...]:
    """The filters of ``gabor_bank`` transformed, centred on the first pixel of ``height`` × ``width``."""
    spectra = []
    for kernel in gabor_bank(period):
        side = kernel.shape[0]
        field = np.zeros((height, width), np.float32)
        field[:side, :side] = kernel
        spectra.append(np.asarray(cv2.dft(np.roll(field, (-(side // 2), -(side // 2)), (0, 1))), np.float32))
    return tuple(spectra)


def filter_along(image: FloatImage, direction: FloatImage, periods: tuple[float, ...]) -> FloatImage:
    """Each pixel through the filter of its direction, at the ridge period that answers best around it.

    By way of Fourier: a third of the time of as many filters one by one.
    """
    nearest = np.round(direction / (np.pi / DIRECTION_COUNT)).astype(np.int8) % DIRECTION_COUNT
    height, width = image.shape
    # Sizes in steps, so that few spectra are kept.
    whole_height, whole_width = (-(-(size + 2 * FILTER_MARGIN) // SIZE_STEP) * SIZE_STEP for size in image.shape)
    below, beside = whole_height - height - FILTER_MARGIN, whole_width - width - FILTER_MARGIN
    framed = cv2.copyMakeBorder(image, FILTER_MARGIN, below, FILTER_MARGIN, beside, cv2.BORDER_REFLECT)
    spectrum = cv2.dft(framed)
    answers = []
    for period in periods:
        answer = np.zeros_like(image)
        for index, kernel in enumerate(bank_spectra(period, whole_height, whole_width)):
            product = cv2.mulSpectrums(spectrum, kernel, 0, conjB=False)
            filtered = cv2.dft(product, flags=cv2.DFT_INVERSE | cv2.DFT_SCALE | cv2.DFT_REAL_OUTPUT)
            inner = filtered[FILTER_MARGIN : FILTER_MARGIN + height, FILTER_MARGIN : FILTER_MARGIN + width]
            np.copyto(answer, inner, where=nearest == index)
        answers.append(answer)
    if len(answers) == 1:
        return answers[0]
    best = np.stack([blur(answer * answer, 12.0) for answer in answers]).argmax(0)
    return np.asarray(np.choose(best, answers), np.float32)


def normalise_within(image: FloatImage, region: Mask, sigma: float, floor: float = 40.0) -> FloatImage:
    """As ``normalise``, of what lies in ``region`` only, so that its edge is no contrast; 0 outside."""
    inside = region.astype(np.float32)
    share = blur(inside, sigma) + 1e-3
    mean = blur(image * inside, sigma) / share
    variance = np.maximum(blur(image * image * inside, sigma) / share - mean * mean, 0)
    normalised = np.clip((image - mean) / np.sqrt(variance + floor), -CONTRAST_LIMIT, CONTRAST_LIMIT)
    return np.asarray(normalised * inside, np.float32)


def find_finger(variance: FloatImage, near_variance: FloatImage, coherence: FloatImage) -> Mask:
    """Where there is contrast with a direction: the largest such region, smoothed, without holes.

    ``near_variance`` sees a smaller neighbourhood: it keeps the region from reaching over the finger's edge.
    """
    smooth_variance = blur(variance, 8.0)
    contrast = smooth_variance > max(SMALLEST_VARIANCE, CONTRAST_SHARE * _strong(smooth_variance))
    near = near_variance > max(SMALLEST_NEAR_VARIANCE, NEAR_CONTRAST_SHARE * _strong(near_variance))
    region = (contrast & near & (blur(coherence, 8.0) > SMALLEST_COHERENCE)).astype(np.uint8)
    opened = cv2.morphologyEx(region, cv2.MORPH_OPEN, np.ones((17, 17), np.uint8))
    closed = cv2.morphologyEx(opened, cv2.MORPH_CLOSE, np.ones((25, 25), np.uint8))
    outlines, _ = cv2.findContours(closed, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    finger = np.zeros(variance.shape, np.uint8)
    if outlines:
        cv2.drawContours(finger, [max(outlines, key=cv2.contourArea)], -1, 1, cv2.FILLED)
    return finger.astype(np.bool_)


def _strong(variance: FloatImage) -> float:
    """The 80th percentile of what is more than noise; 0 when all is noise."""
    contrasts = variance[variance > SMALLEST_VARIANCE]
    return float(np.percentile(contrasts, 80)) if contrasts.size else 0.0


def find_ridges(image: GreyImage) -> Ridges:
    """The clear ridges of ``image`` (8 bit). An empty ``finger`` when there is none."""
    grey = image.astype(np.float32)
    normalised, variance = normalise(grey, NORMALISING_SIGMA)
    direction, coherence = ridge_directions(normalised, 7.0)
    finger = find_finger(variance, normalise(grey, NEAR_SIGMA)[1], coherence)
    if int(finger.sum()) < SMALLEST_FINGER_AREA:
        nothing = np.zeros(image.shape, np.float32)
        return Ridges(nothing, direction, coherence, np.zeros(image.shape, np.bool_))
    box = box_around(finger, FILTER_MARGIN)
    normalised = normalise_within(grey[box], finger[box], NORMALISING_SIGMA)
    direction, _ = ridge_directions(normalised, 7.0)
    first = filter_along(normalised, direction, FIRST_PASS_PERIODS)
    clearer, _ = normalise(first * 10, 10.0)
    direction, coherence = ridge_directions(clearer, 6.0)
    second = filter_along(0.5 * normalised + 0.5 * np.clip(clearer, -2, 2), direction, RIDGE_PERIODS)
    response, direction, coherence = (_laid_back(part, box, image.shape) for part in (second, direction, coherence))
    return Ridges(response, direction, coherence, finger)


def box_around(region: Mask, margin: int) -> tuple[slice, slice]:
    """Rows and columns of the smallest box that holds ``region``, wider by ``margin`` pixels where the picture is."""
    rows, columns = np.flatnonzero(region.any(1)), np.flatnonzero(region.any(0))
    return (
        slice(max(0, int(rows[0]) - margin), int(rows[-1]) + margin + 1),
        slice(max(0, int(columns[0]) - margin), int(columns[-1]) + margin + 1),
    )


def _laid_back(part: FloatImage, box: tuple[slice, slice], shape: tuple[int, ...]) -> FloatImage:
    whole = np.zeros(shape, np.float32)
    whole[box] = part
    return whole
