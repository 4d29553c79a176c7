"""Losses of classification and regression and their gradients by PyTorch, for src/training/losses/scalar-loss.test.ts.

    pip install torch==2.15.0
    python scripts/goldens/scalar-losses.py src/training/losses/fixtures/scalar-losses.json
"""

import json
import sys

import torch
import torch.nn.functional as F

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
FREQUENCIES = [0.2, 0.5, 0.3]
rows = 6
output = torch.randn(rows, 3) * 2
kinds = torch.tensor([0, 1, 2, 1, 1, 0])
one = F.one_hot(kinds, 3).double()
several = (torch.rand(rows, 3) < 0.4).double()
values = torch.randn(rows, 3)
share = torch.tensor(FREQUENCIES)


def binary(o, gamma=0.0, smoothing=0.0, balanced=False):
    target = several * (1 - 2 * smoothing) + smoothing
    weight = (1 - share) / share if balanced else None
    if gamma == 0:
        return F.binary_cross_entropy_with_logits(o, target, pos_weight=weight)
    p = torch.sigmoid(o)
    positive = target * (1 - p) ** gamma * -F.logsigmoid(o) * (1 if weight is None else weight)
    return (positive + (1 - target) * p**gamma * -F.logsigmoid(-o)).mean()


def exclusive(o, gamma=0.0, smoothing=0.0, balanced=False):
    low = smoothing / 2
    target = one * (1 - smoothing - low) + low
    weight = 1 / (share * 3) if balanced else torch.ones(3)
    log = F.log_softmax(o, 1)
    return -(target * weight * (1 - log.exp()) ** gamma * log).sum(1).mean()


def golden(name, settings, loss):
    o = output.clone().requires_grad_()
    value = loss(o)
    value.backward()
    return {"name": name, "settings": settings, "loss": value.item(), "gradient": o.grad.tolist()}


variants = [{}, {"gamma": 2.0}, {"smoothing": 0.1}, {"balanced": True}, {"gamma": 1.5, "smoothing": 0.1, "balanced": True}]
cases = [golden("multilabel", v, lambda o, v=v: binary(o, **v)) for v in variants]
cases += [golden("exclusive", v, lambda o, v=v: exclusive(o, **v)) for v in variants]
cases += [
    golden("squared_error", {}, lambda o: F.mse_loss(o, values)),
    golden("absolute_error", {}, lambda o: F.l1_loss(o, values)),
    golden("huber", {"delta": 0.7}, lambda o: F.huber_loss(o, values, delta=0.7)),
]
with open(sys.argv[1], "w") as file:
    json.dump({
        "source": f"PyTorch {torch.__version__}, scripts/goldens/scalar-losses.py",
        "frequencies": FREQUENCIES, "output": output.tolist(), "one": one.tolist(), "several": several.tolist(),
        "values": values.tolist(), "cases": cases,
    }, file, indent=1)
