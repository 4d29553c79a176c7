"""Labels for outputs of lower resolution, from PyTorch: python scripts/goldens/deep-supervision.py > src/training/fixtures/deep-supervision.json"""
import json

import torch
import torch.nn.functional as F

torch.manual_seed(5)
labels = torch.randint(0, 5, (1, 4, 12, 8))


def at(shape):
    small = F.interpolate(labels[:, None].double(), size=shape, mode="nearest-exact")
    return {"shape": shape, "labels": small.long().flatten().tolist()}


print(
    json.dumps(
        {
            "torch": torch.__version__,
            "shape": list(labels.shape[1:]),
            "labels": labels.flatten().tolist(),
            # Steps of 1, 2, 3 and 4, and different ones along the axes.
            "thinned": [at([4, 12, 8]), at([2, 6, 4]), at([4, 4, 2]), at([1, 3, 8])],
        }
    )
)
