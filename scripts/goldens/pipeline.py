"""Golden numbers of src/pipeline from NumPy, SciPy and scikit-image.

Run: pip install numpy scipy scikit-image && python scripts/goldens/pipeline.py
"""

import json
from pathlib import Path

import numpy as np
from scipy import ndimage
from skimage.filters import threshold_otsu

FOLDER = Path(__file__).parents[2] / "src/pipeline/fixtures"


def scan(count):
    """Air and tissue from a linear congruential generator, the same in src/pipeline/fixtures/scan.ts."""
    values, state = [], 1
    for _ in range(count):
        state = (1103515245 * state + 12345) % 2**31
        air = (state >> 16) % 100 < 40
        values.append((state >> 8) % 50 if air else 300 + (state >> 8) % 400)
    return np.array(values, np.float32)


def robust(values):
    q25, median, q75 = np.percentile(values, [25, 50, 75])
    return median, (q75 - q25) / (2 * 0.67448975), values.min(), values.max()


def linear(values, window, output):
    return np.clip((values - window[0]) / (window[1] - window[0]) * (output[1] - output[0]) + output[0], *output)


def simple(values, mask):
    return (values - values[mask].mean()) / values[mask].std()


def mri_window(values, mask, sharpen, tail, output):
    threshold = threshold_otsu(values[mask])
    median, deviation, _, largest = robust(values[mask][values[mask] > threshold])
    window = max(median - sharpen * deviation, threshold), min(largest, median + tail * sharpen * deviation)
    return linear(np.where(values < threshold, 0, values), window, output)


def trimmed(values, mask, percentiles, sharpen, output):
    low, high = np.percentile(values[mask], percentiles)
    median, deviation, least, largest = robust(values[mask & (values > low) & (values < high)])
    window = max(median - sharpen * deviation, least), min(median + sharpen * deviation, largest)
    return np.where(mask, linear(values, window, output), output[0])


def normalizations():
    values = scan(120)
    everywhere, mask = np.ones(120, bool), np.arange(120) % 3 != 0
    doubles = values.astype(np.float64)
    return {
        "otsu": float(threshold_otsu(values)),
        "otsuOfFourLevels": float(threshold_otsu(np.repeat(np.float32([0, 1, 10, 11]), [5, 3, 4, 2]))),
        "percentiles": [float(p) for p in np.percentile(doubles, [0, 1, 25, 50, 99, 100])],
        "simple": simple(doubles, mask),
        "ctWindow": linear(doubles, (200, 500), (-1, 1)),
        "mriWindow": mri_window(values, everywhere, 0.9, 1.0, (-1, 1)),
        "mriWindowMasked": mri_window(values, mask, 2.5, 1.5, (0, 2)),
        "trimmed": trimmed(doubles, everywhere, (1, 99), 0.9, (-1, 1)),
        "trimmedMasked": trimmed(doubles, mask, (10, 80), 1.9, (0, 1)),
    }


def padding():
    volume = scan(2 * 3 * 4).reshape(2, 3, 4)
    margins = [(3, 2), (2, 1), (5, 4)]
    modes = {name: name.replace("-", "_") for name in
             ["minimum", "edge", "linear-ramp", "maximum", "mean", "median", "reflect", "symmetric", "wrap"]}
    return {name: np.pad(volume, margins, mode=mode) for name, mode in {"zero": "constant", **modes}.items()}


def resampling():
    volume = scan(7 * 8 * 9).reshape(7, 8, 9).astype(np.float64)
    matrix = np.array([[0.9, 0.2, -0.1], [-0.25, 1.1, 0.05], [0.1, -0.15, 0.8]])
    size = np.array([4, 6, 5])
    centre, shift = np.array([3.5, 3.0, 4.5]), np.array([0.3, -0.2, 1.4])
    offset = centre + shift - matrix @ ((size - 1) / 2)
    options = {"order": 1, "mode": "nearest", "output_shape": tuple(size)}
    affine = ndimage.affine_transform(volume, matrix, offset, **options)
    nearest = ndimage.affine_transform(volume, matrix, offset, **{**options, "order": 0})
    grid = np.stack(np.meshgrid(*[np.arange(n) for n in size], indexing="ij")).astype(np.float64)
    # The displacement of row (z, y) that the test defines.
    z, y, x = grid
    moved = grid + np.stack([0.3 * np.sin(z + y), 0.2 * np.cos(x), 0.1 * (x - y)])
    local = moved - ((size - 1) / 2)[:, None, None, None]
    coordinates = np.tensordot(matrix, local, 1) + (centre + shift)[:, None, None, None]
    return {
        "affine": affine,
        "nearest": nearest,
        "displaced": ndimage.map_coordinates(volume, coordinates, order=1, mode="nearest"),
        "blurred": ndimage.gaussian_filter(volume, 0.8, mode="reflect", truncate=3),
        "blurredWidely": ndimage.gaussian_filter(volume, 1.7, mode="reflect", truncate=3),
    }


def rounded(value):
    return [float(f"{v:.8g}") for v in np.ravel(value)] if isinstance(value, np.ndarray) else value


for name, values in {"normalizations": normalizations(), "padding": padding(), "resampling": resampling()}.items():
    text = ",\n".join(f'  "{key}": {json.dumps(rounded(value))}' for key, value in values.items())
    (FOLDER / f"{name}.json").write_text("{\n" + text + "\n}\n")
