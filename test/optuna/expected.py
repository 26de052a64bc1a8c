"""Writes what Optuna and SciPy compute for random histories of trials, for the tests of packages/core/src/sweep:
python test/optuna/expected.py test/fixtures/optuna.json [SEED]

Needs optuna 5 and scipy, in an environment outside of the repository.
"""

import json
import math
import sys
import warnings

import numpy as np
import optuna
import scipy
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.importance import PedAnovaImportanceEvaluator
from optuna.samplers import TPESampler
from optuna.samplers._tpe import parzen_estimator
from optuna.samplers._tpe.sampler import _split_trials, default_gamma, default_gamma_multiobjective
from optuna.trial import TrialState, create_trial

warnings.filterwarnings("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)
seed = int(sys.argv[2]) if len(sys.argv) > 2 else 7
random = np.random.default_rng(seed)


class StableNumpy:
    """NumPy, but argsort keeps the order of equal numbers. NumPy's own order of them depends on the processor."""

    def __getattr__(self, name):
        return getattr(np, name)

    def argsort(self, values):
        return np.argsort(values, kind="stable")


parzen_estimator.np = StableNumpy()


def number(low, high, log=False, step=None, when=None):
    return {"kind": "float", "low": low, "high": high, "log": log, "step": step, "when": when}


def integer(low, high, log=False, step=1, when=None):
    return {"kind": "integer", "low": low, "high": high, "log": log, "step": step, "when": when}


def choice(*choices, when=None):
    return {"kind": "choice", "choices": choices, "when": when}


def when(parameter, *values):
    return {"parameter": parameter, "values": values}


def distribution(parameter):
    if parameter["kind"] == "choice":
        return CategoricalDistribution(parameter["choices"])
    kind = FloatDistribution if parameter["kind"] == "float" else IntDistribution
    return kind(parameter["low"], parameter["high"], log=parameter["log"], step=parameter["step"])


spaces = {
    "numbers": {"x": number(-5, 10), "y": number(0, 1)},
    "logarithms": {"x": number(1e-5, 0.1, log=True), "y": number(-1, 1)},
    "steps": {"x": number(0, 1, step=0.1), "y": number(-1.05, 2, step=0.25), "z": number(0, 1)},
    "integers": {"x": integer(1, 12), "y": integer(-40, 41, step=4), "z": integer(1, 1000, log=True)},
    "choices": {"x": choice("a", "b", "c"), "y": choice(64, 128), "z": choice(None, True, "d", 2.5), "w": number(0, 1)},
    "mixed": {
        "rate": number(1e-4, 1, log=True),
        "layers": integer(1, 6),
        "width": integer(8, 512, log=True),
        "dropout": number(0, 0.5, step=0.05),
        "optimizer": choice("adam", "sgd"),
    },
    "conditions": {
        "optimizer": choice("adam", "sgd", "none"),
        "rate": number(1e-4, 1, log=True),
        "momentum": number(0, 1, when=when("optimizer", "sgd")),
        "nesterov": choice(True, False, when=when("optimizer", "sgd")),
        "beta": number(0.5, 1, when=when("optimizer", "adam", "none")),
        "deep": integer(1, 9, when=when("nesterov", True)),
    },
}


def draw(space):
    values = {}
    for name, parameter in space.items():
        condition = parameter["when"]
        if condition and values.get(condition["parameter"]) not in condition["values"]:
            continue
        if parameter["kind"] == "choice":
            values[name] = parameter["choices"][random.integers(len(parameter["choices"]))]
            continue
        low, high = parameter["low"], parameter["high"]
        scale = math.log if parameter["log"] else float
        # Most near one point, as late in a search.
        share = random.random() if random.random() < 0.3 else 0.3 + 0.05 * random.standard_normal()
        value = scale(low) + min(1, max(0, share)) * (scale(high) - scale(low))
        value = math.exp(value) if parameter["log"] else value
        if parameter["step"]:
            top = distribution(parameter).high
            value = min(top, low + round((value - low) / parameter["step"]) * parameter["step"])
        value = min(high, max(low, value))
        values[name] = int(value) if parameter["kind"] == "integer" else float(value)
    return values


def history(space, count, directions, unfinished):
    trials = []
    for trial in range(1, count + 1):
        # Rounded, so that some are equal.
        values = [round(float(random.standard_normal() + 1), 1) for _ in directions]
        state, trained = "completed", None
        if unfinished and random.random() < unfinished:
            state = ["running", "paused", "failed"][random.integers(3 if len(directions) == 1 else 1)]
        if state == "paused":
            trained = int(random.integers(1, 4))
        if state in ("running", "failed"):
            values = None
        trials.append(
            {"trial": trial, "parameters": draw(space), "state": state, "values": values, "trained": trained}
        )
    return trials


states = {
    "running": TrialState.RUNNING,
    "paused": TrialState.PRUNED,
    "completed": TrialState.COMPLETE,
    "failed": TrialState.FAIL,
}


def study_of(space, trials, directions):
    study = optuna.create_study(directions=["maximize" if d == "max" else "minimize" for d in directions])
    for trial in trials:
        paused = trial["state"] == "paused"
        study.add_trial(
            create_trial(
                state=states[trial["state"]],
                params=trial["parameters"],
                distributions={name: distribution(space[name]) for name in trial["parameters"]},
                values=trial["values"] if trial["state"] == "completed" else None,
                intermediate_values={trial["trained"]: trial["values"][0]} if paused else None,
            )
        )
    return study


def densities(name, count, directions=("min",), unfinished=0.0):
    space = spaces[name]
    trials = history(space, count, directions, unfinished)
    study = study_of(space, trials, directions)
    known = study._get_trials(deepcopy=False, states=[s for s in states.values() if s != TrialState.FAIL])
    finished = sum(trial.state != TrialState.RUNNING for trial in known)
    gamma = default_gamma if len(directions) == 1 else default_gamma_multiobjective
    below, above = _split_trials(study, known, gamma(finished))
    groups = {}
    for parameter, about in space.items():
        key = json.dumps(about["when"]) if len(directions) == 1 else parameter
        groups.setdefault(key, []).append(parameter)
    sampler = TPESampler(seed=0)
    results = []
    for names in groups.values():
        distributions = {parameter: distribution(space[parameter]) for parameter in names}
        points = []
        while len(points) < 6:
            drawn = draw(space)
            if all(parameter in drawn for parameter in names):
                points.append({parameter: drawn[parameter] for parameter in names})
        inner = {
            parameter: np.asarray([distributions[parameter].to_internal_repr(p[parameter]) for p in points])
            for parameter in names
        }
        good = sampler._build_parzen_estimator(study, distributions, below, handle_below=True)
        bad = sampler._build_parzen_estimator(study, distributions, above, handle_below=False)
        results.append(
            {"points": points, "good": good.log_pdf(inner).tolist(), "bad": bad.log_pdf(inner).tolist()}
        )
    return {
        "name": f"{name}, {count} trials" + (", some unfinished" if unfinished else ""),
        "space": space,
        "directions": directions,
        "trials": trials,
        "goodTrials": [trial.number + 1 for trial in below],
        "groups": results,
    }


def importance(name, count, directions=("min",)):
    space = spaces[name]
    trials = history(space, count, directions, 0.0)
    names = list(space)
    for trial in trials:
        # The values depend on some parameters, so that these are important.
        for at in range(len(trial["values"])):
            for weight, parameter in zip([3, 1, 0.3], names[at:]):
                value = trial["parameters"].get(parameter)
                trial["values"][at] += weight * (value if type(value) in (int, float) else len(str(value)))
    found = PedAnovaImportanceEvaluator().evaluate(study_of(space, trials, directions))
    return {
        "name": f"{name}, {count} trials, {len(directions)} objectives",
        "space": space,
        "directions": directions,
        "trials": trials,
        "importance": found,
    }


def hypervolumes():
    cases = []
    for objectives in (2, 3, 4):
        for count in (1, 2, 5, 20):
            points = np.round(random.random((count, objectives)), 2)
            reference = np.full(objectives, 1.1)
            volume = optuna._hypervolume.compute_hypervolume(points, reference)
            cases.append({"points": points.tolist(), "reference": reference.tolist(), "volume": float(volume)})
    return cases


def normal_masses():
    cases = []
    for a, width in [(-40, 1), (-25.3, 0.5), (-19.9, 3), (-6, 0.1), (-1.2, 0.3), (-0.5, 2), (0, 1), (0.3, 4), (7, 1), (22, 30)]:
        b = a + width
        left, right = (a, b) if b <= 0 or a < 0 else (-b, -a)
        upper, lower = scipy.special.log_ndtr(right), scipy.special.log_ndtr(left)
        cases.append({"a": a, "b": b, "logMass": float(upper + np.log1p(-np.exp(lower - upper)))})
    return cases


fixture = {
    "versions": {"optuna": optuna.__version__, "scipy": scipy.__version__, "numpy": np.__version__},
    "densities": [
        *(densities(name, count) for name in spaces for count in (10, 40)),
        densities("numbers", 11),
        densities("mixed", 150),
        densities("mixed", 60, ("max",)),
        densities("mixed", 60, ("min",), unfinished=0.5),
        densities("conditions", 90, ("max",), unfinished=0.4),
        densities("steps", 12, ("min",), unfinished=0.95),
        densities("mixed", 30, ("min", "max")),
        densities("conditions", 70, ("min", "min"), unfinished=0.2),
        densities("numbers", 60, ("max", "min", "min")),
        densities("numbers", 50, ("min", "min", "min", "max")),
    ],
    "importance": [
        *(importance(name, 60) for name in spaces),
        importance("mixed", 25, ("max",)),
        importance("conditions", 100, ("max",)),
        importance("mixed", 60, ("min", "max")),
        importance("conditions", 40, ("min", "min", "max")),
    ],
    "hypervolumes": hypervolumes(),
    "normalMasses": normal_masses(),
}
with open(sys.argv[1], "w") as file:
    json.dump(fixture, file, separators=(",", ":"))
    file.write("\n")
