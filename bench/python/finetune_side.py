"""Writes tiny pretrained models and the data of some tasks into a folder, and fine-tunes them with PyTorch.

Answers {"task", "seed"} with {"metric"}. Each task has a file task.onnx, and task.safetensors with the arrays of the
training and validation examples, and the order of the examples by seed.
"""

import json
import math
import sys
from copy import deepcopy
from pathlib import Path

import numpy
import torch
from finetuned_models import Convolutions, Encoder, length, pairs, pictures, texts, words
from safetensors.numpy import save_file
from torch import nn
from torch.nn import functional as F

folder, seeds = Path(sys.argv[1]), int(sys.argv[2])
torch.set_num_threads(1)
random = numpy.random.default_rng(0)
parts = lambda count, size: list(random.permutation(words)[: count * size].reshape(count, size))


def classify(scores, labels):
    return F.cross_entropy(scores, torch.as_tensor(labels))


def train(parameters, steps, rate, loss):
    optimizer = torch.optim.Adam(list(parameters), rate)
    for step in range(steps):
        optimizer.zero_grad()
        loss(step).backward()
        optimizer.step()


def pretrain(model, draw, classes, steps):
    """Trains on other classes than those of the task."""
    torch.manual_seed(0)
    head = nn.Linear(32, classes)

    def loss(_):
        inputs, labels = draw(64)
        return classify(head(model(torch.as_tensor(inputs))), labels)

    train([*model.parameters(), *head.parameters()], steps, 3e-3, loss)
    return model


class Adapted(nn.Module):
    """A linear layer with an adapter (Hu et al., 2021), as PEFT initializes it."""

    def __init__(self, layer, rank):
        super().__init__()
        self.layer = layer.requires_grad_(False)
        self.a = nn.Parameter(torch.empty(rank, layer.in_features))
        self.b = nn.Parameter(torch.zeros(layer.out_features, rank))
        nn.init.kaiming_uniform_(self.a, math.sqrt(5))

    def forward(self, x):
        # alpha / rank is 2.
        return self.layer(x) + 2 * (x @ self.a.T @ self.b.T)


torch.manual_seed(0)
others, topics = parts(8, 12), parts(6, 12)
text = pretrain(Encoder(), lambda count: texts(count, others, random), 8, 200)
image = pretrain(Convolutions(), lambda count: pictures(count, 0, random), 4, 200)
concepts = parts(30, 4)
topic_data = [texts(count, topics, random) for count in (320, 1000)]
pair_data = [pairs(count, concepts, random) for count in (512, 300)]
image_data = [pictures(count, 4, random) for count in (320, 1000)]

tasks = {
    "text": {"model": text, "data": topic_data, "epochs": 6, "rate": 2e-3, "classes": 6},
    "text-lora": {"model": text, "data": topic_data, "epochs": 10, "rate": 1e-2, "classes": 6, "rank": 4},
    "pairs": {"model": text, "data": pair_data, "epochs": 12, "rate": 2e-3},
    "images": {"model": image, "data": image_data, "epochs": 12, "rate": 3e-3, "classes": 4},
}
batch_size = 32

for name, task in tasks.items():
    train_data, valid_data = task["data"]
    count = len(train_data[0])
    task["orders"] = [
        numpy.concatenate([numpy.random.default_rng([seed, epoch]).permutation(count) for epoch in range(task["epochs"])])
        for seed in range(seeds)
    ]
    arrays = {f"order.{seed}": order.astype(numpy.int32) for seed, order in enumerate(task["orders"])}
    for split, data in (("train", train_data), ("valid", valid_data)):
        for at, values in enumerate(data):
            kind = numpy.float32 if values.dtype == numpy.float32 else numpy.int32
            arrays[f"{split}.{at}"] = numpy.ascontiguousarray(values.astype(kind))
    save_file(arrays, folder / f"{name}.safetensors")
    is_image = task["model"] is image
    sample = torch.zeros(2, 1, 20, 20) if is_image else torch.zeros(2, length, dtype=torch.int64)
    torch.onnx.export(
        task["model"].eval(),
        (sample,),
        str(folder / f"{name}.onnx"),
        input_names=["inputs"],
        output_names=["features"],
        dynamic_axes={"inputs": {0: "batch"}, "features": {0: "batch"}},
        dynamo=False,
        opset_version=18,
    )


def fine_tune(task, seed):
    torch.manual_seed(seed)
    model = deepcopy(task["model"])
    (train_x, train_y), (valid_x, valid_y) = (map(torch.as_tensor, data) for data in task["data"])
    if "rank" in task:
        model.requires_grad_(False)
        for block in model.blocks:
            block.query, block.value = Adapted(block.query, task["rank"]), Adapted(block.value, task["rank"])
    order = torch.as_tensor(task["orders"][seed]).split(batch_size)
    if "classes" not in task:

        def similarity(anchors, positives):
            return F.normalize(model(anchors)) @ F.normalize(model(positives)).T

        def loss(step):
            rows = order[step]
            return classify(20 * similarity(train_x[rows], train_y[rows]), torch.arange(len(rows)))

        train(model.parameters(), len(order), task["rate"], loss)
        with torch.no_grad():
            found = similarity(valid_x, valid_y).argmax(1)
        return (found == torch.arange(len(valid_x))).float().mean().item()

    # Glorot's uniform numbers and no bias, as in Forge.
    head = nn.Linear(32, task["classes"])
    nn.init.xavier_uniform_(head.weight)
    nn.init.zeros_(head.bias)
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    loss = lambda step: classify(head(model(train_x[order[step]])), train_y[order[step]])
    train([*trained, *head.parameters()], len(order), task["rate"], loss)
    with torch.no_grad():
        return (head(model(valid_x)).argmax(1) == valid_y).float().mean().item()


print(json.dumps({"torch": torch.__version__}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    try:
        answer = {"metric": fine_tune(tasks[request["task"]], request["seed"])}
    except Exception as error:  # The asker shows it.
        answer = {"error": repr(error)}
    print(json.dumps(answer), flush=True)
