"""The models of the comparisons in plain JAX, over the parameters by their names in Forge. Images are channels-last, as
XLA computes convolutions fastest on a CPU."""

import jax
import jax.numpy as jnp


def perceptron(weights, x):
    count = sum(name.endswith("/kernel") for name in weights)
    for at in range(count - 1):
        x = jax.nn.relu(dense(weights, f"dense_{at}", x))
    return dense(weights, f"dense_{count - 1}", x)


def lenet(weights, x):
    for at in range(2):
        kernel, bias = weights[f"conv_{at}/kernel"], weights[f"conv_{at}/bias"]
        y = jax.lax.conv_general_dilated(x, kernel, (1, 1), "VALID", dimension_numbers=("NHWC", "HWIO", "NHWC"))
        x = max_pool(jax.nn.relu(y + bias))
    x = jax.nn.relu(dense(weights, "dense_0", x.reshape(x.shape[0], -1)))
    return dense(weights, "dense_1", x)


def transformer(heads):
    def model(weights, x):
        x = weights["embedding/embeddings"][x]
        for at in range(sum(name.endswith("/query/kernel") for name in weights)):
            name = f"block_{at}"
            x = x + attention(weights, f"{name}/attention", norm(weights, f"{name}/norm_0", x), heads)
            x = x + feed_forward(weights, f"{name}/feed_forward", norm(weights, f"{name}/norm_1", x))
        return dense(weights, "head", x)

    return model


def dense(weights, name, x):
    return x @ weights[f"{name}/kernel"] + weights[f"{name}/bias"]


def max_pool(x):
    return jax.lax.reduce_window(x, -jnp.inf, jax.lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")


def norm(weights, name, x):
    centred = x - x.mean(-1, keepdims=True)
    scaled = centred * jax.lax.rsqrt((centred * centred).mean(-1, keepdims=True) + 1e-5)
    return scaled * weights[f"{name}/gamma"] + weights[f"{name}/beta"]


def attention(weights, name, x, heads):
    batch, places, width = x.shape
    project = lambda part: (x @ weights[f"{name}/{part}/kernel"]).reshape(batch, places, heads, -1)
    y = jax.nn.dot_product_attention(project("query"), project("key"), project("value"), is_causal=True)
    return y.reshape(batch, places, width) @ weights[f"{name}/output/kernel"]


def feed_forward(weights, name, x):
    return dense(weights, f"{name}/dense_1", jax.nn.gelu(dense(weights, f"{name}/dense_0", x), approximate=False))


MODELS = {
    "mlp": perceptron,
    "lenet": lenet,
    "transformer": transformer(4),
    "bert": transformer(12),
    "largeMlp": perceptron,
}


def model_of(request):
    """The model of a request: one by its name, or a perceptron."""
    return MODELS[request["model"]] if "model" in request else perceptron


def channels_last(name, value):
    """A weight or a batch of images, which Forge stores channels-first."""
    if value.ndim == 4:
        return value.transpose((2, 3, 1, 0) if name.endswith("/kernel") else (0, 2, 3, 1))
    return value


def flattened_last(value, channels):
    """The kernel after `flatten`: its rows in the order of images that are channels-last."""
    side = int((value.shape[0] // channels) ** 0.5)
    return value.reshape(channels, side, side, -1).transpose(1, 2, 0, 3).reshape(value.shape)
