"""The Python part of from-pytorch.test.ts: `export NAME DATA FOLDER`, and `run MODEL DATA OUT` in ONNX Runtime.

`export` writes FOLDER/model.onnx in training mode, and the gradients of one step on DATA, with batch norm in training
mode and without dropout, whose random numbers differ between frameworks.
"""

import sys

import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from torch import nn

torch.manual_seed(0)


class Residual(nn.Module):
    def __init__(self, channels, filters, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, filters, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(filters)
        self.conv2 = nn.Conv2d(filters, filters, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(filters)
        self.downsample = nn.Identity()
        if channels != filters:
            self.downsample = nn.Sequential(nn.Conv2d(channels, filters, 1, stride, bias=False), nn.BatchNorm2d(filters))

    def forward(self, x):
        inner = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(inner + self.downsample(x))


class ResNet(nn.Module):
    """The parts of torchvision's: a stem with an overlapping max-pool, residual blocks, a global average, a head."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 8, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(8)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        self.layer1 = Residual(8, 8, 1)
        self.layer2 = Residual(8, 16, 2)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.dropout = nn.Dropout(0.1)
        self.fc = nn.Linear(16, 5)

    def forward(self, x):
        x = self.maxpool(F.relu(self.bn1(self.conv1(x))))
        x = self.avgpool(self.layer2(self.layer1(x)))
        return self.fc(self.dropout(x.flatten(1)))


class Transformer(nn.Module):
    """PyTorch's own encoder layers over embedded words and places; each word of a text gets a class."""

    def __init__(self):
        super().__init__()
        self.words = nn.Embedding(20, 16)
        self.places = nn.Parameter(torch.randn(6, 16) * 0.1)
        layer = nn.TransformerEncoderLayer(16, 4, 32, 0.1, "gelu", batch_first=True, norm_first=True)
        self.encoder = nn.TransformerEncoder(layer, 2, nn.LayerNorm(16), enable_nested_tensor=False)
        self.head = nn.Linear(16, 5)

    def forward(self, x):
        return self.head(self.encoder(self.words(x) + self.places)).transpose(1, 2)


def export(name, data_path, folder):
    model = {"resnet": ResNet, "transformer": Transformer}[name]().train()
    data = load_file(data_path)
    torch.onnx.export(
        model,
        (data["x"],),
        f"{folder}/model.onnx",
        input_names=["x"],
        output_names=["logits"],
        dynamic_axes={"x": {0: "batch"}, "logits": {0: "batch"}},
        opset_version=17,
        dynamo=False,
        training=torch.onnx.TrainingMode.TRAINING,
        do_constant_folding=False,
    )
    for module in model.modules():
        if isinstance(module, nn.Dropout):
            module.p = 0.0
        if isinstance(module, nn.MultiheadAttention):
            module.dropout = 0.0
    F.cross_entropy(model(data["x"]), data["target"]).backward()
    save_file({key: value.grad for key, value in model.named_parameters()}, f"{folder}/gradients.safetensors")


def run(model, data_path, out):
    import onnxruntime

    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    (logits, *_) = session.run(None, {"x": load_file(data_path)["x"].numpy()})
    save_file({"output": torch.from_numpy(logits)}, out)


{"export": export, "run": run}[sys.argv[1]](*sys.argv[2:])
