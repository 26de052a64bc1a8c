"""Trains the PyTorch models of the comparisons with Adam: `torch_side.py THREADS`."""

import os
import sys

# One process, not a pool that competes with what is measured.
os.environ["TORCHINDUCTOR_COMPILE_THREADS"] = "1"

import torch
import torch.nn.functional as F
from answer import Trainings, answer, peak_memory
from safetensors.torch import load_file, save_file
from torch_models import create, places

torch.set_num_threads(int(sys.argv[1]))
# It prints a warning at every convolution if the processor does not support it.
torch.backends.nnpack.set_flags(False)


class Training:
    """Trains one model in one mode: `eager` (Adam as a loop over the parameters), `fused` (one call for all of them) or
    `compile` (forward and backward pass compiled by Inductor, and the fused Adam)."""

    def __init__(self, request):
        mode = request.get("mode", "eager")
        self.model = create(request)
        self.places = places(self.model)
        if "weights" in request:
            self.load(load_file(request["weights"]))
        self.batches = [load_file(path) for path in request["batches"]]
        if request.get("double"):
            self.model.double()
            for batch in self.batches:
                batch["x"] = batch["x"].double() if batch["x"].is_floating_point() else batch["x"]
        trained = [parameter for parameter in self.model.parameters() if parameter.requires_grad]
        self.adam = torch.optim.Adam(
            trained, lr=request["rate"], betas=(0.9, 0.999), eps=1e-8, **({} if mode == "eager" else {"fused": True})
        )
        self.loss = torch.compile(self.loss_of) if mode == "compile" else self.loss_of
        self.done = 0

    def load(self, weights):
        moving = {name for name in weights if name.split("/")[-1].startswith("moving_")}
        if weights.keys() - moving != self.places.keys():
            raise ValueError(f"other parameters: {sorted(weights.keys() ^ self.places.keys())}")
        with torch.no_grad():
            for name, (parameter, transposed) in self.places.items():
                parameter.copy_(weights[name].T if transposed else weights[name])

    def loss_of(self, x, labels):
        return F.cross_entropy(self.model(x).flatten(0, -2), labels.flatten().long())

    def forward(self):
        batch = self.batches[self.done % len(self.batches)]
        return self.loss(batch["x"], batch["labels"])

    def step(self):
        self.adam.zero_grad(set_to_none=True)
        loss = self.forward()
        loss.backward()
        self.adam.step()
        self.done += 1
        return loss.item()


def gradients(request):
    training = Training(request)
    training.forward().backward()
    tensors = {
        name: (parameter.grad.T if transposed else parameter.grad).contiguous()
        for name, (parameter, transposed) in training.places.items()
    }
    save_file(tensors, request["out"])
    return {}


def losses(request):
    training = Training(request)
    return {"losses": [training.step() for _ in range(request["steps"])]}


answer(
    {"torch": torch.__version__},
    {
        **Trainings(Training, torch.compiler.reset).handlers(),
        "gradients": gradients,
        "losses": losses,
        "memory": lambda request: {"peak": peak_memory()},
    },
)
