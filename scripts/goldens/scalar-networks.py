"""
Outputs and numbers of weights of networks of classification, from PyTorch 2.15:
python scripts/goldens/scalar-networks.py > src/models/fixtures/scalar-networks.json

The layers are written down after the papers and InnerEye-DeepLearning (image_encoder_with_mlp.py, pooling_layers.py,
model_paper_glaucoma.py, segmentation_encoder.py, gru.py, rnn_classifier.py). Weights follow from a formula, in the
order and layout in which the TypeScript networks hold theirs.
"""

import json
import math

import torch
import torch.nn.functional as F
from torch import nn

torch.set_default_dtype(torch.float64)


def numbers(count, key):
    """Numbers in [-1, 1) that another language can make too."""
    k = torch.arange(1, count + 1)
    u = torch.sin(12.9898 * k + 78.233 * key) * 43758.5453
    return 2 * (u - torch.floor(u)) - 1


class Weights:
    """Parameters in order of creation, filled by the formula."""

    def __init__(self):
        self.count = 0
        self.size = 0

    def next(self, shape, kind):
        self.count += 1
        values = numbers(math.prod(shape), self.count).reshape(shape)
        self.size += values.numel()
        if kind == "kernel":
            return values * math.sqrt(2 / math.prod(shape[:-1]))
        return values * 0.2 + (1 if kind == "scale" else 0)

    def conv(self, inputs, outputs, kernel, stride=1, padding=None, bias=False):
        kernel = (kernel,) * 3 if isinstance(kernel, int) else kernel
        weight = self.next([*kernel, inputs, outputs], "kernel").permute(4, 3, 0, 1, 2)
        offset = self.next([outputs], "bias") if bias else None
        border = tuple((k - 1) // 2 for k in kernel) if padding is None else padding
        return lambda x: F.conv3d(x, weight, offset, stride, border)

    def norm(self, features, kind="batch"):
        scale, shift = self.next([features], "scale"), self.next([features], "shift")
        if kind == "instance":
            return lambda x: F.instance_norm(x, weight=scale, bias=shift)
        return lambda x: F.batch_norm(x, None, None, scale, shift, training=True)

    def layer(self, inputs, outputs, kernel, stride=1, padding=None, activate=True, kind="batch"):
        conv, norm = self.conv(inputs, outputs, kernel, stride, padding), self.norm(outputs, kind)
        return lambda x: F.relu(norm(conv(x))) if activate else norm(conv(x))

    def linear(self, inputs, outputs):
        weight, bias = self.next([inputs, outputs], "kernel").t(), self.next([outputs], "bias")
        return lambda x: F.linear(x, weight, bias)

    def layer_norm(self, units):
        scale, shift = self.next([units], "scale"), self.next([units], "shift")
        return lambda x: F.layer_norm(x, [units], scale, shift)

    def mlp(self, inputs, hidden, outputs):
        """InnerEye's head."""
        first, norm, last = self.linear(inputs, hidden), self.layer_norm(hidden), self.linear(hidden, outputs)
        return lambda x: last(torch.tanh(norm(first(x))))

    def pooling(self, kind, size):
        average, maximum = lambda x: x.mean((2, 3, 4)), lambda x: x.amax((2, 3, 4))
        if kind == "average":
            return average
        if kind == "max":
            return maximum
        if kind == "mix":
            a = torch.sigmoid(self.next([1], "bias"))
            return lambda x: a * average(x) + (1 - a) * maximum(x)
        if kind == "gated":
            gate = self.linear(math.prod(size), 1)

            def gated(x):
                a = torch.sigmoid(gate(x.flatten(2)))[..., 0]
                return a * average(x) + (1 - a) * maximum(x)

            return gated
        share = torch.softmax(self.next([size[0]], "bias"), 0)
        return lambda x: x.mean((3, 4)) @ share


def images(batch, channels, size):
    """[batch, z, y, x, channel] by the formula, as PyTorch has images."""
    shape = [batch, *size, channels]
    return numbers(math.prod(shape), -1).reshape(shape).permute(0, 4, 1, 2, 3)


def table(*shape):
    return numbers(math.prod(shape), -2).reshape(shape)


def image_encoder(size, channels, features, blocks, pooling, joint, extra, batch=2, targets=1):
    w = Weights()
    inputs = channels if joint else 1
    layers = []
    for i in range(blocks):
        layers.append(w.layer(inputs if i == 0 else features * i, features * (i + 1), (1, 3, 3), (1, 2, 2), 0))
        layers.append(w.layer(features * (i + 1), features * (i + 1), (1, 3, 3), 1, 0))
    units = features * blocks
    if extra:
        layers.append(w.layer(units, int(0.8 * units), (1, 3, 3), (1, 2, 2), 0, activate=False))
        units = int(0.8 * units)
    x = images(batch, channels, size)
    if not joint:
        x = x.reshape(batch * channels, 1, *size)
    for layer in layers:
        x = layer(x)
    x = w.pooling(pooling, x.shape[2:])(x).reshape(batch, -1)
    if extra:
        x = torch.cat([x, table(batch, extra)], 1)
    return w, w.mlp(x.shape[1], x.shape[1] // 2, targets)(x)


def glaucoma(size, features=32, batch=2):
    w = Weights()
    x = images(batch, 1, size)
    for i, (kernel, stride) in enumerate(zip([7, 5, 3, 3, 3], [2, 1, 1, 1, 1])):
        x = w.layer(1 if i == 0 else features, features, kernel, stride)(x)
    return w, w.linear(features, 1)(x.mean((2, 3, 4)))


def stem(w, channels, features, kernel, stride, pool, kind):
    first = w.layer(channels, features, kernel, stride, kind=kind)
    return lambda x: F.max_pool3d(first(x), 3, 2, 1) if pool else first(x)


def resnet(size, features, blocks, kernel, stride, pool, kind, batch=2, channels=1, targets=1):
    w = Weights()
    x = stem(w, channels, features, kernel, stride, pool, kind)(images(batch, channels, size))
    inputs = features
    for stage, count in enumerate(blocks):
        outputs = features * 2**stage
        for index in range(count):
            step = 2 if stage > 0 and index == 0 else 1
            first = w.layer(inputs, outputs, 3, step, kind=kind)
            second = w.layer(outputs, outputs, 3, activate=False, kind=kind)
            fits = step == 1 and inputs == outputs
            skip = (lambda t: t) if fits else w.layer(inputs, outputs, 1, step, activate=False, kind=kind)
            x = F.relu(second(first(x)) + skip(x))
            inputs = outputs
    return w, w.linear(inputs, targets)(x.mean((2, 3, 4)))


def densenet(size, features, growth, blocks, kernel, stride, kind="batch", batch=2, channels=1, targets=1):
    w = Weights()
    x = stem(w, channels, features, kernel, stride, True, kind)(images(batch, channels, size))
    for index, count in enumerate(blocks):
        for _ in range(count):
            norm1, conv1 = w.norm(features, kind), w.conv(features, 4 * growth, 1)
            norm2, conv2 = w.norm(4 * growth, kind), w.conv(4 * growth, growth, 3)
            x = torch.cat([x, conv2(F.relu(norm2(conv1(F.relu(norm1(x))))))], 1)
            features += growth
        if index < len(blocks) - 1:
            norm, conv = w.norm(features, kind), w.conv(features, features // 2, 1)
            x = F.avg_pool3d(conv(F.relu(norm(x))), 2, 2)
            features //= 2
    x = F.relu(w.norm(features, kind)(x))
    return w, w.linear(features, targets)(x.mean((2, 3, 4)))


def segmentation_encoder(size, classes=10, batch=2):
    w = Weights()
    shape = [batch, *size]
    labels = torch.floor((numbers(math.prod(shape), -1) + 1) / 2 * classes).long().reshape(shape)
    x = F.one_hot(labels, classes).permute(0, 4, 1, 2, 3).double()

    def widen(x, flat, along, pool):
        found = [w.layer(x.shape[1], flat, (1, 3, 3))(x)]
        if along:
            found.append(w.layer(x.shape[1], along, (3, 1, 1))(x))
        return torch.cat([F.max_pool3d(t, pool) if pool else t for t in [x, *found]], 1)

    x = widen(x, 2, 0, (1, 2, 2))
    for _ in range(3):
        x = widen(x, 4, 2, (2, 2, 2))
        x = w.layer(x.shape[1], x.shape[1] // 2, 1)(x)
    x = widen(x, 6, 3, None)
    x = w.layer(x.shape[1], x.shape[1] // 2, 1)(x)
    x = x.mean((2, 3, 4))
    return w, w.mlp(x.shape[1], x.shape[1] // 2, 1)(x)


def recurrent(kind, inputs, hidden, layers, layer_norm=False, reference=(), batch=3, positions=4, targets=2):
    """PyTorch's own GRU and LSTM; with layer normalisation InnerEye's cell, step by step."""
    w = Weights()
    x = table(batch, positions, inputs)
    gates = 3 if kind == "gru" else 4
    for index in range(layers):
        width = inputs if index == 0 else hidden
        from_input = w.next([width, gates * hidden], "kernel").t()
        from_state = w.next([hidden, gates * hidden], "kernel").t()
        bias = w.next([gates * hidden], "bias") if kind == "lstm" else None
        norms = [w.layer_norm(hidden) for _ in range(gates)] if layer_norm else []
        first = [w.next([1, hidden], "kernel").repeat(batch, 1) for _ in range(1 if kind == "gru" else 2)]
        if layer_norm:
            h, states = first[0], []
            for position in range(positions):
                ir, iz, ic = F.linear(x[:, position], from_input).chunk(3, 1)
                hr, hz, hc = F.linear(h, from_state).chunk(3, 1)
                r, z = torch.sigmoid(norms[0](ir + hr)), torch.sigmoid(norms[1](iz + hz))
                h = (1 - z) * torch.tanh(norms[2](ic + r * hc)) + z * h
                states.append(h)
            x = torch.stack(states, 1)
            continue
        module = (nn.GRU if kind == "gru" else nn.LSTM)(width, hidden, batch_first=True, bias=kind == "lstm")
        with torch.no_grad():
            module.weight_ih_l0.copy_(from_input)
            module.weight_hh_l0.copy_(from_state)
            if bias is not None:
                module.bias_ih_l0.copy_(bias)
                module.bias_hh_l0.zero_()
        state = first[0][None] if kind == "gru" else (first[0][None], first[1][None])
        x = module(x, state)[0].detach()
    x = torch.cat([*[x[:, [r]].expand(-1, positions, -1) for r in reference], x], 2)
    return w, w.linear(x.shape[2], targets)(x)


cases = {
    **{
        f"image_encoder, {kind} pooling, channels by themselves, features": image_encoder(
            (3, 90, 92), 2, 3, 3, kind, False, 2
        )
        for kind in ["average", "max", "mix", "gated", "z_adaptive"]
    },
    "image_encoder, channels together": image_encoder((2, 45, 46), 2, 4, 3, "average", True, 0),
    "image_encoder of InnerEye's default size": image_encoder((1, 91, 91), 1, 32, 4, "average", False, 0),
    "image_encoder of InnerEye's default size, 7 features": image_encoder((1, 123, 123), 1, 32, 4, "average", False, 7),
    "glaucoma_net": glaucoma((9, 12, 11)),
    "resnet, instance": resnet((8, 10, 9), 4, [1, 2], 3, 1, False, "instance"),
    "resnet, batch, with pooled stem": resnet((16, 20, 18), 4, [1, 1, 1], 7, 2, True, "batch", channels=2),
    "ResNet-18": resnet((32, 32, 32), 64, [2, 2, 2, 2], 7, 2, True, "batch", batch=2, targets=3),
    "densenet": densenet((16, 16, 16), 4, 3, [2, 2], 3, 1),
    "DenseNet-121": densenet((64, 64, 64), 64, 32, [6, 12, 24, 16], 7, 2, targets=2),
    "segmentation_encoder": segmentation_encoder((8, 16, 32)),
    "gru": recurrent("gru", 5, 6, 1),
    "gru, two layers, reference": recurrent("gru", 5, 6, 2, reference=[0, 2]),
    "gru, layer norm": recurrent("gru", 5, 6, 2, layer_norm=True),
    "lstm, two layers": recurrent("lstm", 5, 6, 2),
}

print(
    json.dumps(
        {
            "source": "scripts/goldens/scalar-networks.py",
            "torch": torch.__version__,
            "cases": {
                # Of the large ones the number of weights is enough.
                name: {"parameters": w.size, "output": [round(v, 7) for v in out.flatten().tolist()] if w.size < 2e6 else []}
                for name, (w, out) in cases.items()
            },
        },
        indent=1,
    )
)
