"""Epochs of the hippocampus configuration by MONAI, timed on request: reads JSON lines, answers JSON lines. The first request
chooses loader and precision by some steps with each."""
import json
import sys
import warnings

import torch

from monai_hippocampus import Training, as_configured, dataset, fastest_loader, seconds_for

warnings.filterwarnings("ignore")


def main():
    task = json.loads(sys.stdin.readline())
    torch.set_num_threads(task["threads"])
    training = Training(seed=1, rate=5e-3)
    data = dataset(task["subjects"], as_configured())
    print(json.dumps({"ready": True, "parameters": training.parameters}), flush=True)

    steps = json.loads(sys.stdin.readline())["choose"]
    batches, kind, by_loader = fastest_loader(data, steps)
    by_precision = {"bfloat16": by_loader[kind], "float32": seconds_for(training, batches, "float32", steps)["seconds"]}
    precision = min(by_precision, key=by_precision.get)
    chosen = {"loader": kind, "precision": precision, "byLoader": by_loader, "byPrecision": by_precision}
    print(json.dumps(chosen), flush=True)

    for _ in sys.stdin:
        print(json.dumps(seconds_for(training, batches, precision)), flush=True)


main()
