"""One training step of a plain U-Net in PyTorch, timed on request: reads JSON lines, answers JSON lines."""
import json
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F


class Layer(nn.Sequential):
    def __init__(self, inputs, outputs, stride=1):
        super().__init__(
            nn.Conv3d(inputs, outputs, 3, stride, 1, bias=False),
            nn.InstanceNorm3d(outputs, affine=True),
            nn.LeakyReLU(0.01, inplace=True),
        )


class UNet(nn.Module):
    def __init__(self, features, levels, classes):
        super().__init__()
        width = [features * 2**level for level in range(levels)]
        self.encoder = nn.ModuleList(
            nn.Sequential(
                Layer(1 if level == 0 else width[level - 1], width[level], 1 if level == 0 else 2),
                Layer(width[level], width[level]),
            )
            for level in range(levels)
        )
        self.up = nn.ModuleList(
            nn.ConvTranspose3d(width[level + 1], width[level], 2, 2, bias=False) for level in reversed(range(levels - 1))
        )
        self.decoder = nn.ModuleList(
            nn.Sequential(Layer(2 * width[level], width[level]), Layer(width[level], width[level]))
            for level in reversed(range(levels - 1))
        )
        self.head = nn.Conv3d(features, classes, 1)

    def forward(self, x):
        skips = []
        for block in self.encoder:
            x = block(x)
            skips.append(x)
        for up, block, skip in zip(self.up, self.decoder, reversed(skips[:-1])):
            x = block(torch.cat([up(x), skip], 1))
        return self.head(x)


def loss_of(logits, labels, one_hot):
    probabilities = logits.softmax(1)
    axes = (2, 3, 4)
    overlap = (probabilities * one_hot).sum(axes)
    dice = (2 * overlap + 1e-5) / (probabilities.sum(axes) + one_hot.sum(axes) + 1e-5)
    return 0.5 * (1 - dice[:, 1:].mean()) + 0.5 * F.cross_entropy(logits, labels)


def main():
    task = json.loads(sys.stdin.readline())
    torch.set_num_threads(task["threads"])
    torch.manual_seed(1)
    network = UNet(task["features"], task["levels"], task["classes"])
    optimizer = torch.optim.AdamW(network.parameters(), 1e-3, weight_decay=1e-4)
    images = torch.randn(task["batch"], 1, *task["crop"])
    labels = (images[:, 0] > 0.5).long() + 2 * (images[:, 0] < -0.5).long()

    compiled = torch.compile(network)

    def step(low, forward):
        optimizer.zero_grad(set_to_none=True)
        one_hot = F.one_hot(labels, task["classes"]).permute(0, 4, 1, 2, 3).float()
        with torch.autocast("cpu", torch.bfloat16, enabled=low):
            logits = forward(images)
        loss = loss_of(logits.float(), labels, one_hot)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 12)
        optimizer.step()
        return loss.item()

    parameters = sum(parameter.numel() for parameter in network.parameters())
    print(json.dumps({"ready": True, "version": torch.__version__, "parameters": parameters}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        forward = compiled if request.get("compiled") else network
        times = []
        try:
            for _ in range(request["steps"]):
                began = time.perf_counter()
                step(request["precision"] == "bfloat16", forward)
                times.append((time.perf_counter() - began) * 1000)
            print(json.dumps({"milliseconds": times}), flush=True)
        except Exception as error:  # torch.compile needs a C++ compiler and may lack one
            print(json.dumps({"problem": str(error).split("\n")[0]}), flush=True)


if __name__ == "__main__":
    main()
