"""MONAI's side of the hippocampus benchmarks: cached scans, augmentations, loaders, a training step."""
import itertools
import time

import numpy as np
import torch
from monai.data import CacheDataset, DataLoader, ThreadDataLoader, list_data_collate
from monai.transforms import (
    ClassesToIndicesd, Compose, EnsureChannelFirstd, EnsureTyped, LoadImaged, NormalizeIntensityd, Orientationd,
    Rand3DElasticd, RandAdjustContrastd, RandAffined, RandCropByLabelClassesd, RandFlipd, RandGaussianNoised,
    RandScaleIntensityd, RandShiftIntensityd, RandSimulateLowResolutiond, SpatialPadd,
)

from torch_step import UNet, loss_of

# In MONAI's order x, y, z; ours is written z, y, x.
CROP = (32, 48, 32)
CLASSES = 3
BOTH = ["image", "label"]


def prepared():
    """What is done once for each subject, and cached."""
    return [
        LoadImaged(BOTH, image_only=True),
        EnsureChannelFirstd(BOTH),
        Orientationd(BOTH, axcodes="RAS", labels=None),
        NormalizeIntensityd("image"),
        SpatialPadd(BOTH, CROP, mode="edge"),
        ClassesToIndicesd("label", num_classes=CLASSES),
        # Plain tensors: MONAI's tensors with metadata are slower.
        EnsureTyped(BOTH, dtype=(torch.float32, torch.float32), track_meta=False),
    ]


def crops(ratios):
    return RandCropByLabelClassesd(
        BOTH, "label", CROP, ratios=ratios, num_classes=CLASSES, num_samples=1, indices_key="label_cls_indices"
    )


def affine(probability):
    angle = float(np.deg2rad(15))
    return RandAffined(
        BOTH, prob=probability, rotate_range=(angle,) * 3, scale_range=(0.15,) * 3, translate_range=(3,) * 3,
        mode=("bilinear", "nearest"), padding_mode="border",
    )


def light_intensities():
    return [
        RandGaussianNoised("image", prob=0.15, std=0.1),
        RandScaleIntensityd("image", factors=0.2, prob=0.5),
        RandShiftIntensityd("image", offsets=0.2, prob=0.5),
    ]


def as_configured():
    """The augmentations of examples/hippocampus.innereye.yaml, all of them."""
    return [
        crops([0.34, 0.33, 0.33]),
        affine(0.5),
        *light_intensities(),
        RandFlipd(BOTH, prob=0.5, spatial_axis=0),
        Rand3DElasticd(
            BOTH, sigma_range=(5, 6), magnitude_range=(80, 150), prob=0.2, mode=("bilinear", "nearest"), padding_mode="border"
        ),
        RandAdjustContrastd("image", prob=0.3, gamma=(0.7, 1.5)),
        RandSimulateLowResolutiond("image", prob=0.1, zoom_range=(0.5, 1.0)),
    ]


def as_recipe():
    """The recipe that was tuned for MONAI: two of three crops on a structure, light augmentations, no flips."""
    return [crops([1, 1, 1]), affine(0.2), *light_intensities()]


def dataset(subjects, augmentations):
    return CacheDataset(subjects, Compose([*prepared(), *augmentations]), num_workers=2, progress=False)


def loader(data, kind):
    """`kind`: workers of PyTorch's loader, or `thread` for MONAI's loader with a thread beside the training."""
    shared = {"batch_size": 1, "shuffle": True, "collate_fn": list_data_collate}
    if kind == "thread":
        return ThreadDataLoader(data, num_workers=0, buffer_size=4, **shared)
    return DataLoader(data, num_workers=kind, persistent_workers=kind > 0, **shared)


class Training:
    def __init__(self, seed, rate):
        torch.manual_seed(seed)
        self.network = UNet(16, 3, CLASSES)
        self.optimizer = torch.optim.AdamW(self.network.parameters(), rate, weight_decay=1e-4)
        self.parameters = sum(parameter.numel() for parameter in self.network.parameters())

    def step(self, batch, precision):
        labels = batch["label"][:, 0].long()
        self.optimizer.zero_grad(set_to_none=True)
        with torch.autocast("cpu", torch.bfloat16, enabled=precision == "bfloat16"):
            logits = self.network(batch["image"])
        one_hot = torch.nn.functional.one_hot(labels, CLASSES).permute(0, 4, 1, 2, 3).float()
        loss = loss_of(logits.float(), labels, one_hot)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 12)
        self.optimizer.step()
        return loss.item()


def seconds_for(training, batches, precision, steps=None):
    """Time and number of training steps on the batches, all of them or the first few."""
    began = time.perf_counter()
    count = 0
    for batch in itertools.islice(batches, steps):
        training.step(batch, precision)
        count += 1
    return {"seconds": time.perf_counter() - began, "steps": count}


def fastest_loader(data, steps):
    """The loader that trains fastest on this machine, its kind, and the seconds of all kinds."""
    training = Training(seed=0, rate=1e-3)
    loaders = {kind: loader(data, kind) for kind in [0, 1, 2, "thread"]}
    seconds = {}
    for kind, batches in loaders.items():
        # Workers that stay start with the first pass, which does not count.
        seconds_for(training, batches, "bfloat16", 5)
        seconds[kind] = seconds_for(training, batches, "bfloat16", steps)["seconds"]
    best = min(seconds, key=seconds.get)
    return loaders[best], best, seconds
