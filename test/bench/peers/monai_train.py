"""A training of the hippocampus scans by MONAI with the recipe that was tuned for it, within a budget of time: reads a JSON
line, answers with the Dice on unseen scans. Preparing the scans, choosing the loader and measuring do not count."""
import json
import math
import sys
import time
import warnings

import torch
from monai.inferers import sliding_window_inference
from monai.transforms import Compose

from monai_hippocampus import CLASSES, CROP, Training, as_recipe, dataset, fastest_loader, prepared

warnings.filterwarnings("ignore")
RATE = 5e-3
WARM_UP = 0.03
MEASURED_AT = [0.25, 0.5, 0.75, 1]


def rate_at(share):
    if share < WARM_UP:
        return RATE * max(share / WARM_UP, 0.01)
    return RATE * max(0.002, 0.5 * (1 + math.cos(math.pi * (share - WARM_UP) / (1 - WARM_UP))))


def mean_dice(network, cases):
    network.eval()
    scores = []
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        for case in cases:
            logits = sliding_window_inference(case["image"][None], CROP, 4, network, 0.5, "gaussian")
            found = logits.argmax(1)[0]
            truth = case["label"][0].long()
            for structure in range(1, CLASSES):
                one, other = found == structure, truth == structure
                scores.append(2 * (one & other).sum().item() / max((one.sum() + other.sum()).item(), 1))
    network.train()
    return sum(scores) / len(scores)


def main():
    task = json.loads(sys.stdin.readline())
    torch.set_num_threads(task["threads"])
    training = Training(task["seed"], RATE)
    batches, kind, _ = fastest_loader(dataset(task["train"], as_recipe()), 40)
    prepare = Compose(prepared())
    cases = [prepare(case) for case in task["test"]]
    budget = task["minutes"] * 60
    curve = []
    steps = 0
    due = list(MEASURED_AT)
    spent = 0.0
    while due:
        iterator = iter(batches)
        began = time.perf_counter()
        for batch in iterator:
            share = min((spent + time.perf_counter() - began) / budget, 1)
            if share >= due[0]:
                spent += time.perf_counter() - began
                curve.append({"minutes": spent / 60, "dice": mean_dice(training.network, cases)})
                due.pop(0)
                began = time.perf_counter()
                if not due:
                    break
            for group in training.optimizer.param_groups:
                group["lr"] = rate_at(share)
            training.step(batch, "bfloat16")
            steps += 1
        spent += time.perf_counter() - began if due else 0
    result = {"dice": curve[-1]["dice"], "curve": curve, "loader": kind, "steps": steps, "stepMilliseconds": spent / steps * 1000}
    print(json.dumps(result), flush=True)


main()
