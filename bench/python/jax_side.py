"""Trains the JAX models of the comparisons with Adam, each step one jitted call: `jax_side.py THREADS`."""

import os
import sys

threads = int(sys.argv[1])
# XLA starts a thread for each processor that it may use, and has no other setting for their number.
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])
if threads == 1:
    os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"

import functools

import jax
import jax.numpy as jnp
from answer import Trainings, answer
from jax_models import channels_last, flattened_last, model_of
from safetensors.numpy import load_file


def adam(weights, gradients, first, second, count, rate):
    """As `optax.adam`: https://optax.readthedocs.io/en/latest/api/optimizers.html#optax.adam"""
    b1, b2, epsilon = 0.9, 0.999, 1e-8
    first = jax.tree.map(lambda m, g: b1 * m + (1 - b1) * g, first, gradients)
    second = jax.tree.map(lambda v, g: b2 * v + (1 - b2) * g * g, second, gradients)
    first_scale, second_scale = 1 / (1 - b1**count), 1 / (1 - b2**count)
    weights = jax.tree.map(
        lambda w, m, v: w - rate * (m * first_scale) / (jnp.sqrt(v * second_scale) + epsilon), weights, first, second
    )
    return weights, first, second


class Training:
    def __init__(self, request):
        model, rate = model_of(request), request["rate"]
        weights = {name: channels_last(name, value) for name, value in load_file(request["weights"]).items()}
        if request.get("model") == "lenet":
            weights["dense_0/kernel"] = flattened_last(weights["dense_0/kernel"], 32)
        self.batches = [
            {name: jnp.asarray(channels_last(name, value)) for name, value in load_file(path).items()}
            for path in request["batches"]
        ]
        weights = jax.tree.map(jnp.asarray, weights)
        zeros = lambda: jax.tree.map(jnp.zeros_like, weights)
        self.state = (weights, zeros(), zeros())
        self.done = 0

        def loss_of(weights, batch):
            chances = jax.nn.log_softmax(model(weights, batch["x"]))
            return -jnp.take_along_axis(chances, batch["labels"][..., None], -1).mean()

        # The state is updated in place.
        @functools.partial(jax.jit, donate_argnums=0)
        def step(state, batch, count):
            weights, first, second = state
            loss, gradients = jax.value_and_grad(loss_of)(weights, batch)
            return adam(weights, gradients, first, second, count, rate), loss

        self.jitted = step

    def step(self):
        batch = self.batches[self.done % len(self.batches)]
        self.done += 1
        self.state, loss = self.jitted(self.state, batch, float(self.done))
        loss = float(loss)
        jax.block_until_ready(self.state)
        return loss


answer({"jax": jax.__version__}, Trainings(Training, jax.clear_caches).handlers())
