"""Writes what scikit-learn computes from fixed inputs, for scikit-learn.test.ts:
python test/sklearn/metrics.py test/fixtures/sklearn-metrics.json

Needs scikit-learn, in an environment outside of the repository.
"""

import json
import sys
import warnings

import numpy as np
import sklearn
from sklearn import metrics as sk

warnings.filterwarnings("ignore")
random = np.random.default_rng(7)


def float32(values):
    return np.asarray(values, np.float32).astype(np.float64)


def softmax(logits):
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def sigmoid(logits):
    power = np.exp(-np.abs(logits))
    return np.where(logits >= 0, 1, power) / (1 + power)


def trapezoids_of_bins(labels, scores, bins, weights):
    return sk.roc_auc_score(labels, np.minimum(bins - 1, np.floor(scores * bins)), sample_weight=weights)


def precision_of_bins(labels, scores, bins, weights):
    return sk.average_precision_score(labels, np.minimum(bins - 1, np.floor(scores * bins)), sample_weight=weights)


cases = []


def case(name, labels, output, weights, expected):
    def numbers(values):
        return np.asarray(values, np.float64).tolist()

    figures = [
        {"metric": metric, "options": options, "weighted": weighted, "value": encode(value)}
        for metric, options, weighted, value in expected
    ]
    cases.append({"name": name, "labels": numbers(labels), "output": numbers(output), "weights": numbers(weights), "figures": figures})


def encode(value):
    if isinstance(value, np.ndarray):
        return value.tolist()
    value = float(value)
    return value if np.isfinite(value) else str(value).replace("inf", "Infinity").replace("nan", "NaN")


def both(weights, make):
    plain = [(metric, options, False, value) for metric, options, value in make(None)]
    return plain + [(metric, options, True, value) for metric, options, value in make(weights)]


def binary(name, labels, logits, weights, threshold=0.5):
    limit = np.log(threshold / (1 - threshold))
    predicted = (logits > limit).astype(int)
    probabilities = sigmoid(logits)

    def make(w):
        options = {} if threshold == 0.5 else {"threshold": threshold}
        yield "accuracy", options, sk.accuracy_score(labels, predicted, sample_weight=w)
        for metric, function in ("precision", sk.precision_score), ("recall", sk.recall_score), ("f1", sk.f1_score):
            yield metric, options, function(labels, predicted, sample_weight=w, zero_division=0)
            yield metric, {**options, "zeroDivision": 1}, function(labels, predicted, sample_weight=w, zero_division=1)
            for average in "macro", "micro", "weighted":
                yield metric, {**options, "average": average}, function(labels, predicted, sample_weight=w, average=average, zero_division=0)
        yield "rocAuc", {}, sk.roc_auc_score(labels, logits, sample_weight=w)
        yield "prAuc", {}, sk.average_precision_score(labels, logits, sample_weight=w)
        yield "rocAuc", {"bins": 20}, trapezoids_of_bins(labels, probabilities, 20, w)
        yield "prAuc", {"bins": 20}, precision_of_bins(labels, probabilities, 20, w)
        yield "logLoss", {}, sk.log_loss(labels, probabilities, sample_weight=w, labels=[0, 1])
        yield "perplexity", {}, np.exp(sk.log_loss(labels, probabilities, sample_weight=w, labels=[0, 1]))
        yield "confusionMatrix", options, sk.confusion_matrix(labels, predicted, sample_weight=w, labels=[0, 1])

    case(name, labels, logits, weights, both(weights, make))


def binary_probabilities(name, labels, probabilities, weights):
    predicted = (probabilities > 0.5).astype(int)

    def make(w):
        yield "accuracy", {"probabilities": True}, sk.accuracy_score(labels, predicted, sample_weight=w)
        yield "f1", {"probabilities": True}, sk.f1_score(labels, predicted, sample_weight=w)
        yield "rocAuc", {"probabilities": True}, sk.roc_auc_score(labels, probabilities, sample_weight=w)
        yield "prAuc", {"probabilities": True}, sk.average_precision_score(labels, probabilities, sample_weight=w)
        yield "logLoss", {"probabilities": True}, sk.log_loss(labels, probabilities, sample_weight=w, labels=[0, 1])

    case(name, labels, probabilities, weights, both(weights, make))


def multiclass(name, labels, logits, weights, areas=True):
    classes = logits.shape[1]
    predicted = logits.argmax(axis=1)
    probabilities = softmax(logits)
    every = list(range(classes))
    one_hot = np.eye(classes)[labels]

    def make(w):
        yield "accuracy", {}, sk.accuracy_score(labels, predicted, sample_weight=w)
        for metric, function in ("precision", sk.precision_score), ("recall", sk.recall_score), ("f1", sk.f1_score):
            for average in "macro", "micro", "weighted":
                for division in 0, 1, np.nan:
                    options = {"average": average} | ({"zeroDivision": encode(division)} if division != 0 else {})
                    yield metric, options, function(labels, predicted, sample_weight=w, average=average, zero_division=division)
        for k in 1, 2, 3:
            yield "topK", {"k": k}, sk.top_k_accuracy_score(labels, logits, k=k, labels=every, sample_weight=w)
        yield "logLoss", {}, sk.log_loss(labels, probabilities, sample_weight=w, labels=every)
        yield "perplexity", {}, np.exp(sk.log_loss(labels, probabilities, sample_weight=w, labels=every))
        yield "confusionMatrix", {}, sk.confusion_matrix(labels, predicted, sample_weight=w, labels=every)
        for average in "macro", "weighted", "micro":
            if areas:
                yield "rocAuc", {"average": average}, sk.roc_auc_score(labels, probabilities, multi_class="ovr", average=average, sample_weight=w, labels=every)
                yield "prAuc", {"average": average}, sk.average_precision_score(one_hot, probabilities, average=average, sample_weight=w)

    case(name, labels, logits, weights, both(weights, make))


def multiclass_probabilities(name, labels, probabilities, weights):
    every = list(range(probabilities.shape[1]))
    one_hot = np.eye(len(every))[labels]

    def make(w):
        options = {"probabilities": True}
        yield "accuracy", options, sk.accuracy_score(labels, probabilities.argmax(axis=1), sample_weight=w)
        yield "logLoss", options, sk.log_loss(labels, probabilities, sample_weight=w, labels=every)
        for average in "macro", "weighted", "micro":
            averaged = {**options, "average": average}
            yield "rocAuc", averaged, sk.roc_auc_score(labels, probabilities, multi_class="ovr", average=average, sample_weight=w, labels=every)
            yield "prAuc", averaged, sk.average_precision_score(one_hot, probabilities, average=average, sample_weight=w)

    case(name, labels, probabilities, weights, both(weights, make))


def multilabel(name, labels, logits, weights):
    predicted = (logits > 0).astype(int)

    def make(w):
        yield "accuracy", {"multilabel": True}, sk.accuracy_score(labels, predicted, sample_weight=w)
        for average in "macro", "micro", "weighted":
            options = {"multilabel": True, "average": average}
            for metric, function in ("precision", sk.precision_score), ("recall", sk.recall_score), ("f1", sk.f1_score):
                yield metric, options, function(labels, predicted, average=average, sample_weight=w, zero_division=0)
            yield "rocAuc", options, sk.roc_auc_score(labels, logits, average=average, sample_weight=w)
            yield "prAuc", options, sk.average_precision_score(labels, logits, average=average, sample_weight=w)

    case(name, labels, logits, weights, both(weights, make))


def regression(name, targets, predictions, weights):
    def make(w):
        yield "mse", {}, sk.mean_squared_error(targets, predictions, sample_weight=w)
        yield "rmse", {}, sk.root_mean_squared_error(targets, predictions, sample_weight=w)
        yield "mae", {}, sk.mean_absolute_error(targets, predictions, sample_weight=w)
        yield "r2", {}, sk.r2_score(targets, predictions, sample_weight=w)

    case(name, targets, predictions, weights, both(weights, make))


rows = 101
weights = float32(random.uniform(0, 3, rows))
weights[::9] = 0
labels = random.integers(0, 2, rows)
logits = float32(random.normal(labels - 0.5, 1.5))
binary("binary", labels, logits, weights)
binary("binary, another threshold", labels, logits, weights, threshold=0.3)
binary("binary with ties", labels, np.round(logits), weights)
binary("binary, all scores equal", labels, np.zeros(rows), weights)
binary("binary, nothing predicted", labels, -5 - np.abs(logits), weights)
binary("binary, extreme scores", labels, np.where(labels == 1, 1, -1) * np.float64(np.resize([30, 1e-30, -3, 2**-40], rows)), weights)
binary("binary, rare", (np.arange(rows) % 25 == 3).astype(int), logits, weights)
binary_probabilities("binary probabilities", labels, sigmoid(logits), weights)
binary_probabilities("binary probabilities of 0 and 1", labels, np.clip(np.round(sigmoid(logits) * 4) / 4, 0, 1), weights)

classes = random.integers(0, 5, rows)
scores = float32(random.normal(0, 1, (rows, 5)) + 1.5 * np.eye(5)[classes])
multiclass("multiclass", classes, scores, weights)
# Not the areas: whether probabilities of different rows are equal depends on how the last bit is rounded.
multiclass("multiclass with ties", classes, np.round(scores), weights, areas=False)
multiclass_probabilities("multiclass probabilities with ties", classes, random.multinomial(8, np.full(5, 0.2), rows) / 8, weights)
few = np.where(classes == 4, 0, classes)
hidden = scores.copy()
hidden[:, 3] -= 20
multiclass("multiclass with a class that is never a label, and one that is never predicted", few, hidden, weights, areas=False)
unused = scores.copy()
unused[:, 4] -= 50
multiclass("multiclass with a class that occurs nowhere", few, unused, weights, areas=False)

many = (random.uniform(0, 1, (rows, 4)) < [0.5, 0.3, 0.7, 0.1]).astype(int)
multilabel("multilabel", many, float32(random.normal(many - 0.5, 1)), weights)
never = float32(random.normal(many - 0.5, 1))
never[:, 2] = -1
multilabel("multilabel with a label that is never predicted", many, never, weights)

targets = float32(random.normal(0, 2, rows))
predictions = float32(targets + random.normal(0, 0.5, rows))
regression("regression", targets, predictions, weights)
regression("regression, several columns", float32(random.normal(0, [1, 5, 100], (rows, 3))), float32(random.normal(0, [1, 5, 100], (rows, 3))), weights)
regression("regression far from 0", 1e6 + targets, 1e6 + predictions, weights)
regression("regression with large and small numbers", targets * np.resize([1e150, 1e-150, 1], rows), predictions * np.resize([1e150, 1e-150, 1], rows), weights)
regression("regression, equal targets", np.full(rows, 2.0), predictions, weights)
regression("regression, equal targets without an error", np.full(rows, 2.0), np.full(rows, 2.0), weights)

versions = {"scikit-learn": sklearn.__version__, "numpy": np.__version__}
with open(sys.argv[1], "w") as file:
    lines = ",\n".join(json.dumps(each) for each in cases)
    file.write(f'{{"versions": {json.dumps(versions)},\n"cases": [\n{lines}\n]}}\n')
