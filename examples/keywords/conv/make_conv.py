"""Trains a small convolutional network on spoken words, and writes model.onnx, with the inputs of wav2vec2.

    pip install torch onnx onnxscript
    npx jiti examples/keywords/draw-words.ts learned-words learned
    python examples/keywords/conv/make_conv.py learned-words examples/keywords/conv/model.onnx
"""

import sys
import wave
from pathlib import Path

import numpy
import onnx
import torch
from torch import nn

folder, out = Path(sys.argv[1]), sys.argv[2]
words = sorted(path.name for path in folder.iterdir())
sounds, labels = [], []
for label, word in enumerate(words):
    for path in sorted((folder / word).glob("*.wav")):
        with wave.open(str(path)) as file:
            samples = numpy.frombuffer(file.readframes(file.getnframes()), "<i2") / 32768
        sounds.append((samples - samples.mean()) / (samples.std() + 1e-5))
        labels.append(label)
sounds, labels = torch.tensor(numpy.array(sounds), dtype=torch.float32), torch.tensor(labels)


class Network(nn.Module):
    def __init__(self, classes):
        super().__init__()
        sizes = [(1, 32, 64, 16), (32, 32, 5, 2), (32, 48, 5, 2), (48, 64, 5, 2)]
        convs = [
            [nn.Conv1d(inputs, outputs, size, stride, size // 2), nn.BatchNorm1d(outputs), nn.ReLU()]
            for inputs, outputs, size, stride in sizes
        ]
        self.features = nn.Sequential(*(layer for layers in convs for layer in layers))
        # Where in the word: the means of its parts.
        self.parts = nn.Sequential(nn.AvgPool1d(8, 8), nn.Flatten())
        self.classifier = nn.Linear(256, classes)

    def forward(self, input_values):
        return self.classifier(self.parts(self.features(input_values.unsqueeze(1))))


torch.manual_seed(0)
torch.set_num_threads(1)
model = Network(len(words))
held = torch.arange(len(labels)) % 6 == 0
train = torch.nonzero(~held).flatten()
steps = 400
optimizer = torch.optim.AdamW(model.parameters(), 3e-3, weight_decay=0.05)
schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 3e-3, steps)
for step in range(steps):
    rows = train[torch.randint(len(train), (32,))]
    shift = int(torch.randint(-300, 300, ()))
    batch = torch.roll(sounds[rows], shift, 1)
    loss = nn.functional.cross_entropy(model(batch + 0.05 * torch.randn_like(batch)), labels[rows])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    schedule.step()
    if step % 100 == 0 or step == steps - 1:
        model.eval()
        with torch.no_grad():
            right = (model(sounds[held]).argmax(1) == labels[held]).float().mean().item()
        model.train()
        print(step, loss.item(), "held out:", right, flush=True)

torch.onnx.export(
    model.eval(),
    torch.zeros(2, 4000),
    out,
    input_names=["input_values"],
    output_names=["logits"],
    dynamic_axes={"input_values": {0: "batch_size"}, "logits": {0: "batch_size"}},
    dynamo=False,
    opset_version=18,
)
onnx.checker.check_model(onnx.load(out), full_check=True)
