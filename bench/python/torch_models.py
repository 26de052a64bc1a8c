"""The PyTorch models of the comparisons, with the names and weights of those in models.ts and transformer.ts."""

import torch
import torch.nn.functional as F
from torch import nn


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


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.attention = Attention(width, heads)
        self.norm_0 = nn.LayerNorm(width)
        self.norm_1 = nn.LayerNorm(width)
        self.feed_forward = FeedForward(width)

    def forward(self, x):
        x = x + self.attention(self.norm_0(x))
        return x + self.feed_forward(self.norm_1(x))


class Transformer(nn.Module):
    def __init__(self, words, width, heads, count=1):
        super().__init__()
        self.embedding = nn.Embedding(words, width)
        self.count = count
        for at in range(count):
            self.add_module(f"block_{at}", Block(width, heads))
        self.head = nn.Linear(width, words)

    def forward(self, x):
        x = self.embedding(x)
        for at in range(self.count):
            x = getattr(self, f"block_{at}")(x)
        return self.head(x)


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
    "bert": lambda: Transformer(1024, 768, 12, 12),
    "lstm": lambda: Recurrent(12, 32, 5),
    "largeMlp": lambda: Perceptron(784, 2048, 2048, 1792, 10),
}


def create(request):
    """The model of a request: one by its name, or a perceptron of these widths."""
    return Perceptron(*request["widths"]) if "widths" in request else MODELS[request["model"]]()


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
