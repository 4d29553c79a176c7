"""Makes src/evaluation/fixtures/distances.json: overlap and distances by SimpleITK, SciPy and NumPy.

Hausdorff and mean distance are computed with SimpleITK, the mean as InnerEye's metrics.py does (contours by
LabelContour, distances by SignedMaurerDistanceMap of the other mask). The 95 % Hausdorff distance and the surface Dice
follow MONAI's formulas (edges: mask xor binary erosion; Euclidean distance transform; percentile of each direction).

Needs SimpleITK and SciPy: python -m venv /tmp/venv && /tmp/venv/bin/pip install SimpleITK scipy
Run from the repository's root: /tmp/venv/bin/python scripts/goldens/evaluation-distances.py
"""
import json
import pathlib

import numpy
import SimpleITK as sitk
from scipy import ndimage

CROSS = ndimage.generate_binary_structure(3, 1)
TOLERANCE_MM = 2.0


def image(mask, spacing):
    result = sitk.GetImageFromArray(mask.astype(numpy.uint8))
    result.SetSpacing([float(value) for value in reversed(spacing)])
    return result


def mean_distance(prediction, truth, spacing):
    distances = []
    for own, other in ((prediction, truth), (truth, prediction)):
        signed = sitk.SignedMaurerDistanceMap(image(other, spacing), squaredDistance=False, useImageSpacing=True)
        contour = sitk.GetArrayFromImage(sitk.LabelContour(image(own, spacing))) > 0
        distances.append(numpy.abs(sitk.GetArrayFromImage(signed))[contour])
    return float(numpy.concatenate(distances).mean())


def edges(mask):
    return mask ^ ndimage.binary_erosion(mask)


def measure(prediction, truth, spacing):
    hausdorff = sitk.HausdorffDistanceImageFilter()
    hausdorff.Execute(image(prediction, spacing), image(truth, spacing))
    overlap = sitk.LabelOverlapMeasuresImageFilter()
    overlap.Execute(image(prediction, spacing), image(truth, spacing))
    forward = ndimage.distance_transform_edt(~edges(truth), sampling=spacing)[edges(prediction)]
    backward = ndimage.distance_transform_edt(~edges(prediction), sampling=spacing)[edges(truth)]
    both = numpy.count_nonzero(prediction & truth)
    return {
        "dice": overlap.GetDiceCoefficient(),
        "hausdorffMm": hausdorff.GetHausdorffDistance(),
        "meanDistanceMm": mean_distance(prediction, truth, spacing),
        "hausdorff95Mm": float(max(numpy.percentile(forward, 95), numpy.percentile(backward, 95))),
        "surfaceDice": float(
            (numpy.count_nonzero(forward <= TOLERANCE_MM) + numpy.count_nonzero(backward <= TOLERANCE_MM))
            / (len(forward) + len(backward))
        ),
        "sensitivity": both / numpy.count_nonzero(truth),
        "precision": both / numpy.count_nonzero(prediction),
    }


def shifted(mask, offsets):
    result = numpy.zeros_like(mask)
    target = tuple(slice(max(o, 0), n + min(o, 0)) for o, n in zip(offsets, mask.shape))
    source = tuple(slice(max(-o, 0), n + min(-o, 0)) for o, n in zip(offsets, mask.shape))
    result[target] = mask[source]
    return result


CHANGES = {
    "shifted by [1, 2, -1]": lambda mask: shifted(mask, (1, 2, -1)),
    "dilated": lambda mask: ndimage.binary_dilation(mask, CROSS),
    "eroded": lambda mask: ndimage.binary_erosion(mask, CROSS),
}


def ellipsoid(shape, centre, weights, limit):
    z, y, x = numpy.indices(shape)
    return sum(w * (axis - c) ** 2 for w, axis, c in zip(weights, (z, y, x), centre)) <= limit


def synthetic():
    shape = [14, 18, 22]
    ellipsoids = [
        {"centre": [6, 8, 10], "weights": [4, 2, 1], "limit": 50},
        {"centre": [7, 9, 13], "weights": [3, 2, 2], "limit": 60},
        {"centre": [0, 3, 21], "weights": [1, 1, 1], "limit": 40},
        {"centre": [1, 0, 19], "weights": [1, 2, 1], "limit": 45},
        {"centre": [7, 9, 11], "weights": [1, 1, 1], "limit": 1},
    ]
    masks = [ellipsoid(shape, **given) for given in ellipsoids]
    shell = masks[1] & ~ndimage.binary_erosion(masks[1], CROSS)
    pairs = [("inside", 0, 1), ("at the border", 2, 3), ("far apart", 0, 2), ("small in large", 4, 1)]
    cases = [
        {"name": name, "prediction": a, "truth": b, "spacing": spacing,
         "expected": measure(masks[a], masks[b], spacing)}
        for name, a, b in pairs for spacing in ([1.0, 1.0, 1.0], [5.0, 0.9, 1.3])
    ]
    cases.append({"name": "an object within a shell", "prediction": 4, "truth": "shell of 1", "spacing": [2.0, 1.0, 1.5],
                  "expected": measure(masks[4], shell, [2.0, 1.0, 1.5])})
    return {"shape": shape, "ellipsoids": ellipsoids, "cases": cases}


def abdomen():
    labels = sitk.GetArrayFromImage(sitk.ReadImage("../shared/data/ct/abdomen_seg.nii.gz")).astype(int)
    cases = []
    for spacing in ([3.0, 3.0, 3.0], [5.0, 0.9, 1.2]):
        for label in [int(value) for value in numpy.unique(labels) if value > 0]:
            truth = labels == label
            for change, function in CHANGES.items():
                prediction = function(truth)
                if prediction.any() and truth.sum() >= 20:
                    numbers = {k: round(v, 6) for k, v in measure(prediction, truth, spacing).items()}
                    cases.append({"label": label, "change": change, "spacing": spacing, "expected": numbers})
    return cases


fixture = {
    "simpleitk": sitk.Version.VersionString(), "toleranceMm": TOLERANCE_MM,
    "synthetic": synthetic(), "abdomen": abdomen(),
}
target = pathlib.Path("src/evaluation/fixtures/distances.json")
target.parent.mkdir(exist_ok=True)
target.write_text(json.dumps(fixture, separators=(",", ":")).replace('{"label"', '\n{"label"').replace('{"name"', '\n{"name"') + "\n")
