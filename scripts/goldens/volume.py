"""Makes the fixtures and goldens of src/volume with nibabel, SimpleITK and SciPy.

Run from the repository root: python scripts/goldens/volume.py
Needs: numpy scipy nibabel SimpleITK pydicom pynrrd h5py pillow. Written with nibabel 5, SimpleITK 2, SciPy 1.
"""

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


def as_ras(image):
    """A SimpleITK image as values by component, shape (x, y, z) and affine in RAS."""
    affine = np.eye(4)
    dimension = min(3, image.GetDimension())
    direction = np.eye(3)
    full = np.array(image.GetDirection()).reshape(image.GetDimension(), -1)
    direction[:dimension, :dimension] = full[:dimension, :dimension]
    spacing = np.ones(3)
    spacing[:dimension] = image.GetSpacing()[:dimension]
    affine[:3, :3] = direction * spacing
    affine[:dimension, 3] = image.GetOrigin()[:dimension]
    array = sitk.GetArrayFromImage(image)
    if image.GetNumberOfComponentsPerPixel() > 1:
        parts = [array[..., c] for c in range(array.shape[-1])]
    elif image.GetDimension() == 4:
        parts = list(array)
    else:
        parts = [array]
    shape = parts[0].shape if parts[0].ndim == 3 else (1,) + parts[0].shape
    return {
        "dtype": array.dtype.name,
        "shape": list(shape[::-1]),
        "affine": (LPS @ affine).flatten().tolist(),
        "components": [part.flatten().tolist() for part in parts],
    }


def other_formats():
    import h5py
    import nrrd
    from PIL import Image

    goldens = {}
    shape = (3, 4, 2)
    ramp = np.arange(24).reshape(shape, order="F")

    def itk(name, data, compress=False, vector=False):
        image = sitk.GetImageFromArray(data, isVector=vector)
        reference = as_itk(np.zeros(shape), OBLIQUE)
        image.SetSpacing((reference.GetSpacing() + (1.0,))[: image.GetDimension()])
        if image.GetDimension() == 3:
            image.SetOrigin(reference.GetOrigin())
            image.SetDirection(reference.GetDirection())
        sitk.WriteImage(image, str(OUT / name), compress)
        goldens[name] = as_ras(sitk.ReadImage(str(OUT / name)))

    volume = np.ascontiguousarray(ramp.T)
    for extension in ["nrrd", "mha"]:
        itk(f"int16.{extension}", (volume - 7).astype("i2"))
        itk(f"float32-compressed.{extension}", (volume / 7).astype("f4"), True)
        itk(f"uint64.{extension}", volume.astype("u8"))
        itk(f"vector.{extension}", np.stack([volume, volume * 2, volume + 9], -1).astype("u2"), vector=True)
        itk(f"picture.{extension}", volume[0].astype("u1"))
    itk("detached.mhd", volume.astype("f8"))
    itk("detached-nrrd.nhdr", volume.astype("f8"))
    itk("series-4d.mha", np.stack([volume, volume + 50]).astype("i2"))
    # pynrrd: RAS, big-endian, components last, gzip.
    header = {
        "space": "right-anterior-superior",
        "space directions": np.vstack([OBLIQUE[:3, :3].T, [np.nan] * 3]),
        "space origin": OBLIQUE[:3, 3],
        "kinds": ["domain", "domain", "domain", "list"],
        "endian": "big",
    }
    parts = np.stack([ramp, ramp + 100], -1)
    nrrd.write(str(OUT / "ras-list-last.nrrd"), parts.astype(">i4"), header)
    goldens["ras-list-last.nrrd"] = {
        "dtype": "int32",
        "shape": list(shape),
        "affine": OBLIQUE.flatten().tolist(),
        "components": [flat(parts[..., c]) for c in range(2)],
    }
    nrrd.write(str(OUT / "plain.nrrd"), ramp.astype("u1"), {"spacings": [0.5, 1, 2], "encoding": "raw"})
    goldens["plain.nrrd"] = as_ras(sitk.ReadImage(str(OUT / "plain.nrrd")))

    def array(name, data, dtype=None):
        """data: z, y, x or y, x or component, z, y, x."""
        parts = data if data.ndim == 4 else data[None]
        parts = parts if parts.ndim == 4 else parts[:, None]
        goldens[name] = {
            "dtype": dtype or data.dtype.newbyteorder("=").name,
            "shape": list(parts.shape[:0:-1]),
            "affine": np.eye(4).flatten().tolist(),
            "components": [part.astype("f8").flatten().tolist() for part in parts],
        }

    four = np.stack([volume, volume + 100])
    arrays = {
        "c-order.npy": (volume / 3).astype("f4"),
        "fortran-order.npy": np.asfortranarray(volume.astype("i4")),
        "fortran-components.npy": np.asfortranarray(four.astype("f8")),
        "big-endian.npy": volume.astype(">i2"),
        "half.npy": (volume / 3 - 2).astype("f2"),
        "picture.npy": volume[0].astype("u1"),
    }
    for name, data in arrays.items():
        np.save(OUT / name, data)
        array(name, data)
    np.save(OUT / "bool.npy", volume > 11)
    array("bool.npy", (volume > 11).astype("u1"))
    np.savez_compressed(OUT / "one.npz", volume.astype("i8"))
    array("one.npz", volume.astype("i8"))
    np.savez(OUT / "two.npz", a=volume, b=volume)

    for name, data in {"grey8.png": volume[0] * 10, "grey16.png": volume[0] * 5000}.items():
        data = data.astype("u1" if "8" in name else "u2")
        Image.fromarray(data).save(OUT / name)
        array(name, data)
    Image.fromarray(np.zeros((2, 2, 3), "u1")).save(OUT / "colour.png")

    with h5py.File(OUT / "volumes.h5", "w") as file:
        file.create_dataset("volume", data=four.astype("f4"), compression="gzip")
        file.create_dataset("group/plain", data=volume.astype(">i2"))
        file.create_dataset("labels", data=(four % 3).astype("i8"))
        file.create_dataset("mask", data=four > 105)
        file.create_dataset("text", data="hello")
    array("volumes.h5|volume|1", four[1].astype("f4"))
    array("volumes.h5|group/plain|0", volume.astype("i2"))
    array("volumes.h5|group/plain", volume.astype("i2"))
    array("volumes.h5|labels|0", (four[0] % 3).astype("i8"))
    array("volumes.h5|labels|0|2", (four[0] % 3 == 2).astype("u1"), "int64")
    array("volumes.h5|mask|1", (four[1] > 105).astype("i1"))
    save("other-formats.json", goldens)


def freesurfer():
    """.mgh and .mgz: what nibabel writes and reads."""
    goldens = {}
    for name, dtype, count in [
        ("int16.mgz", "int16", 1),
        ("uint8.mgh", "uint8", 1),
        ("float32.mgz", "float32", 1),
        ("components.mgz", "int32", 2),
    ]:
        shape = (3, 4, 2) if count == 1 else (3, 4, 2, count)
        data = (np.arange(np.prod(shape)).reshape(shape, order="F") * 3 - 5).astype(dtype)
        nib.save(nib.MGHImage(data, OBLIQUE), OUT / name)
        image = nib.load(OUT / name)
        voxels = np.asarray(image.dataobj).reshape((3, 4, 2, count), order="F")
        goldens[name] = {
            "shape": [3, 4, 2],
            "affine": image.affine.astype(float).flatten().tolist(),
            "dtype": dtype,
            "components": [flat(voxels[..., k]) for k in range(count)],
        }
    save("mgh.json", goldens)


def dicom_slice(data, position, turn, uid, number, slope=1, intercept=0, implicit=False):
    import pydicom
    from pydicom.dataset import Dataset, FileMetaDataset

    slice_ = Dataset()
    slice_.file_meta = FileMetaDataset()
    syntax = pydicom.uid.ImplicitVRLittleEndian if implicit else pydicom.uid.ExplicitVRLittleEndian
    slice_.file_meta.TransferSyntaxUID = syntax
    slice_.SOPClassUID = slice_.file_meta.MediaStorageSOPClassUID = pydicom.uid.CTImageStorage
    slice_.SOPInstanceUID = slice_.file_meta.MediaStorageSOPInstanceUID = f"{uid}.{number}"
    slice_.SeriesInstanceUID, slice_.StudyInstanceUID, slice_.InstanceNumber = uid, "1.2.3", number
    slice_.Modality, slice_.SeriesDescription, slice_.PatientID = "CT", "golden", "1"
    # A sequence of unknown length before the geometry.
    item = Dataset()
    item.ReferencedSOPInstanceUID = "1.2.3.4"
    item.is_undefined_length_sequence_item = True
    slice_.ReferencedImageSequence = [item]
    slice_["ReferencedImageSequence"].is_undefined_length = True
    slice_.ImagePositionPatient = [f"{p:.9g}" for p in position]
    slice_.ImageOrientationPatient = [f"{c:.9g}" for c in turn]
    slice_.PixelSpacing, slice_.SliceThickness = [1.1, 0.8], 5
    slice_.Rows, slice_.Columns = data.shape
    slice_.SamplesPerPixel, slice_.PhotometricInterpretation = 1, "MONOCHROME2"
    slice_.BitsAllocated = slice_.BitsStored = 16
    slice_.HighBit, slice_.PixelRepresentation = 15, 0
    slice_.RescaleSlope, slice_.RescaleIntercept = slope, intercept
    slice_.PixelData = data.astype("<u2").tobytes()
    return slice_


def dicom():
    shutil.rmtree(OUT / "dicom", ignore_errors=True)
    volume = np.arange(36).reshape(3, 4, 3)
    matrix = rotation(25, [1, 2, 3])
    turn = [*matrix[:, 0], *matrix[:, 1]]

    def series(folder, uid, count, skip=(), **options):
        (OUT / folder).mkdir(parents=True, exist_ok=True)
        for z in range(count):
            if z in skip:
                continue
            position = np.array([-90.25, 12.5, -33]) + matrix[:, 2] * 2.5 * z
            slice_ = dicom_slice(volume[z % 3] + 100 * (z // 3), position, turn, uid, z + 1, **options)
            # Names in another order than the slices.
            slice_.save_as(OUT / folder / f"{uid[-1]}{count - z}.dcm", enforce_file_format=True)

    series("dicom/one", "1.2.3.1", 3, slope=1, intercept=-1024)
    series("dicom/two", "1.2.3.1", 3)
    series("dicom/two", "1.2.3.2", 4, slope=0.5, implicit=True)
    series("dicom/gap", "1.2.3.1", 5, skip=[2])
    (OUT / "dicom/one/notes.txt").write_text("no slice\n")
    goldens = {}
    for folder, uid in [("dicom/one", "1.2.3.1"), ("dicom/two", "1.2.3.2")]:
        reader = sitk.ImageSeriesReader()
        reader.SetFileNames(reader.GetGDCMSeriesFileNames(str(OUT / folder), uid))
        goldens[folder] = {"series": uid, **as_ras(reader.Execute())}
    save("dicom.json", goldens)


def real_data():
    """Figures of the data beside the repository, where it is there."""
    goldens = {}
    for folder in ["dicom/hippocrop_study1", "dicom/t1post_study3"]:
        reader = sitk.ImageSeriesReader()
        reader.SetFileNames(reader.GetGDCMSeriesFileNames(str(SHARED / folder)))
        goldens[folder] = real_figures(as_ras(reader.Execute()))
    for name in ["ct/abdomen_ct.nii.gz", "ct/abdomen_seg.nii.gz", "brain/ch2bet.nii.gz", "innereye/scan_small.nii.gz"]:
        image = nib.load(SHARED / name)
        values = np.asanyarray(image.dataobj)
        goldens[name] = real_figures(
            {"shape": list(image.shape), "affine": image.affine.flatten().tolist(), "components": [flat(values)]}
        )
    save("real-data.json", goldens)


def real_figures(volume):
    values = np.asarray(volume["components"][0])
    picked = np.linspace(0, len(values) - 1, 7).astype(int)
    return {
        "shape": volume["shape"],
        "affine": volume["affine"],
        "sum": float(values.astype("f8").sum()),
        "voxels": {int(i): float(values[i]) for i in picked},
    }


if __name__ == "__main__":
    OUT.mkdir(parents=True, exist_ok=True)
    nifti()
    orientation()
    resampling()
    components_and_distances()
    smoothing()
    other_formats()
    freesurfer()
    dicom()
    if SHARED.exists():
        real_data()
