"""Trains a small MobileNetV2 (Sandler et al., 2018) on drawn shapes, and writes model.onnx, as Hugging Face has such files.

    pip install torch onnx onnxscript
    python examples/images/mobilenet/make_mobilenet.py examples/images/mobilenet/model.onnx

It learns squares, triangles, bars, corners and pairs of dots: none of the shapes of the example.
"""

import sys

import numpy
import onnx
import torch
from torch import nn

side = 32
shapes = [
    lambda x, y: (abs(x) < 0.8) & (abs(y) < 0.8),
    lambda x, y: (y > -0.7) & (y + 1.7 * abs(x) < 0.9),
    lambda x, y: (abs(x) < 0.25) & (abs(y) < 1),
    lambda x, y: ((abs(x + 0.6) < 0.25) & (abs(y) < 0.85)) | ((abs(y + 0.6) < 0.25) & (abs(x) < 0.85)),
    lambda x, y: ((x - 0.6) ** 2 + y**2 < 0.16) | ((x + 0.6) ** 2 + y**2 < 0.16),
]


def draw(count, random):
    """Images [count, 3, side, side] from -1 to 1, and the numbers of their shapes."""
    labels = random.integers(0, len(shapes), count)
    rows, columns = numpy.mgrid[:side, :side]
    images = numpy.empty((count, 3, side, side), numpy.float32)
    for image, label in zip(images, labels):
        radius, angle = random.uniform(6, 14), random.uniform(0, 2 * numpy.pi)
        left, top = columns - side / 2 - random.normal(0, 2), rows - side / 2 - random.normal(0, 2)
        x = (numpy.cos(angle) * left + numpy.sin(angle) * top) / radius
        y = (numpy.cos(angle) * top - numpy.sin(angle) * left) / radius
        ink, paper = random.uniform(60, 120), random.uniform(150, 210)
        pixels = numpy.where(shapes[label](x, y), ink, paper) + random.normal(0, 20, (side, side))
        image[:] = numpy.clip(pixels, 0, 255) / 127.5 - 1
    return torch.from_numpy(images), torch.from_numpy(labels)


def conv(inputs, outputs, size, stride=1, groups=1, act=True):
    layers = [nn.Conv2d(inputs, outputs, size, stride, size // 2, groups=groups, bias=False), nn.BatchNorm2d(outputs)]
    return nn.Sequential(*layers, *([nn.ReLU6()] if act else []))


class InvertedResidual(nn.Module):
    def __init__(self, inputs, outputs, stride, expand=4):
        super().__init__()
        wide = inputs * expand
        self.conv = nn.Sequential(
            conv(inputs, wide, 1), conv(wide, wide, 3, stride, groups=wide), conv(wide, outputs, 1, act=False)
        )
        self.is_residual = stride == 1 and inputs == outputs

    def forward(self, x):
        return x + self.conv(x) if self.is_residual else self.conv(x)


class MobileNetV2(nn.Module):
    def __init__(self, classes):
        super().__init__()
        blocks = [(8, 12, 1), (12, 16, 2), (16, 16, 1), (16, 24, 2), (24, 24, 1)]
        self.features = nn.Sequential(conv(3, 8, 3, 2), *(InvertedResidual(*block) for block in blocks), conv(24, 96, 1))
        self.classifier = nn.Linear(96, classes)

    def forward(self, pixel_values):
        return self.classifier(self.features(pixel_values).mean((2, 3)))


torch.manual_seed(0)
torch.set_num_threads(1)
model = MobileNetV2(len(shapes))
source = numpy.random.default_rng(0)
steps = 400
optimizer = torch.optim.AdamW(model.parameters(), 5e-3)
schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 5e-3, steps)
for step in range(steps):
    images, labels = draw(32, source)
    scores = model(images)
    loss = nn.functional.cross_entropy(scores, labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    schedule.step()
    if step % 50 == 0 or step == steps - 1:
        print(step, loss.item(), (scores.argmax(1) == labels).float().mean().item(), flush=True)

# Batch norms are folded into the convolutions, as in files for inference.
torch.onnx.export(
    model.eval(),
    torch.zeros(2, 3, side, side),
    sys.argv[1],
    input_names=["pixel_values"],
    output_names=["logits"],
    dynamic_axes={"pixel_values": {0: "batch_size"}, "logits": {0: "batch_size"}},
    dynamo=False,
    opset_version=18,
)
onnx.checker.check_model(onnx.load(sys.argv[1]), full_check=True)
