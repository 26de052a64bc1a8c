"""The requests of a benchmark: one JSON object a line on standard input, answered with one line each."""

import json
import sys
import time


def answer(versions, handlers):
    """Prints the versions of the packages, then answers each request with the handler that its `do` names."""
    print(json.dumps(versions), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        try:
            result = handlers[request["do"]](request)
        except Exception as error:
            result = {"error": f"{type(error).__name__}: {error}".splitlines()[0]}
        print(json.dumps(result), flush=True)


def peak_memory():
    """The peak memory of this process, in bytes; 0 where the system does not tell."""
    try:
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM:"))
    except OSError:
        return 0


class Trainings:
    """Trains the models that a benchmark compares, one for each mode of the library."""

    def __init__(self, create, clear):
        self.create = create
        self.clear = clear
        self.open = {}

    def prepare(self, request):
        training = self.create(request)
        # The first step compiles.
        losses = [training.step() for _ in range(request["steps"])]
        self.open[request["mode"]] = training
        return {"losses": losses}

    def timed(self, request):
        training, steps = self.open[request["mode"]], request["steps"]
        start = time.perf_counter()
        for _ in range(steps):
            training.step()
        return {"milliseconds": (time.perf_counter() - start) * 1000 / steps}

    def forget(self, request):
        self.open.clear()
        self.clear()
        return {}

    def handlers(self):
        return {"prepare": self.prepare, "timed": self.timed, "forget": self.forget}
