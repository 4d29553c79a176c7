"""Work on whole volumes, timed on request: reads JSON lines, answers JSON lines. The first request makes the files."""
import json
import sys
import time
from pathlib import Path

import nibabel
import numpy as np
import scipy.ndimage as ndimage
import SimpleITK as sitk
import torch
import torch.nn.functional as F

SHAPE = (181, 217, 181)


def make(folder):
    """A head-like image of int16, a structure of some 40,000 voxels, a prediction of it, and it among specks."""
    random = np.random.default_rng(1)
    z, y, x = np.meshgrid(*[np.linspace(-1, 1, size) for size in SHAPE], indexing="ij")
    head = (x**2 + (y / 0.9) ** 2 + (z / 0.95) ** 2) < 0.8
    smooth = ndimage.gaussian_filter(random.standard_normal(SHAPE), 3)
    image = np.where(head, 700 + 2500 * smooth + 30 * random.standard_normal(SHAPE), 0).astype(np.int16)
    ball = lambda cz, cy, cx: ((x - cx) / 0.24) ** 2 + ((y - cy) / 0.2) ** 2 + ((z - cz) / 0.27) ** 2
    truth = (ball(0.1, 0, 0.1) + smooth < 1).astype(np.uint8)
    prediction = (ball(0.11, 0.01, 0.09) + 1.5 * ndimage.gaussian_filter(random.standard_normal(SHAPE), 3) < 1).astype(np.uint8)
    specks = truth | (ndimage.gaussian_filter(random.standard_normal(SHAPE), 1) > 0.45).astype(np.uint8)
    files = {}
    for name, data in [("image", image), ("truth", truth), ("prediction", prediction), ("specks", specks)]:
        files[name] = str(Path(folder) / f"{name}.nii.gz")
        nibabel.Nifti1Image(np.ascontiguousarray(data.transpose(2, 1, 0)), np.eye(4)).to_filename(files[name])
    return files


def summary(data):
    return [float(data[tuple(int(np.floor(at * size)) for size in data.shape)]) for at in (0.11, 0.37, 0.5, 0.73)]


def crop_to(*masks):
    both = np.any(masks, axis=0)
    box = []
    for axis in range(3):
        occupied = np.flatnonzero(both.any(axis=tuple(other for other in range(3) if other != axis)))
        box.append(slice(max(occupied[0] - 1, 0), occupied[-1] + 2))
    return [np.ascontiguousarray(mask[tuple(box)]) for mask in masks]


class Work:
    def __init__(self, files):
        self.files = files
        load = lambda name: sitk.GetArrayFromImage(sitk.ReadImage(files[name]))
        self.image = load("image").astype(np.float32)
        self.itk_image = sitk.GetImageFromArray(self.image)
        self.tensor = torch.from_numpy(self.image)[None, None]
        self.truth, self.prediction, self.specks = load("truth"), load("prediction"), load("specks")
        self.cut = [sitk.GetImageFromArray(mask) for mask in crop_to(self.prediction, self.truth)]
        self.itk_specks = sitk.GetImageFromArray(self.specks)

    def distances_simpleitk(self):
        prediction, truth = self.cut
        hausdorff = sitk.HausdorffDistanceImageFilter()
        hausdorff.Execute(prediction, truth)
        distance = lambda mask: sitk.GetArrayViewFromImage(
            sitk.Abs(sitk.SignedMaurerDistanceMap(mask, squaredDistance=False, useImageSpacing=True))
        )
        edge = lambda mask: sitk.GetArrayViewFromImage(sitk.LabelContour(mask)) == 1
        there = distance(truth)[edge(prediction)]
        back = distance(prediction)[edge(truth)]
        both = np.concatenate([there, back])
        return [hausdorff.GetHausdorffDistance(), float(max(np.percentile(there, 95), np.percentile(back, 95))), float(both.mean())]

    def component_simpleitk(self):
        labels = sitk.RelabelComponent(sitk.ConnectedComponent(self.itk_specks), sortByObjectSize=True)
        statistics = sitk.GetArrayViewFromImage(labels)
        return [int(statistics.max()), int((statistics == 1).sum())]

    def component_scipy(self):
        labels, count = ndimage.label(self.specks)
        return [int(count), int(np.bincount(labels.ravel())[1:].max())]

    def resample_simpleitk(self):
        size = [2 * length for length in self.itk_image.GetSize()]
        result = sitk.Resample(self.itk_image, size, sitk.Transform(), sitk.sitkLinear, [0, 0, 0], [0.5] * 3, np.eye(3).ravel().tolist())
        # Without a copy: SimpleITK takes 0 beyond the last voxel's centre, which the summary does not touch.
        return summary(sitk.GetArrayViewFromImage(result))

    def resample_torch(self):
        # The positions i / 2 of the half spacing, on all of a line but its last place: 2n - 1 places with corners aligned.
        size = [2 * length - 1 for length in SHAPE]
        result = F.interpolate(self.tensor, size=size, mode="trilinear", align_corners=True)[0, 0]
        whole = [2 * length for length in SHAPE]
        return [float(result[tuple(int(np.floor(at * length)) for length in whole)]) for at in (0.11, 0.37, 0.5, 0.73)]

    def smooth_scipy(self):
        return summary(ndimage.gaussian_filter(self.image, 2))

    def smooth_simpleitk(self):
        return summary(sitk.GetArrayViewFromImage(sitk.SmoothingRecursiveGaussian(self.itk_image, 2)))

    def read_nibabel(self):
        return summary(np.asanyarray(nibabel.load(self.files["image"]).dataobj).transpose(2, 1, 0))

    def read_simpleitk(self):
        return summary(sitk.GetArrayViewFromImage(sitk.ReadImage(self.files["image"])))


def main():
    task = json.loads(sys.stdin.readline())
    torch.set_num_threads(task["threads"])
    sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(task["threads"])
    files = make(task["folder"])
    work = Work(files)
    names = [name for name in dir(Work) if not name.startswith("_")]
    print(json.dumps({"files": files, "names": names}), flush=True)
    for line in sys.stdin:
        name = json.loads(line)["name"]
        began = time.perf_counter()
        result = getattr(work, name)()
        print(json.dumps({"milliseconds": (time.perf_counter() - began) * 1000, "result": result}), flush=True)


main()
