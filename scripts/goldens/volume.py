"""Makes the fixtures and goldens of src/volume with nibabel, SimpleITK and SciPy.

Run from the repository root: python scripts/goldens/volume.py
Needs: numpy scipy nibabel SimpleITK pydicom pynrrd h5py pillow. Written with nibabel 5, SimpleITK 2, SciPy 1.
"""

import gzip
import itertools
import json
import shutil
from pathlib import Path

import nibabel as nib
import numpy as np
import SimpleITK as sitk
from scipy import ndimage

OUT = Path("src/volume/fixtures")
SHARED = Path("../shared/data")
rng = np.random.default_rng(7)
LPS = np.diag([-1.0, -1.0, 1.0, 1.0])


def flat(array):
    """Values of an x, y, z array, x fastest."""
    return np.asarray(array).flatten(order="F").tolist()


def save(name, value):
    text = json.dumps(value, separators=(",", ":"))
    (OUT / name).write_text(text + "\n")


def rotation(degrees, axis):
    axis = np.asarray(axis, float) / np.linalg.norm(axis)
    k = np.array([[0, -axis[2], axis[1]], [axis[2], 0, -axis[0]], [-axis[1], axis[0], 0]])
    t = np.radians(degrees)
    return np.eye(3) + np.sin(t) * k + (1 - np.cos(t)) * k @ k


def affine_of(matrix, spacing, origin):
    result = np.eye(4)
    result[:3, :3] = np.asarray(matrix) * np.asarray(spacing)
    result[:3, 3] = origin
    return result


OBLIQUE = affine_of(rotation(25, [1, 2, 3]), [0.8, 1.1, 2.5], [-90.25, 12.5, -33])


def nifti():
    goldens = {}

    def keep(name, image):
        nib.save(image, OUT / name)
        loaded = nib.load(OUT / name)
        data = np.asanyarray(loaded.dataobj)
        data = data.reshape(data.shape + (1,) * (4 - data.ndim))
        data = data.reshape(data.shape[:3] + (-1,), order="F")
        goldens[name] = {
            "dtype": loaded.header.get_data_dtype().name,
            "shape": list(data.shape[:3]),
            "affine": loaded.affine.flatten().tolist(),
            "components": [flat(data[..., c]) for c in range(data.shape[-1])],
        }

    shape = (3, 4, 2)
    ramp = np.arange(24).reshape(shape, order="F")
    for dtype in ["uint8", "int8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float32", "float64"]:
        info = np.iinfo(dtype) if not dtype.startswith("f") else None
        data = (ramp * 5 - (0 if dtype.startswith("u") else 60)).astype(dtype)
        if info and info.bits < 64:
            data[0, 0, 0], data[1, 0, 0] = info.min, info.max
        if not info:
            data = data / 7
        keep(f"{dtype}.nii.gz", nib.Nifti1Image(data.astype(dtype), OBLIQUE, dtype=dtype))
    big = nib.Nifti1Image(ramp.astype(">i2"), OBLIQUE, nib.Nifti1Header(endianness=">"))
    keep("big-endian.nii", big)
    keep("nifti2.nii.gz", nib.Nifti2Image((ramp / 3).astype("f4"), OBLIQUE))
    keep("pair.hdr", nib.Nifti1Pair(ramp.astype("i2"), OBLIQUE))
    keep("components.nii.gz", nib.Nifti1Image(np.stack([ramp, ramp + 100, 50 - ramp], -1).astype("i2"), OBLIQUE))
    scaled = nib.Nifti1Image(ramp.astype("i2"), OBLIQUE)
    scaled.header.set_slope_inter(0.5, -1024)
    raw = nib.Nifti1Image(ramp.astype("i2"), OBLIQUE)
    nib.save(raw, OUT / "scaled.nii")
    content = bytearray((OUT / "scaled.nii").read_bytes())
    content[112:120] = np.array([0.5, -1024], "<f4").tobytes()
    (OUT / "scaled.nii").write_bytes(content)
    keep_file = nib.load(OUT / "scaled.nii")
    goldens["scaled.nii"] = {
        "dtype": "int16",
        "shape": list(shape),
        "affine": keep_file.affine.flatten().tolist(),
        "components": [flat(keep_file.dataobj)],
    }
    left_handed = OBLIQUE @ np.diag([1, 1, -1, 1])
    for name, affine in [("qform.nii", OBLIQUE), ("qform-left-handed.nii", left_handed)]:
        image = nib.Nifti1Image(ramp.astype("u1"), None)
        image.header.set_qform(affine, code=1)
        image.header.set_sform(None, code=0)
        nib.save(image, OUT / name)
        image = nib.Nifti1Image(ramp.astype("u1"), None, nib.load(OUT / name).header)
        keep(name, image)
    plain = nib.Nifti1Image(ramp.astype("u1"), None)
    plain.header.set_zooms((0.8, 1.1, 2.5))
    keep("no-orientation.nii", plain)
    flat2d = nib.Nifti1Image(ramp[:, :, 0].astype("u1"), None)
    keep("two-dimensional.nii", flat2d)
    save("nifti.json", goldens)
    for name, dtype in [("complex.nii", "c8"), ("rgb.nii", [("R", "u1"), ("G", "u1"), ("B", "u1")])]:
        nib.save(nib.Nifti1Image(np.zeros((2, 2, 2), dtype), OBLIQUE), OUT / name)


def orientation():
    data = np.arange(24).reshape((2, 3, 4), order="F")
    affines = []
    for axes in itertools.permutations(range(3)):
        for signs in itertools.product([1, -1], repeat=3):
            matrix = np.zeros((3, 3))
            for column, (row, sign) in enumerate(zip(axes, signs)):
                matrix[row, column] = sign
            affines.append(affine_of(matrix, [0.5, 1.5, 3], [10, -20, 30]))
    for _ in range(40):
        shear = np.eye(3) + np.triu(rng.uniform(-0.3, 0.3, (3, 3)), 1)
        matrix = rotation(rng.uniform(-180, 180), rng.normal(size=3)) @ shear @ np.diag(rng.choice([-1, 1], 3))
        affines.append(affine_of(matrix, rng.uniform(0.3, 4, 3), rng.normal(size=3) * 50))
    goldens = []
    for affine in affines:
        image = nib.as_closest_canonical(nib.Nifti1Image(data.astype("i2"), affine))
        goldens.append(
            {
                "affine": affine.flatten().tolist(),
                "canonical": image.affine.flatten().tolist(),
                "shape": list(image.shape),
                "values": flat(image.dataobj),
            }
        )
    save("orientation.json", goldens)


def as_itk(data, affine):
    """An x, y, z array with a RAS affine as a SimpleITK image."""
    lps = LPS @ affine
    spacing = np.linalg.norm(lps[:3, :3], axis=0)
    image = sitk.GetImageFromArray(np.ascontiguousarray(data.T))
    image.SetSpacing(spacing.tolist())
    image.SetOrigin(lps[:3, 3].tolist())
    image.SetDirection((lps[:3, :3] / spacing).flatten().tolist())
    return image


METHODS = {"nearest": sitk.sitkNearestNeighbor, "linear": sitk.sitkLinear, "cubic": sitk.sitkBSpline}


def itk_resample(data, affine, shape, new_affine, method, outside=None):
    reference = as_itk(np.zeros(shape), new_affine)
    resampler = sitk.ResampleImageFilter()
    resampler.SetReferenceImage(reference)
    resampler.SetInterpolator(METHODS[method])
    resampler.SetUseNearestNeighborExtrapolator(outside is None)
    resampler.SetDefaultPixelValue(0 if outside is None else outside)
    return sitk.GetArrayFromImage(resampler.Execute(as_itk(data, affine))).T


def itk_vote(labels, affine, shape, new_affine, outside=None):
    names = np.unique(labels)
    votes = [
        itk_resample((labels == name).astype(float), affine, shape, new_affine, "linear", None if outside is None else -1)
        for name in names
    ]
    # Sums that should be equal differ in their last bits: the lowest label wins.
    votes = np.round(np.stack(votes), 12)
    result = names[votes.argmax(0)]
    return result if outside is None else np.where(votes[0] == -1, outside, result)


def resampling():
    shape = (7, 6, 5)
    data = rng.normal(size=shape) * 100
    labels = rng.integers(0, 4, shape).astype(float)
    goldens = {
        "shape": list(shape),
        "affine": OBLIQUE.flatten().tolist(),
        "data": flat(data),
        "labels": flat(labels.astype(int)),
        "to_spacing": [],
        "to_reference": [],
    }
    spacing = np.linalg.norm(OBLIQUE[:3, :3], axis=0)
    # Spacings that leave no new voxel more than half a voxel outside: there ITK's extrapolator turns to the nearest
    # neighbour along all axes at once.
    for new in [(1.01, 1.0, 1.1), (0.42, 0.6, 1.35), (1.5, 2.0, 4.1), (0.8, 0.7, 6.0)]:
        size = np.maximum(1, np.floor(np.array(shape) * spacing / new + 0.5)).astype(int).tolist()
        affine = OBLIQUE.copy()
        affine[:3, :3] *= np.array(new) / spacing
        case = {"spacing": new, "shape": size, "affine": affine.flatten().tolist()}
        for method in METHODS:
            case[method] = flat(itk_resample(data, OBLIQUE, size, affine, method))
        case["label-linear"] = flat(itk_vote(labels, OBLIQUE, size, affine).astype(int))
        goldens["to_spacing"].append(case)
    shifted = OBLIQUE.copy()
    shifted[:3, 3] += OBLIQUE[:3, :3] @ [-1.3, 0.6, 1.2]
    turned = affine_of(rotation(-40, [0, 1, 1]), [1.3, 0.9, 1.7], OBLIQUE[:3, 3] + [0.5, -2, 1])
    mirrored = OBLIQUE @ np.array([[0, -1, 0, 5.2], [1, 0, 0, 0.3], [0, 0, -1, 4], [0, 0, 0, 1.0]])
    for affine in [shifted, turned, mirrored]:
        size = [6, 7, 6]
        case = {"shape": size, "affine": affine.flatten().tolist()}
        for method in METHODS:
            case[method] = flat(itk_resample(data, OBLIQUE, size, affine, method, -7))
        case["label-linear"] = flat(itk_vote(labels, OBLIQUE, size, affine, 9).astype(int))
        goldens["to_reference"].append(case)
    save("resample.json", goldens)


def components_and_distances():
    shape = (9, 8, 7)
    mask = rng.random(shape) < 0.3
    goldens = {"shape": list(shape), "mask": flat(mask.astype(int)), "labels": {}, "distances": []}
    for connectivity, rank in [(6, 1), (18, 2), (26, 3)]:
        # Numbered in the order of the array given: z, y, x as everywhere in memory.
        labels, _ = ndimage.label(mask.T, ndimage.generate_binary_structure(3, rank))
        goldens["labels"][connectivity] = flat(labels.T)
    sparse = rng.random(shape) < 0.02
    goldens["sparse"] = flat(sparse.astype(int))
    for spacing in [(1, 1, 1), (0.7, 1.3, 3.1)]:
        image = sitk.GetImageFromArray(np.ascontiguousarray(sparse.T).astype("u1"))
        image.SetSpacing([float(s) for s in spacing])
        maurer = sitk.SignedMaurerDistanceMap(image, insideIsPositive=False, squaredDistance=False, useImageSpacing=True)
        scipy = ndimage.distance_transform_edt(~sparse, sampling=spacing)
        outside = ~sparse
        assert np.allclose(sitk.GetArrayFromImage(maurer).T[outside], scipy[outside], rtol=1e-6)
        goldens["distances"].append({"spacing": list(spacing), "values": flat(scipy)})
    save("components.json", goldens)


def smoothing():
    shape = (6, 5, 4)
    data = rng.normal(size=shape) * 100
    spacing = np.linalg.norm(OBLIQUE[:3, :3], axis=0)
    goldens = {"shape": list(shape), "affine": OBLIQUE.flatten().tolist(), "data": flat(data), "smoothed": []}
    for sigma in [(2, 2, 2), (0.5, 0, 6)]:
        values = ndimage.gaussian_filter(data, np.array(sigma) / spacing)
        goldens["smoothed"].append({"sigma": list(sigma), "values": flat(values)})
    save("smooth.json", goldens)


if __name__ == "__main__":
    OUT.mkdir(parents=True, exist_ok=True)
    nifti()
    orientation()
    resampling()
    components_and_distances()
    smoothing()
