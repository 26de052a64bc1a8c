"""Writes reference.json: losses and gradients of PyTorch in float64, for losses.test.ts of both backends.

Run: python test/src/losses/reference.py (needs torch and numpy).
"""

import json
import pathlib

import numpy
import torch
import torch.nn.functional as F

draw = numpy.random.default_rng(7)
cases = []


def floats(*shape, scale=1.0):
    return numpy.round(draw.normal(size=shape) * scale, 3)


def case(title, function, args, options, compute, **arrays):
    """`compute` gets the arrays as tensors by name; gradients are those of the floating-point arguments."""
    tensors = {name: torch.tensor(value) for name, value in arrays.items()}
    wanted = [name for name in args if tensors[name].dtype == torch.float64 and name != "teacher"]
    wanted = [name for name in wanted if not name.startswith("targets")]
    for name in wanted:
        tensors[name].requires_grad_()
    loss = compute(**tensors)
    loss.backward()
    number = lambda value: float(f"{value:.9g}")
    cases.append(
        {
            "title": title,
            "function": function,
            "args": args,
            "options": options,
            "arrays": {
                name: {
                    "dtype": "float32" if value.dtype == numpy.float64 else "int32",
                    "shape": list(value.shape),
                    "data": value.reshape(-1).tolist(),
                }
                for name, value in arrays.items()
            },
            "loss": number(loss.item()),
            "gradients": {name: [number(v) for v in tensors[name].grad.reshape(-1).tolist()] for name in wanted},
        }
    )


def mean(losses, weights=None):
    return losses.mean() if weights is None else (losses * weights).sum() / weights.sum()


weights4 = numpy.array([1.0, 0.5, 0.0, 3.0])


# CTC
def ctc(logits, labels, labelLengths=None, inputLengths=None, weights=None, blank=0, zero=False):
    batch, time, _ = logits.shape
    inputs = torch.full((batch,), time) if inputLengths is None else inputLengths
    counts = torch.full((batch,), labels.shape[1]) if labelLengths is None else labelLengths
    logs = logits.log_softmax(2).transpose(0, 1)
    each = F.ctc_loss(logs, labels.clamp(min=0), inputs, counts, blank=blank, reduction="none", zero_infinity=zero)
    if weights is None:
        expected = F.ctc_loss(logs, labels.clamp(min=0), inputs, counts, blank=blank, zero_infinity=zero)
        assert torch.isclose(mean(each / counts.clamp(min=1)), expected)
    return mean(each / counts.clamp(min=1), weights)


labels = numpy.array([[1, 2, 2], [3, 1, 4], [2, 2, 2]])
case("ctc", "ctc", ["logits", "labels"], {}, ctc, logits=floats(3, 7, 5), labels=labels)
case(
    "ctc with lengths and another blank",
    "ctc",
    ["logits", "labels"],
    {"blank": 4, "inputLengths": "@inputLengths", "labelLengths": "@labelLengths"},
    lambda **arrays: ctc(**arrays, blank=4),
    logits=floats(4, 6, 5, scale=2),
    labels=numpy.array([[1, 2, 2], [3, 1, 0], [0, 0, 0], [3, 9, -1]]),
    inputLengths=numpy.array([6, 3, 2, 5]),
    labelLengths=numpy.array([3, 3, 0, 1]),
)
case(
    "ctc with filled labels and weights",
    "ctc",
    ["logits", "labels"],
    {"ignoreLabel": -100, "weights": "@weights"},
    lambda logits, labels, weights: ctc(logits, labels, (labels >= 0).sum(1), None, weights),
    logits=floats(4, 6, 5),
    labels=numpy.array([[1, 2, 2], [3, -100, -100], [1, 1, -100], [-100, -100, -100]]),
    weights=weights4,
)
case(
    "ctc of labels that do not fit, with zeroInfinity",
    "ctc",
    ["logits", "labels"],
    {"zeroInfinity": True},
    lambda **arrays: ctc(**arrays, zero=True),
    logits=floats(2, 4, 4),
    labels=numpy.array([[1, 1, 1], [1, 2, 3]]),
)
case("ctc of a long sequence", "ctc", ["logits", "labels"], {}, ctc, logits=floats(1, 60, 3, scale=5), labels=numpy.array([[1, 2, 1, 1, 2, 2, 1]]))


# Contrastive
def ranking(anchors, positives, factor, negatives=None, cosine=True, symmetric=False, weights=None):
    unit = (lambda rows: F.normalize(rows, dim=-1)) if cosine else (lambda rows: rows)
    others = positives if negatives is None else torch.cat([positives, negatives])
    own = torch.arange(len(anchors))
    scores = unit(anchors) @ unit(others).T * factor
    each = F.cross_entropy(scores, own, reduction="none")
    if symmetric:
        each = (each + F.cross_entropy(scores[:, : len(anchors)].T, own, reduction="none")) / 2
    return mean(each, weights)


pair = lambda: {"anchors": floats(4, 6), "positives": floats(4, 6)}
names = ["anchors", "positives"]
case("infoNce", "infoNce", names, {}, lambda **a: ranking(**a, factor=10), **pair())
case("infoNce, symmetric, with a temperature", "infoNce", names, {"symmetric": True, "temperature": 0.5}, lambda **a: ranking(**a, factor=2, symmetric=True), **pair())
case("multipleNegativesRanking", "multipleNegativesRanking", names, {}, lambda **a: ranking(**a, factor=20), **pair())
case(
    "multipleNegativesRanking with hard negatives and weights",
    "multipleNegativesRanking",
    names,
    {"negatives": "@negatives", "scale": 5, "weights": "@weights"},
    lambda **a: ranking(**a, factor=5),
    **pair(),
    negatives=floats(5, 6),
    weights=weights4,
)
case("multipleNegativesRanking of dot products", "multipleNegativesRanking", names, {"similarity": "dot", "scale": 1, "symmetric": True}, lambda **a: ranking(**a, factor=1, cosine=False, symmetric=True), **pair())

# Triplets and pairs
triple = lambda: {**pair(), "negatives": floats(4, 6)}
names = ["anchors", "positives", "negatives"]
case("tripletMargin", "tripletMargin", names, {}, lambda anchors, positives, negatives: F.triplet_margin_loss(anchors, positives, negatives), **triple())
case(
    "tripletMargin with swap, another norm and weights",
    "tripletMargin",
    names,
    {"swap": True, "p": 1, "margin": 2.5, "weights": "@weights"},
    lambda anchors, positives, negatives, weights: mean(F.triplet_margin_loss(anchors, positives, negatives, margin=2.5, p=1, swap=True, reduction="none"), weights),
    **triple(),
    weights=weights4,
)
alike = numpy.array([1, -1, -1, 1])
case("cosineEmbedding", "cosineEmbedding", ["anchors", "positives", "alike"], {}, lambda anchors, positives, alike: F.cosine_embedding_loss(anchors, positives, alike), **pair(), alike=alike)
case(
    "cosineEmbedding with a margin and weights",
    "cosineEmbedding",
    ["anchors", "positives", "alike"],
    {"margin": -0.5, "weights": "@weights"},
    lambda anchors, positives, alike, weights: mean(F.cosine_embedding_loss(anchors, positives, alike, margin=-0.5, reduction="none"), weights),
    **pair(),
    alike=alike,
    weights=weights4,
)


# Focal: as torchvision.ops.sigmoid_focal_loss
def sigmoid_focal(logits, targets, alpha=0.25, gamma=2.0, weights=None):
    p = logits.sigmoid()
    entropy = F.binary_cross_entropy_with_logits(logits, targets, reduction="none")
    right = p * targets + (1 - p) * (1 - targets)
    each = entropy * (1 - right) ** gamma
    if alpha is not None:
        each = (alpha * targets + (1 - alpha) * (1 - targets)) * each
    return mean(each, None if weights is None else weights[:, None].expand_as(each))


def softmax_focal(logits, labels, gamma=2.0, weights=None, class_weights=None, ignore=None):
    counted = torch.ones(labels.shape, dtype=torch.bool) if ignore is None else labels != ignore
    known = torch.where(counted, labels, 0).long()
    logs = logits.log_softmax(-1).gather(-1, known[..., None])[..., 0]
    weight = counted.double()
    if weights is not None:
        weight = weight * weights.reshape([-1] + [1] * (labels.dim() - 1))
    if class_weights is not None:
        weight = weight * torch.tensor(class_weights)[known]
    return mean(-((1 - logs.exp()) ** gamma) * logs, weight)


targets = numpy.array([[1.0, 0, 0], [0, 0, 1], [0.25, 1, 0], [0, 0, 0]])
case("sigmoidFocal", "sigmoidFocal", ["logits", "targets"], {}, sigmoid_focal, logits=floats(4, 3, scale=3), targets=targets)
case("sigmoidFocal without alpha, with weights", "sigmoidFocal", ["logits", "targets"], {"alpha": None, "gamma": 0.5, "weights": "@weights"}, lambda **a: sigmoid_focal(**a, alpha=None, gamma=0.5), logits=floats(4, 3, scale=3), targets=targets, weights=weights4)
case("softmaxFocal", "softmaxFocal", ["logits", "labels"], {}, softmax_focal, logits=floats(4, 3, scale=2), labels=numpy.array([0, 2, 1, 1]))
case(
    "softmaxFocal of sequences, with all options",
    "softmaxFocal",
    ["logits", "labels"],
    {"gamma": 1.5, "classWeights": [1, 2, 0.5], "ignoreLabel": -1, "weights": "@weights"},
    lambda **a: softmax_focal(**a, gamma=1.5, class_weights=[1.0, 2, 0.5], ignore=-1),
    logits=floats(4, 3, 3, scale=2),
    labels=numpy.array([[0, 2, -1], [1, 1, 0], [2, 2, 2], [-1, 0, 1]]),
    weights=weights4,
)


# Dice
def overlap(p, t, dims, smooth=1.0, squared=False):
    size = (lambda x: (x * x).sum(dims)) if squared else (lambda x: x.sum(dims))
    return 1 - (2 * (p * t).sum(dims) + smooth) / (size(p) + size(t) + smooth)


def softmax_dice(logits, labels, weights=None, ignore=None, class_weights=None, axis=-1, **options):
    counted = torch.ones(labels.shape) if ignore is None else (labels != ignore).double()
    known = torch.where(counted > 0, labels, 0).long()
    p = logits.movedim(axis, -1)
    t = F.one_hot(known, p.shape[-1]).double()
    each = overlap(p.softmax(-1) * counted[..., None], t * counted[..., None], tuple(range(1, labels.dim())), **options)
    weight = torch.ones_like(each) if weights is None else weights[:, None].expand_as(each)
    return mean(each, weight if class_weights is None else weight * torch.tensor(class_weights))


masks = (draw.random((4, 2, 3)) > 0.6).astype(float)
case("sigmoidDice", "sigmoidDice", ["logits", "targets"], {}, lambda logits, targets: overlap(logits.sigmoid(), targets, (1, 2)).mean(), logits=floats(4, 2, 3), targets=masks)
case("sigmoidDice of squares, with weights", "sigmoidDice", ["logits", "targets"], {"squared": True, "smooth": 0.1, "weights": "@weights"}, lambda logits, targets, weights: mean(overlap(logits.sigmoid(), targets, (1, 2), 0.1, True), weights), logits=floats(4, 2, 3), targets=masks, weights=weights4)
places = draw.integers(0, 3, (4, 2, 3))
case("softmaxDice", "softmaxDice", ["logits", "labels"], {}, softmax_dice, logits=floats(4, 2, 3, 3), labels=places)
case(
    "softmaxDice of channels first, with all options",
    "softmaxDice",
    ["logits", "labels"],
    {"axis": 1, "ignoreLabel": 255, "classWeights": [0, 1, 2], "smooth": 1e-5, "weights": "@weights"},
    lambda **a: softmax_dice(**a, axis=1, ignore=255, class_weights=[0.0, 1, 2], smooth=1e-5),
    logits=floats(4, 3, 2, 3),
    labels=numpy.where(draw.random((4, 2, 3)) > 0.8, 255, places),
    weights=weights4,
)


# Distillation
def distillation(student, teacher, temperature=2.0, weights=None):
    logs, wanted = (student / temperature).log_softmax(-1), (teacher / temperature).log_softmax(-1)
    each = F.kl_div(logs, wanted, reduction="none", log_target=True).sum(-1)
    if weights is not None:
        weights = weights.reshape(list(weights.shape) + [1] * (each.dim() - weights.dim())).expand_as(each)
    return mean(each, weights) * temperature**2


names = ["student", "teacher"]
case("distillation", "distillation", names, {}, distillation, student=floats(4, 5), teacher=floats(4, 5, scale=3))
case("distillation of sequences, with a temperature and weights", "distillation", names, {"temperature": 4, "weights": "@weights"}, lambda **a: distillation(**a, temperature=4.0), student=floats(4, 2, 5), teacher=floats(4, 2, 5, scale=3), weights=weights4)

rows = ",\n".join(json.dumps(one, separators=(",", ":")) for one in cases)
pathlib.Path(__file__).with_name("reference.json").write_text(f"[\n{rows}\n]\n")
