"""The PyTorch models of the comparisons, with the names and weights of those in models.ts.

Reads requests from standard input, one JSON object a line, and answers each with one line.
"""

import json
import sys
import time

import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from torch import nn

torch.set_num_threads(1)
# It prints a warning at every convolution if the processor does not support it.
torch.backends.nnpack.set_flags(False)


class Perceptron(nn.Module):
    def __init__(self, *widths):
        super().__init__()
        self.count = len(widths) - 1
        for at in range(self.count):
            self.add_module(f"dense_{at}", nn.Linear(widths[at], widths[at + 1]))

    def forward(self, x):
        for at in range(self.count - 1):
            x = F.relu(getattr(self, f"dense_{at}")(x))
        return getattr(self, f"dense_{self.count - 1}")(x)


class LeNet(nn.Module):
    def __init__(self, smooth):
        super().__init__()
        self.activate = torch.tanh if smooth else F.relu
        self.pool = F.avg_pool2d if smooth else F.max_pool2d
        self.conv_0 = nn.Conv2d(1, 16, 5)
        self.conv_1 = nn.Conv2d(16, 32, 5)
        self.dense_0 = nn.Linear(512, 128)
        self.dense_1 = nn.Linear(128, 10)

    def forward(self, x):
        x = self.pool(self.activate(self.conv_0(x)), 2)
        x = self.pool(self.activate(self.conv_1(x)), 2)
        return self.dense_1(self.activate(self.dense_0(x.flatten(1))))


class Residual(nn.Module):
    def __init__(self, channels, filters, stride, activate):
        super().__init__()
        self.activate = activate
        self.conv_0 = nn.Conv2d(channels, filters, 3, stride, 1, bias=False)
        self.norm_0 = nn.BatchNorm2d(filters)
        self.conv_1 = nn.Conv2d(filters, filters, 3, 1, 1, bias=False)
        self.norm_1 = nn.BatchNorm2d(filters)
        self.projects = channels != filters
        if self.projects:
            self.project = nn.Conv2d(channels, filters, 1, stride, bias=False)
            self.norm_2 = nn.BatchNorm2d(filters)

    def forward(self, x):
        y = self.norm_1(self.conv_1(self.activate(self.norm_0(self.conv_0(x)))))
        return self.activate(y + (self.norm_2(self.project(x)) if self.projects else x))


class ResNet(nn.Module):
    def __init__(self, smooth):
        super().__init__()
        self.activate = F.silu if smooth else F.relu
        self.stem = nn.Conv2d(3, 8, 3, 1, 1, bias=False)
        self.norm = nn.BatchNorm2d(8)
        self.blocks = []
        channels = 8
        for at, filters in enumerate([8, 16, 32, 64]):
            for place in range(2):
                stride = 2 if at > 0 and place == 0 else 1
                self.add_module(f"block_{at}_{place}", Residual(channels, filters, stride, self.activate))
                self.blocks.append(f"block_{at}_{place}")
                channels = filters
        self.head = nn.Linear(64, 10)

    def forward(self, x):
        x = self.activate(self.norm(self.stem(x)))
        for name in self.blocks:
            x = getattr(self, name)(x)
        return self.head(x.mean((2, 3)))


class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        for name in ["query", "key", "value", "output"]:
            self.add_module(name, nn.Linear(width, width, bias=False))

    def forward(self, x):
        batch, places, width = x.shape
        split = lambda y: y.view(batch, places, self.heads, -1).transpose(1, 2)
        query, key, value = split(self.query(x)), split(self.key(x)), split(self.value(x))
        y = F.scaled_dot_product_attention(query, key, value, is_causal=True)
        return self.output(y.transpose(1, 2).reshape(batch, places, width))


class FeedForward(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.dense_0 = nn.Linear(width, 4 * width)
        self.dense_1 = nn.Linear(4 * width, width)

    def forward(self, x):
        return self.dense_1(F.gelu(self.dense_0(x)))


class Transformer(nn.Module):
    def __init__(self, words, width, heads):
        super().__init__()
        self.embedding = nn.Embedding(words, width)
        self.attention = Attention(width, heads)
        self.norm_0 = nn.LayerNorm(width)
        self.norm_1 = nn.LayerNorm(width)
        self.feed_forward = FeedForward(width)
        self.head = nn.Linear(width, words)

    def forward(self, x):
        x = self.embedding(x)
        x = x + self.attention(self.norm_0(x))
        return self.head(x + self.feed_forward(self.norm_1(x)))


class Recurrent(nn.Module):
    def __init__(self, features, units, classes):
        super().__init__()
        self.lstm = nn.LSTM(features, units, batch_first=True)
        self.head = nn.Linear(units, classes)

    def forward(self, x):
        return self.head(self.lstm(x)[0][:, -1])


MODELS = {
    "mlp": lambda: Perceptron(784, 256, 128, 10),
    "lenet": lambda: LeNet(False),
    "smoothLenet": lambda: LeNet(True),
    "resnet": lambda: ResNet(False),
    "smoothResnet": lambda: ResNet(True),
    "transformer": lambda: Transformer(64, 128, 4),
    "lstm": lambda: Recurrent(12, 32, 5),
    "largeMlp": lambda: Perceptron(784, 2048, 2048, 1792, 10),
}


def places(model):
    """The parameters by their names in Forge, and whether Forge stores them transposed."""
    found = {}
    for path, module in model.named_modules():
        name = path.replace(".", "/")
        if isinstance(module, (nn.Linear, nn.Conv2d)):
            found[f"{name}/kernel"] = (module.weight, isinstance(module, nn.Linear))
            if module.bias is not None:
                found[f"{name}/bias"] = (module.bias, False)
        elif isinstance(module, (nn.BatchNorm2d, nn.LayerNorm)):
            found[f"{name}/gamma"] = (module.weight, False)
            found[f"{name}/beta"] = (module.bias, False)
        elif isinstance(module, nn.Embedding):
            found[f"{name}/embeddings"] = (module.weight, False)
        elif isinstance(module, nn.LSTM):
            found[f"{name}/kernel"] = (module.weight_ih_l0, True)
            found[f"{name}/recurrent_kernel"] = (module.weight_hh_l0, True)
            found[f"{name}/bias"] = (module.bias_ih_l0, False)
            # PyTorch adds two biases; Forge has one.
            nn.init.zeros_(module.bias_hh_l0)
            module.bias_hh_l0.requires_grad_(False)
    return found


class Training:
    def __init__(self, request):
        self.model = MODELS[request["model"]]()
        self.places = places(self.model)
        weights = load_file(request["weights"])
        moving = {name for name in weights if name.split("/")[-1].startswith("moving_")}
        if weights.keys() - moving != self.places.keys():
            raise ValueError(f"other parameters: {sorted(weights.keys() ^ self.places.keys())}")
        with torch.no_grad():
            for name, (parameter, transposed) in self.places.items():
                parameter.copy_(weights[name].T if transposed else weights[name])
        self.batches = [load_file(path) for path in request["batches"]]
        if request.get("double"):
            self.model.double()
            for batch in self.batches:
                batch["x"] = batch["x"].double() if batch["x"].is_floating_point() else batch["x"]
        trained = [parameter for parameter in self.model.parameters() if parameter.requires_grad]
        self.adam = torch.optim.Adam(trained, lr=request["rate"], betas=(0.9, 0.999), eps=1e-8)
        self.done = 0

    def loss(self):
        batch = self.batches[self.done % len(self.batches)]
        logits = self.model(batch["x"])
        return F.cross_entropy(logits.flatten(0, -2), batch["labels"].flatten().long())

    def step(self):
        self.adam.zero_grad(set_to_none=True)
        loss = self.loss()
        loss.backward()
        self.adam.step()
        self.done += 1
        return loss.item()


def gradients(request):
    training = Training(request)
    training.loss().backward()
    tensors = {
        name: (parameter.grad.T if transposed else parameter.grad).contiguous()
        for name, (parameter, transposed) in training.places.items()
    }
    save_file(tensors, request["out"])
    return {}


open_trainings = {}


def losses(request):
    training = Training(request)
    return {"losses": [training.step() for _ in range(request["steps"])]}


def prepare(request):
    open_trainings[request["model"]] = Training(request)
    return {}


def timed(request):
    training = open_trainings[request["model"]]
    intervals = []
    for _ in range(request["steps"]):
        start = time.perf_counter()
        training.step()
        intervals.append((time.perf_counter() - start) * 1000)
    return {"intervals": intervals}


HANDLERS = {"gradients": gradients, "losses": losses, "prepare": prepare, "timed": timed}

print(json.dumps({"torch": torch.__version__}), flush=True)
for line in sys.stdin:
    asked = json.loads(line)
    try:
        answer = HANDLERS[asked["do"]](asked)
    except Exception as error:
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
