"""Fine-tunes the models of transformers with Adam: `fine_tuning_side.py THREADS`."""

import contextlib
import logging
import os
import sys
import warnings

# One process, not a pool that competes with what is measured.
os.environ["TORCHINDUCTOR_COMPILE_THREADS"] = "1"
os.environ["HF_HUB_OFFLINE"] = "1"
warnings.filterwarnings("ignore")
logging.disable(logging.WARNING)

import peft
import torch
import torch.nn.functional as F
import transformers
from answer import Trainings, answer
from fine_tuning_models import adapters_of, create, export
from safetensors.torch import load_file

torch.set_num_threads(int(sys.argv[1]))
# It prints a warning at every convolution if the processor does not support it.
torch.backends.nnpack.set_flags(False)
transformers.logging.set_verbosity_error()


class Training:
    """In one mode: `eager` (Adam as a loop over the parameters), `fused` (one call for all of them) or `compile` (forward
    and backward pass compiled by Inductor, and the fused Adam)."""

    def __init__(self, request):
        mode = request["mode"]
        self.model, self.inputs = create(request)
        if request["adapters"]:
            self.load(load_file(request["weights"]))
        self.batches = [load_file(path) for path in request["batches"]]
        for batch in self.batches:
            for name, value in batch.items():
                batch[name] = value if value.is_floating_point() else value.long()
        trained = [parameter for parameter in self.model.parameters() if parameter.requires_grad]
        fused = {} if mode == "eager" else {"fused": True}
        self.adam = torch.optim.Adam(trained, lr=request["rate"], betas=(0.9, 0.999), eps=1e-8, **fused)
        self.loss = torch.compile(self.loss_of) if mode == "compile" else self.loss_of
        self.done = 0

    def load(self, weights):
        own = adapters_of(self.model)
        if not own or own.keys() - weights.keys():
            raise ValueError(f"other adapters: {sorted(own.keys() - weights.keys())}, {sorted(weights)}")
        with torch.no_grad():
            for name, parameter in own.items():
                parameter.copy_(weights[name])

    def loss_of(self, labels, **inputs):
        logits = self.model(**inputs).logits
        return F.cross_entropy(logits.flatten(0, -2), labels.flatten())

    def step(self):
        self.adam.zero_grad(set_to_none=True)
        loss = self.loss(**self.batches[self.done % len(self.batches)])
        loss.backward()
        self.adam.step()
        self.done += 1
        return loss.item()


def exported(request):
    # Its progress is printed where the answers are read.
    with contextlib.redirect_stdout(sys.stderr), open(os.devnull, "w") as nowhere, contextlib.redirect_stderr(nowhere):
        export(request)
    return {}


answer(
    {name: module.__version__ for name, module in [("torch", torch), ("transformers", transformers), ("peft", peft)]},
    {**Trainings(Training, torch.compiler.reset).handlers(), "export": exported},
)
