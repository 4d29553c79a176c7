"""Epochs of the hippocampus configuration by MONAI, timed on request: reads JSON lines, answers JSON lines."""
import itertools
import json
import sys
import time
import warnings

import torch

from monai_hippocampus import Training, as_configured, dataset, loader

warnings.filterwarnings("ignore")
LOADERS = [0, 1, 2, "thread"]


def main():
    task = json.loads(sys.stdin.readline())
    torch.set_num_threads(task["threads"])
    training = Training(seed=1, rate=5e-3)
    data = dataset(task["subjects"], as_configured())
    loaders = {kind: loader(data, kind) for kind in LOADERS}

    kind = precision = None

    def train(kind, precision, steps=None):
        began = time.perf_counter()
        count = 0
        for batch in itertools.islice(loaders[kind], steps):
            training.step(batch, precision)
            count += 1
        return {"seconds": time.perf_counter() - began, "steps": count}

    print(json.dumps({"ready": True, "parameters": training.parameters}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        if "choose" in request:
            # Persistent workers start with the first pass, which does not count.
            def tried(kind, precision):
                train(kind, precision, 5)
                return train(kind, precision, request["choose"])["seconds"]

            seconds = {kind: tried(kind, "bfloat16") for kind in LOADERS}
            kind = min(LOADERS, key=seconds.get)
            loaders = {kind: loaders[kind]}
            by_precision = {"bfloat16": seconds[kind], "float32": tried(kind, "float32")}
            precision = min(by_precision, key=by_precision.get)
            answer = {"loader": kind, "precision": precision, "byLoader": seconds, "byPrecision": by_precision}
        else:
            answer = train(kind, precision)
        print(json.dumps(answer), flush=True)


main()
