"""Checks what `innereye export` and `innereye predict` write with programs that have nothing in common with it.

    pip install pydicom rt-utils highdicom nibabel numpy scikit-image onnx onnxruntime tensorflow-cpu
    python scripts/goldens/deployment.py dicom SERIES PREDICTED
    python scripts/goldens/deployment.py bundle BUNDLE

`dicom`: SERIES is the folder of a DICOM series, PREDICTED the folder that `innereye predict --format nifti rtstruct seg`
wrote for it. `bundle`: ONNX in onnxruntime and SavedModel in TensorFlow, on the same tiles. Prints what it finds as JSON
and ends with 1 where something does not agree. What is not installed is told and left out.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import numpy as np

problems: list[str] = []
found: dict = {}


def expect(condition: bool, what: str) -> None:
    if not condition:
        problems.append(what)


def dice(a: np.ndarray, b: np.ndarray) -> float:
    total = int(a.sum() + b.sum())
    return 1.0 if total == 0 else float(2 * np.logical_and(a, b).sum() / total)


def missing(package: str, error: Exception) -> None:
    found.setdefault("left out", []).append(f"{package}: {error}")


def series_slices(folder: Path):
    """The slices from the lowest place to the highest, and the affine from (column, row, slice) to mm, LPS+."""
    import pydicom

    slices = [pydicom.dcmread(file) for file in sorted(folder.glob("*.dcm"))]
    turn = np.array([float(v) for v in slices[0].ImageOrientationPatient])
    normal = np.cross(turn[:3], turn[3:])
    place = lambda s: np.array([float(v) for v in s.ImagePositionPatient])
    slices.sort(key=lambda s: float(place(s) @ normal))
    affine = np.eye(4)
    rows, columns = (float(v) for v in slices[0].PixelSpacing)
    affine[:3, 0] = turn[:3] * columns
    affine[:3, 1] = turn[3:] * rows
    affine[:3, 2] = (place(slices[-1]) - place(slices[0])) / (len(slices) - 1)
    affine[:3, 3] = place(slices[0])
    return slices, affine


def check_rtstruct(folder: Path, file: Path, labels: np.ndarray, slices, affine) -> None:
    import pydicom
    from skimage.draw import polygon2mask

    dataset = pydicom.dcmread(file)
    expect(dataset.Modality == "RTSTRUCT", "the RTSTRUCT has another modality")
    expect(dataset.StudyInstanceUID == slices[0].StudyInstanceUID, "the RTSTRUCT is of another study")
    longest = 0
    by_uid = {s.SOPInstanceUID: z for z, s in enumerate(slices)}
    inverse = np.linalg.inv(affine)
    names = {int(roi.ROINumber): roi.ROIName for roi in dataset.StructureSetROISequence}
    result = {}
    for roi in dataset.ROIContourSequence:
        mask = np.zeros(labels.shape, bool)
        furthest = 0.0
        for contour in roi.get("ContourSequence", []):
            longest = max(longest, *(len(v.original_string) for v in contour.ContourData))
            points = np.array([float(v) for v in contour.ContourData]).reshape(-1, 3)
            expect(len(points) == int(contour.NumberOfContourPoints), "a contour has another number of points")
            z = by_uid[contour.ContourImageSequence[0].ReferencedSOPInstanceUID]
            voxels = (inverse @ np.c_[points, np.ones(len(points))].T).T[:, :3]
            furthest = max(furthest, float(np.abs(voxels[:, 2] - z).max()))
            # Centres inside the polygon, rows first.
            mask[z] ^= polygon2mask(labels.shape[1:], voxels[:, 1::-1])
        number = int(roi.ReferencedROINumber)
        result[names[number]] = {
            "voxels": int((labels == number).sum()),
            "dice": dice(mask, labels == number),
            "off the slice (voxels)": furthest,
        }
        expect(result[names[number]]["dice"] >= 0.99, f"contours of {names[number]} differ from the mask")
        expect(furthest < 0.01, f"contours of {names[number]} lie beside their slices")
    found["RTSTRUCT, pydicom and scikit-image"] = result
    found["longest DS"] = longest
    expect(longest <= 16, "a decimal string has more than 16 characters")
    try:
        from rt_utils import RTStructBuilder

        structures = RTStructBuilder.create_from(dicom_series_path=str(folder), rt_struct_path=str(file))
        seen = {}
        for number, name in names.items():
            if not (labels == number).any():
                continue
            mask = np.moveaxis(structures.get_roi_mask_by_name(name), 2, 0)
            # rt-utils takes rows for columns in the size of its mask: of an image that is no square a part is missing.
            height, width = (min(pair) for pair in zip(mask.shape[1:], labels.shape[1:]))
            mask, truth = mask[:, :height, :width], (labels == number)[:, :height, :width]
            # It sorts the slices in its own way.
            seen[name] = max(dice(mask, truth), dice(mask[::-1], truth))
            expect(seen[name] >= 0.99, f"rt-utils sees another {name}")
        found["RTSTRUCT, rt-utils"] = seen
    except ImportError as error:
        missing("rt-utils", error)


def check_segmentation(file: Path, labels: np.ndarray, slices) -> None:
    try:
        import highdicom
    except ImportError as error:
        return missing("highdicom", error)
    segmentation = highdicom.seg.segread(file)
    uids = [s.SOPInstanceUID for s in slices]
    pixels = segmentation.get_pixels_by_source_instance(
        source_sop_instance_uids=uids, assert_missing_frames_are_empty=True
    )
    same = {}
    for number in segmentation.segment_numbers:
        same[segmentation.get_segment_description(number).segment_label] = dice(
            pixels[..., number - 1] > 0, labels == number
        )
    found["SEG, highdicom"] = same
    expect(all(value == 1 for value in same.values()), "highdicom sees another segmentation")


def check_dcmdump(files: list[Path]) -> None:
    program = shutil.which("dcmdump")
    if program is None:
        return missing("dcmdump", Exception("not on PATH (Debian: dcmtk)"))
    for file in files:
        # +E would keep errors quiet; -q leaves warnings in.
        run = subprocess.run([program, str(file)], capture_output=True, text=True, errors="replace")
        complaints = [line for line in run.stderr.splitlines() if line.startswith(("W:", "E:", "F:"))]
        expect(run.returncode == 0 and not complaints, f"dcmdump on {file.name}: {complaints[:3]}")
    found["dcmdump"] = [file.name for file in files]


def check_affine(nifti: Path, affine: np.ndarray) -> None:
    try:
        import nibabel
    except ImportError as error:
        return missing("nibabel", error)
    ras = np.diag([-1, -1, 1, 1]) @ affine
    difference = float(np.abs(nibabel.load(nifti).affine - ras).max())
    found["NIfTI's affine and the positions of the slices differ by (mm)"] = difference
    expect(difference < 1e-3, "the affine of the NIfTI is not that of the series")


def check_dicom(series: Path, predicted: Path) -> None:
    import nibabel

    slices, affine = series_slices(series)
    nifti = predicted / "segmentation.nii.gz"
    labels = np.moveaxis(np.asarray(nibabel.load(nifti).dataobj), (0, 1, 2), (2, 1, 0))
    check_affine(nifti, affine)
    files = [predicted / "segmentation_rtstruct.dcm", predicted / "segmentation_seg.dcm"]
    check_rtstruct(series, files[0], labels, slices, affine)
    check_segmentation(files[1], labels, slices)
    check_dcmdump(files)


def check_bundle(file: Path) -> None:
    with zipfile.ZipFile(file) as bundle:
        manifest = json.loads(bundle.read("manifest.json"))
        random = np.random.default_rng(1)
        for index, member in enumerate(manifest["members"]):
            window = member["saved_model"]["window"]
            tiles = random.standard_normal((3, *window, len(manifest["channels"])), dtype=np.float32)
            answers = {}
            try:
                import onnx
                import onnxruntime

                content = bundle.read(member["onnx"]["file"])
                onnx.checker.check_model(onnx.load_model_from_string(content), full_check=True)
                session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
                answers["onnxruntime"] = session.run(None, {member["input"]: tiles})[0]
            except ImportError as error:
                missing("onnxruntime", error)
            try:
                import tensorflow as tf

                with tempfile.TemporaryDirectory() as folder:
                    bundle.extractall(folder)
                    loaded = tf.saved_model.load(f"{folder}/{member['saved_model']['folder']}")
                    serve = loaded.signatures["serving_default"]
                    one = lambda tile: serve(**{member["input"]: tf.constant(tile[None])})[member["output"]].numpy()
                    answers["TensorFlow"] = np.concatenate([one(tile) for tile in tiles])
            except ImportError as error:
                missing("TensorFlow", error)
            said = {"shapes": {name: list(answer.shape) for name, answer in answers.items()}}
            if len(answers) == 2:
                first, second = answers.values()
                said["largest difference of posteriors"] = float(np.abs(first - second).max())
                said["voxels with another label"] = int((first.argmax(-1) != second.argmax(-1)).sum())
                said["voxels"] = int(np.prod(first.shape[:-1]))
                said["voxels of each class"] = np.bincount(first.argmax(-1).ravel()).tolist()
                expect(said["largest difference of posteriors"] < 1e-4, "ONNX and SavedModel differ")
                expect(said["voxels with another label"] == 0, "ONNX and SavedModel give other labels")
            found[f"member {index}"] = said


if __name__ == "__main__":
    if len(sys.argv) == 4 and sys.argv[1] == "dicom":
        check_dicom(Path(sys.argv[2]), Path(sys.argv[3]))
    elif len(sys.argv) == 3 and sys.argv[1] == "bundle":
        check_bundle(Path(sys.argv[2]))
    else:
        sys.exit(__doc__)
    print(json.dumps(found, indent=1))
    for problem in problems:
        print(f"wrong: {problem}", file=sys.stderr)
    sys.exit(1 if problems else 0)
