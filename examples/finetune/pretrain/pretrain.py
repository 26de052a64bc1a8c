"""Trains a small CNN on the digits 0 to 4 and exports it as model.onnx.

    npx jiti examples/finetune/pretrain/write-digits.ts /tmp/digits.safetensors
    pip install torch onnx safetensors
    python examples/finetune/pretrain/pretrain.py /tmp/digits.safetensors examples/finetune/model.onnx
"""

import sys

import torch
from safetensors.torch import load_file
from torch import nn
from torch.nn import functional as F


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.trunk = nn.Sequential(
            nn.Conv2d(1, 12, 5, bias=False),
            nn.BatchNorm2d(12),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(12, 24, 5, bias=False),
            nn.BatchNorm2d(24),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Flatten(),
        )
        self.hidden = nn.Linear(24 * 4 * 4, 64)
        self.drop = nn.Dropout(0.3)
        self.classes = nn.Linear(64, 5)

    def forward(self, pixels):
        features = F.relu(self.hidden(self.trunk(pixels)))
        return self.classes(self.drop(features)), features


def main(digits, out):
    torch.manual_seed(0)
    torch.set_num_threads(1)
    data = load_file(digits)
    images, labels = data["images"], data["labels"].long()
    network = Network()
    optimizer = torch.optim.Adam(network.parameters(), lr=2e-3)
    for epoch in range(6):
        network.train()
        for batch in torch.randperm(3_500).split(50):
            loss = F.cross_entropy(network(images[batch])[0], labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        network.eval()
        with torch.no_grad():
            right = network(images[3_500:])[0].argmax(1) == labels[3_500:]
        print(f"epoch {epoch + 1}: loss {loss.item():.3f}, accuracy {right.float().mean().item():.3f}")

    # Exported in training mode: for inference, batch norm would be folded into the convolutions, and dropout removed.
    network.train()
    torch.onnx.export(
        network,
        (images[:2],),
        out,
        dynamo=False,
        training=torch.onnx.TrainingMode.TRAINING,
        do_constant_folding=False,
        opset_version=17,
        input_names=["pixels"],
        output_names=["logits", "features"],
        dynamic_axes={"pixels": {0: "batch"}, "logits": {0: "batch"}, "features": {0: "batch"}},
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
