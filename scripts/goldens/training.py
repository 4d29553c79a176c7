"""Expected values of losses and optimizers, from PyTorch 2.15: python scripts/goldens/training.py > src/training/fixtures/torch.json"""
import json

import torch
import torch.nn.functional as F

torch.manual_seed(3)
torch.set_default_dtype(torch.float64)


def rounded(tensor):
    return [float(f"{value:.9g}") for value in tensor.flatten().tolist()]


logits = torch.randn(2, 3, 2, 3, 4).float().double()
labels = torch.randint(0, 3, (2, 2, 3, 4))
labels[labels == 2] = torch.where(torch.rand((labels == 2).sum()) < 0.5, 1, 2)
one_hot = F.one_hot(labels, 3).permute(0, 4, 1, 2, 3).double()
space = (2, 3, 4)


def class_weights(power):
    weights = one_hot.sum((0, 2, 3, 4)).clamp(min=1) ** -power
    return weights / weights.mean()


def inner_eye_dice(p):
    overlap = (p * one_hot + 1e-10).sum(space)
    size = (p * p + 1e-10).sum(space) + (one_hot + 1e-10).sum(space)
    return 1 - 2 * (overlap / size).mean()


def plain_dice(p):
    overlap = (p * one_hot).sum(space)
    return 1 - ((2 * overlap + 1e-5) / (p.sum(space) + one_hot.sum(space) + 1e-5))[:, 1:].mean()


def focal(x, gamma):
    with torch.no_grad():
        weights = ((1 - x.softmax(1) + 1e-6) ** gamma * one_hot).sum(1)
        weights = weights * weights.numel() / (weights.sum() + 1e-6)
    return (F.cross_entropy(x, labels, reduction="none") * weights).mean()


def smoothed(x, epsilon):
    target = one_hot * (1 - epsilon) + (1 - one_hot) * epsilon / 2
    return -(target * x.log_softmax(1)).sum(1).mean()


LOSSES = {
    "soft_dice": lambda x: inner_eye_dice(x.softmax(1)),
    "plain_dice": lambda x: plain_dice(x.softmax(1)),
    "cross_entropy": lambda x: F.cross_entropy(x, labels),
    "cross_entropy_weighted": lambda x: F.cross_entropy(x, labels, class_weights(0.5), reduction="none").mean(),
    "cross_entropy_smoothed": lambda x: smoothed(x, 0.1),
    "focal": lambda x: focal(x, 2.0),
}
losses = {}
for name, loss in LOSSES.items():
    x = logits.clone().requires_grad_()
    value = loss(x)
    value.backward()
    losses[name] = {"value": float(f"{value.item():.9g}"), "gradient": rounded(x.grad.permute(0, 2, 3, 4, 1))}

start = torch.randn(5)
gradients = torch.randn(4, 5)
OPTIMIZERS = {
    "adam": lambda p: torch.optim.Adam(p, 0.1, weight_decay=0.01),
    "adamw": lambda p: torch.optim.AdamW(p, 0.1, weight_decay=0.05),
    "amsgrad": lambda p: torch.optim.Adam(p, 0.1, amsgrad=True),
    "sgd": lambda p: torch.optim.SGD(p, 0.1, momentum=0.9, nesterov=True, weight_decay=0.01),
    "sgd_plain": lambda p: torch.optim.SGD(p, 0.1),
    "rmsprop": lambda p: torch.optim.RMSprop(p, 0.1, alpha=0.9, momentum=0.6),
}
optimizers = {}
for name, make in OPTIMIZERS.items():
    weights = start.clone().requires_grad_()
    optimizer = make([weights])
    steps = []
    for gradient in gradients:
        weights.grad = gradient.clone()
        optimizer.step()
        steps.append(rounded(weights.detach()))
    optimizers[name] = steps

print(
    json.dumps(
        {
            "torch": torch.__version__,
            "logits": rounded(logits.permute(0, 2, 3, 4, 1)),
            "labels": labels.flatten().tolist(),
            "losses": losses,
            "start": rounded(start),
            "gradients": [rounded(gradient) for gradient in gradients],
            "optimizers": optimizers,
        }
    )
)
