"""Makes the goldens of src/volume/resize.test.ts with scikit-image, as InnerEye's image_size resizes.

Run from the repository root: python scripts/goldens/resize.py
Needs: numpy scipy scikit-image. Written with scikit-image 0.26, SciPy 1.
"""

import json
from pathlib import Path

import numpy as np
from skimage.transform import resize


def flat(array, digits):
    return array.astype(float).round(digits).flatten().tolist()


rng = np.random.default_rng(11)
image = rng.normal(size=(4, 6, 5)).round(2).astype(np.float32)
# The sizes of single voxels, of fewer, more and as many as there are, and of a slice.
sizes = [(3, 4, 3), (7, 8, 6), (4, 3, 9), (1, 6, 2), (2, 1, 5)]
cases = []
for size in sizes:
    for anti_aliasing in (True, False):
        result = resize(image, size, order=1, mode="reflect", anti_aliasing=anti_aliasing)
        cases.append({"size": size, "anti_aliasing": anti_aliasing, "values": flat(result, 6)})
# torch.nn.functional.interpolate(mode="nearest-exact") takes floor((i + 0.5) * in / out).
nearest = []
for size in sizes:
    index = [np.floor((np.arange(n) + 0.5) * old / n).astype(int) for n, old in zip(size, image.shape)]
    nearest.append({"size": size, "values": flat(image[np.ix_(*index)], 2)})
value = {"shape": image.shape, "image": flat(image, 2), "linear": cases, "nearest": nearest}
Path("src/volume/fixtures/resize.json").write_text(json.dumps(value, separators=(",", ":")) + "\n")
