"""Pooling and patch sizes of nnU-Net 2.8.1, for src/dataset/network-topology.test.ts.

pip download --no-deps --no-binary :all: nnunetv2==2.8.1, unpack, then:
python network-topology.py nnunetv2-2.8.1/nnunetv2/experiment_planning/experiment_planners > network-topology.json
"""
import json
import sys

sys.path.insert(0, sys.argv[1])
from network_topology import get_pool_and_conv_props  # noqa: E402

CASES = [
    ([1, 1, 1], [36, 50, 35]),  # Task04 hippocampus
    ([3.6, 0.62, 0.62], [20, 320, 256]),  # Task05 prostate
    ([5, 0.74, 0.74], [40, 224, 192]),
    ([1.24, 0.66, 0.66], [112, 128, 144]),
    ([2.5, 2, 2], [48, 56, 64]),
    ([10, 1.5, 1.5], [12, 256, 216]),
    ([1, 1, 1], [128, 128, 128]),
    ([3, 3, 3], [30, 101, 122]),
    ([1, 1, 4], [64, 64, 9]),
    ([2, 1, 1], [16, 16, 16]),
    ([1, 1, 1], [7, 64, 64]),
    ([0.5, 2, 8], [120, 30, 20]),
]
rows = []
for spacing, patch in CASES:
    _, pools, _, size, _ = get_pool_and_conv_props(spacing, patch, 4, 999999)
    rows.append(
        {
            "spacing": spacing,
            "patch": patch,
            "strides": [[int(v) for v in pool] for pool in pools[1:]],
            "size": [int(v) for v in size],
        }
    )
print(json.dumps(rows, indent=1))
