"""Prediction of a volume by MONAI's sliding window, timed on request: reads JSON lines, answers JSON lines."""
import json
import resource
import sys
import time

import torch
from monai.inferers import sliding_window_inference

from torch_step import UNet


def main():
    task = json.loads(sys.stdin.readline())
    torch.set_num_threads(task["threads"])
    torch.manual_seed(1)
    network = UNet(task["features"], task["levels"], task["classes"]).eval()
    image = torch.randn(1, 1, *task["shape"])

    def predict(precision):
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=precision == "bfloat16"):
            posteriors = sliding_window_inference(image, task["window"], task["batch"], network, 0.5, "gaussian")
            return posteriors.argmax(1)

    parameters = sum(parameter.numel() for parameter in network.parameters())
    print(json.dumps({"ready": True, "parameters": parameters}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        began = time.perf_counter()
        predict(request["precision"])
        milliseconds = (time.perf_counter() - began) * 1000
        megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"milliseconds": milliseconds, "megabytes": megabytes}), flush=True)


main()
