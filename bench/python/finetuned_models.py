"""Tiny pretrained models, and data of the tasks that they are fine-tuned for."""

import math

import numpy
import torch
from torch import nn
from torch.nn import functional as F

words, length, width = 160, 14, 32


class Block(nn.Module):
    """A block of a transformer, norms after the sums, as in BERT."""

    def __init__(self):
        super().__init__()
        self.query, self.key, self.value, self.out = (nn.Linear(width, width) for _ in range(4))
        self.wide, self.narrow = nn.Linear(width, 2 * width), nn.Linear(2 * width, width)
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)

    def forward(self, x):
        heads = lambda layer: layer(x).reshape(-1, length, 4, width // 4).transpose(1, 2)
        scores = heads(self.query) @ heads(self.key).transpose(2, 3) / math.sqrt(width // 4)
        mixed = (scores.softmax(-1) @ heads(self.value)).transpose(1, 2).reshape(-1, length, width)
        x = self.norm1(x + self.out(mixed))
        return self.norm2(x + self.narrow(F.gelu(self.wide(x))))


class Encoder(nn.Module):
    """Tokens [batch, length] to the mean over the tokens [batch, width]."""

    def __init__(self):
        super().__init__()
        self.words, self.places = nn.Embedding(words, width), nn.Embedding(length, width)
        self.blocks = nn.ModuleList([Block(), Block()])

    def forward(self, tokens):
        x = self.words(tokens) + self.places.weight
        for block in self.blocks:
            x = block(x)
        return x.mean(1)


class Convolutions(nn.Module):
    """A small MobileNet, its batch norms folded: images [batch, 1, 20, 20] to features [batch, 32]."""

    def __init__(self):
        super().__init__()
        sizes = [(1, 12, 3, 2, 1), (12, 12, 3, 1, 12), (12, 24, 1, 1, 1), (24, 24, 3, 2, 24), (24, 32, 1, 1, 1)]
        self.convs = nn.ModuleList(nn.Conv2d(a, b, k, s, k // 2, groups=g) for a, b, k, s, g in sizes)

    def forward(self, x):
        for conv in self.convs:
            x = F.relu6(conv(x))
        return x.mean((2, 3))


def texts(count, topics, random):
    """Sentences of random words, some of which are of their topic: of `topics`, each a list of words."""
    labels = random.integers(0, len(topics), count)
    tokens = random.integers(0, words, (count, length))
    for row, label in zip(tokens, labels):
        places = random.random(length) < 0.3
        row[places] = random.choice(topics[label], places.sum())
    return tokens, labels


def pairs(count, concepts, random):
    """Pairs of sentences with the same two concepts, each written as six of its words; two words are noise."""
    chosen = numpy.array([random.choice(len(concepts), 2, replace=False) for _ in range(count)])
    tokens = random.integers(0, words, (2, count, length))
    for side in tokens:
        for row, both in zip(side, chosen):
            places = random.permutation(length)[:12]
            row[places] = [random.choice(concepts[concept]) for concept in numpy.repeat(both, 6)]
    return tokens[0], tokens[1]


def pictures(count, first, random):
    """Images of noise with one of four shapes: the numbers `first` to `first + 3` of eight."""
    labels = random.integers(0, 4, count)
    rows, columns = numpy.mgrid[:20, :20]
    images = random.normal(0, 0.5, (count, 1, 20, 20)).astype(numpy.float32)
    for image, label in zip(images, labels):
        x = (columns - 10 + random.normal(0, 2)) / random.uniform(4, 8)
        y = (rows - 10 + random.normal(0, 2)) / random.uniform(4, 8)
        shape = [
            (abs(x) < 0.9) & (abs(y) < 0.9),
            (abs(x) < 0.3) & (abs(y) < 1),
            (abs(y) < 0.3) & (abs(x) < 1),
            abs(x - y) < 0.5,
            x * x + y * y < 1,
            abs(x * x + y * y - 0.75) < 0.25,
            numpy.minimum(abs(x), abs(y)) < 0.3,
            abs(x) + abs(y) < 1,
        ][first + label] & (abs(x) < 1) & (abs(y) < 1)
        image[0][shape] += random.choice([-1, 1]) * 1.2
    return images, labels
