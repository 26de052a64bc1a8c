"""Optuna's default sampler, asked from another process.

Reads requests from standard input, one JSON object a line, and answers each with one line.
"""

import json
import sys
import time
import warnings

import optuna
import scipy.stats

warnings.filterwarnings("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)

study = None
space = None
running = {}


def suggest(trial):
    values = {}
    for name, parameter in space.items():
        when = parameter["when"]
        if when and values.get(when["parameter"]) not in when["values"]:
            continue
        if parameter["kind"] == "choice":
            values[name] = trial.suggest_categorical(name, parameter["choices"])
        else:
            of_kind = trial.suggest_float if parameter["kind"] == "float" else trial.suggest_int
            values[name] = of_kind(
                name, parameter["low"], parameter["high"], log=parameter["log"], step=parameter["step"]
            )
    return values


def answer(request):
    global study, space
    match request["do"]:
        case "start":
            space = request["space"]
            running.clear()
            study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=request["seed"]))
            return {}
        case "ask":
            started = time.perf_counter()
            trial = study.ask()
            values = suggest(trial)
            seconds = time.perf_counter() - started
            running[request["trial"]] = trial
            return {"values": values, "seconds": seconds}
        case "tell":
            study.tell(running.pop(request["trial"]), request["value"])
            return {}
        case "wilcoxon":
            differences = request["differences"]
            return {"p": float(scipy.stats.wilcoxon(differences, alternative="greater").pvalue)}


print(json.dumps({"optuna": optuna.__version__, "scipy": scipy.__version__}), flush=True)
for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
