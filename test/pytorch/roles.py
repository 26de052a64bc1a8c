"""The Python part of parameter-roles.test.ts: `roles.py FOLDER [NAME …]` exports tiny models with random weights, and
`roles.py --list` prints their names.

Each model of each exporter is written as FOLDER/NAME.EXPORTER.onnx, beside NAME.EXPORTER.json: the tensors that
PyTorch trains (name, count, and a hash of their sorted elements, as exporters rename and transpose them), and those it
does not. A model that an exporter cannot write has the reason in its place: NAME.EXPORTER.skipped.
"""

import hashlib
import json
import logging
import math
import sys
import warnings
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

warnings.filterwarnings("ignore")
logging.disable(logging.WARNING)

AUTO = torch.export.Dim.AUTO
ids = torch.randint(1, 60, (2, 7))
mask = torch.ones(2, 7, dtype=torch.int64)
pixels = torch.randn(2, 3, 32, 32)


def text(cls, config, **sizes):
    """A model of Transformers that reads token ids and a mask."""
    import transformers

    common = {"vocab_size": 64, "max_position_embeddings": 16, "attn_implementation": "eager"}
    model = getattr(transformers, cls)(getattr(transformers, config)(**{**common, **sizes}))
    return Only(model, "input_ids", "attention_mask"), (ids, mask)


def image(cls, config, **sizes):
    import transformers

    return Only(getattr(transformers, cls)(getattr(transformers, config)(**sizes)), "pixel_values"), (pixels,)


class Only(nn.Module):
    """The first output of a model, of arguments by position."""

    def __init__(self, model, *names, **fixed):
        super().__init__()
        self.model, self.names, self.fixed = model, names, fixed

    def forward(self, *values):
        result = self.model(**dict(zip(self.names, values)), **self.fixed, return_dict=True)
        return result[0]


class Sentence(Only):
    """Embeddings of sentences: the mean of those of its tokens, of length 1."""

    def forward(self, *values):
        tokens, mask = super().forward(*values), values[1][..., None].float()
        return F.normalize((tokens * mask).sum(1) / mask.sum(1), dim=-1)


class Clip(nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, ids, pixels, mask):
        return self.model(input_ids=ids, pixel_values=pixels, attention_mask=mask, return_dict=True).logits_per_text


def bert():
    return text("BertForSequenceClassification", "BertConfig", **small)


def minilm():
    import transformers

    sizes = {"hidden_size": 12, "num_hidden_layers": 3, "num_attention_heads": 2, "intermediate_size": 40}
    config = transformers.BertConfig(
        vocab_size=64, max_position_embeddings=16, attn_implementation="eager", **sizes
    )
    model = transformers.BertModel(config, add_pooling_layer=False)
    return Sentence(model, "input_ids", "attention_mask"), (ids, mask)


def distilbert():
    return text("DistilBertForSequenceClassification", "DistilBertConfig", dim=24, n_layers=2, n_heads=4, hidden_dim=40)


def gpt2():
    return text("GPT2LMHeadModel", "GPT2Config", n_embd=24, n_layer=2, n_head=4, n_positions=16, use_cache=False)


def llama():
    return text(
        "LlamaForCausalLM",
        "LlamaConfig",
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        intermediate_size=40,
        use_cache=False,
    )


def t5():
    import transformers

    config = transformers.T5Config(
        decoder_start_token_id=0, vocab_size=64, d_model=24, d_kv=6, d_ff=40, num_layers=2, num_heads=4, use_cache=False
    )
    config._attn_implementation = "eager"
    model = transformers.T5ForConditionalGeneration(config)
    return Only(model, "input_ids", "attention_mask", "decoder_input_ids"), (ids, mask, ids[:, :5])


def clip():
    import transformers

    small = {"hidden_size": 24, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 40}
    words = {**small, "vocab_size": 64, "max_position_embeddings": 16, "eos_token_id": 63}
    places = {**small, "image_size": 32, "patch_size": 8}
    config = transformers.CLIPConfig(
        text_config=words, vision_config=places, projection_dim=16, attn_implementation="eager"
    )
    return Clip(transformers.CLIPModel(config)), (ids, pixels, mask)


def whisper():
    import transformers

    config = transformers.WhisperConfig(
        vocab_size=64,
        num_mel_bins=8,
        d_model=24,
        encoder_layers=2,
        decoder_layers=2,
        encoder_attention_heads=4,
        decoder_attention_heads=4,
        encoder_ffn_dim=40,
        decoder_ffn_dim=40,
        max_source_positions=16,
        max_target_positions=12,
        pad_token_id=0,
        bos_token_id=1,
        eos_token_id=2,
        decoder_start_token_id=1,
        use_cache=False,
        attn_implementation="eager",
    )
    model = transformers.WhisperForConditionalGeneration(config)
    # Without a mask Transformers looks for packed sequences with an operator that the older exporter does not have.
    names = ("input_features", "decoder_input_ids", "decoder_attention_mask")
    return Only(model, *names), (torch.randn(2, 8, 32), ids[:, :5], mask[:, :5])


def speech(cls, config):
    import transformers

    sizes = {
        "vocab_size": 32,
        "hidden_size": 24,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "intermediate_size": 40,
        "conv_dim": (16, 16),
        "conv_stride": (5, 2),
        "conv_kernel": (10, 3),
        "num_conv_pos_embeddings": 8,
        "num_conv_pos_embedding_groups": 4,
        "attn_implementation": "eager",
    }
    return Only(getattr(transformers, cls)(getattr(transformers, config)(**sizes)), "input_values"), (torch.randn(2, 400),)


class SqueezeExcite(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.down, self.up = nn.Conv2d(channels, 4, 1), nn.Conv2d(4, channels, 1)

    def forward(self, x):
        return x * F.hardsigmoid(self.up(F.relu(self.down(x.mean((2, 3), keepdim=True)))))


class MobileNetV3(nn.Module):
    """The parts of MobileNetV3: hard swish, depthwise convolutions, squeeze and excite, batch norm."""

    def __init__(self):
        super().__init__()
        self.stem, self.bn1 = nn.Conv2d(3, 8, 3, 2, 1, bias=False), nn.BatchNorm2d(8)
        self.deep, self.bn2 = nn.Conv2d(8, 8, 5, 1, 2, groups=8, bias=False), nn.BatchNorm2d(8)
        self.excite = SqueezeExcite(8)
        self.point, self.bn3 = nn.Conv2d(8, 8, 1, bias=False), nn.BatchNorm2d(8)
        self.classifier = nn.Sequential(nn.Linear(8, 16), nn.Hardswish(), nn.Dropout(0.2), nn.Linear(16, 5))

    def forward(self, x):
        x = F.hardswish(self.bn1(self.stem(x)))
        y = F.relu6(self.bn2(self.deep(x)) + 3) * x / 6
        x = x + self.bn3(self.point(self.excite(y)))
        return self.classifier(x.mean((2, 3)))


class ConvNormAct(nn.Sequential):
    def __init__(self, inputs, outputs, kernel=1, stride=1):
        conv = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False)
        super().__init__(conv, nn.BatchNorm2d(outputs), nn.SiLU())


class Yolo(nn.Module):
    """The parts of a one-stage detector: cross-stage blocks, spatial pyramid pooling, up-sampling, decoded boxes."""

    def __init__(self, size=8, classes=3):
        super().__init__()
        self.stem, self.down = ConvNormAct(3, size, 3, 2), ConvNormAct(size, 2 * size, 3, 2)
        self.inner, self.merge = ConvNormAct(size, size, 3), ConvNormAct(3 * size, 2 * size)
        self.pool, self.pooled = nn.MaxPool2d(5, 1, 2), ConvNormAct(6 * size, size)
        self.boxes, self.classes = nn.Conv2d(2 * size, 16, 1), nn.Conv2d(2 * size, classes, 1)
        self.register_buffer("bins", torch.arange(4.0))

    def forward(self, x):
        high = self.stem(x)
        first, second = self.down(high).chunk(2, 1)
        x = self.merge(torch.cat((first, second, second + self.inner(second)), 1))
        x = self.pooled(torch.cat((x, self.pool(x), self.pool(self.pool(x))), 1))
        x = torch.cat((F.interpolate(x, scale_factor=2.0), high), 1)
        spread = self.boxes(x).flatten(2).unflatten(1, (4, 4)).softmax(2)
        distances = (spread * self.bins[:, None]).sum(2)
        steps = torch.arange(16.0) + 0.5
        centers = torch.stack(torch.meshgrid(steps, steps, indexing="xy")).flatten(1)
        corners = torch.cat((centers - distances[:, :2], centers + distances[:, 2:]), 1)
        return torch.cat((corners / 16, self.classes(x).flatten(2).sigmoid()), 1)


class UNet(nn.Module):
    """The parts of a diffusion U-Net: group norm, a sinusoidal time embedding, attention, up-sampling, skips."""

    def __init__(self, size=8):
        super().__init__()
        self.register_buffer("frequencies", torch.exp(-math.log(10000) * torch.arange(4) / 4))
        self.time = nn.Sequential(nn.Linear(8, 16), nn.SiLU(), nn.Linear(16, size))
        self.into = nn.Conv2d(3, size, 3, padding=1)
        self.norm1, self.down = nn.GroupNorm(2, size), nn.Conv2d(size, size, 3, 2, 1)
        self.norm2, self.qkv, self.proj = nn.GroupNorm(2, size), nn.Conv2d(size, 3 * size, 1), nn.Conv2d(size, size, 1)
        self.up = nn.ConvTranspose2d(size, size, 4, 2, 1)
        self.norm3, self.out = nn.GroupNorm(2, 2 * size, affine=False), nn.Conv2d(2 * size, 3, 3, padding=1)

    def forward(self, x, t):
        angles = t[:, None].float() * self.frequencies
        time = self.time(torch.cat((angles.sin(), angles.cos()), -1))
        x = self.into(x)
        h = self.down(F.silu(self.norm1(x))) + time[:, :, None, None]
        q, k, v = self.qkv(self.norm2(h)).flatten(2).chunk(3, 1)
        weights = (q.transpose(1, 2) @ k / math.sqrt(q.shape[1])).softmax(-1)
        h = h + self.proj((v @ weights.transpose(1, 2)).reshape(h.shape))
        return self.out(F.silu(self.norm3(torch.cat((F.interpolate(self.up(h), scale_factor=1.0), x), 1))))


class Pieces(nn.Module):
    """Learned tensors outside of layers, and constants beside them."""

    def __init__(self):
        super().__init__()
        self.register_buffer("mean", torch.tensor([0.485, 0.456, 0.406])[:, None, None])
        self.register_buffer("deviation", torch.tensor([0.229, 0.224, 0.225])[:, None, None])
        self.patch = nn.Conv2d(3, 12, 8, 8)
        self.token, self.places = nn.Parameter(torch.randn(1, 1, 12)), nn.Parameter(torch.randn(1, 17, 12))
        self.gamma, self.slope = nn.Parameter(torch.randn(12)), nn.PReLU(12)
        self.temperature = nn.Parameter(torch.tensor(0.7))
        self.normed = torch.nn.utils.parametrizations.weight_norm(nn.Linear(12, 12))
        self.queries = nn.Parameter(torch.randn(5, 12))
        self.recurrent = nn.LSTM(12, 6, batch_first=True, bidirectional=True)
        self.bilinear = nn.Parameter(torch.randn(12, 4, 12))
        self.one = nn.Linear(12, 1)

    def forward(self, x):
        x = self.patch((x - self.mean) / self.deviation).flatten(2).transpose(1, 2)
        x = torch.cat((self.token.expand(x.shape[0], -1, -1), x), 1) + self.places
        x = x + self.gamma * self.normed(x.clamp(-4, 4).pow(3))
        x = self.slope(x.transpose(1, 2)).transpose(1, 2)
        x, _ = self.recurrent(F.layer_norm(x, (12,)))
        scores = (self.queries @ x.transpose(1, 2)) * self.temperature.exp()
        x = scores.softmax(-1) @ x
        return self.one(torch.einsum("bqi,ikj,bqj->bqkj", x, self.bilinear, x).sum((2)))


small = {"hidden_size": 24, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 40}
models = {
    "bert": bert,
    "minilm": minilm,
    "distilbert": distilbert,
    "gpt2": gpt2,
    "llama": llama,
    "t5": t5,
    "clip": clip,
    "whisper": whisper,
    "wav2vec2": lambda: speech("Wav2Vec2ForCTC", "Wav2Vec2Config"),
    "hubert": lambda: speech("HubertForCTC", "HubertConfig"),
    "vit": lambda: image(
        "ViTForImageClassification", "ViTConfig", image_size=32, patch_size=8, attn_implementation="eager", **small
    ),
    "convnext": lambda: image(
        "ConvNextForImageClassification", "ConvNextConfig", hidden_sizes=[8, 16], depths=[1, 1], num_stages=2
    ),
    "swin": lambda: image(
        "SwinForImageClassification",
        "SwinConfig",
        image_size=32,
        patch_size=4,
        embed_dim=12,
        depths=[2, 1],
        num_heads=[2, 4],
        window_size=4,
        attn_implementation="eager",
    ),
    "swinv2": lambda: image(
        "Swinv2ForImageClassification",
        "Swinv2Config",
        image_size=32,
        patch_size=4,
        embed_dim=12,
        depths=[2, 1],
        num_heads=[2, 4],
        window_size=4,
        attn_implementation="eager",
    ),
    "resnet": lambda: image(
        "ResNetForImageClassification",
        "ResNetConfig",
        embedding_size=8,
        hidden_sizes=[8, 16],
        depths=[1, 1],
        layer_type="basic",
    ),
    "efficientnet": lambda: image(
        "EfficientNetForImageClassification",
        "EfficientNetConfig",
        image_size=32,
        width_coefficient=0.25,
        depth_coefficient=0.1,
        hidden_dim=320,
        num_block_repeats=[1, 1, 1],
        in_channels=[32, 16, 24],
        out_channels=[16, 24, 40],
        kernel_sizes=[3, 3, 5],
        strides=[1, 2, 2],
        expand_ratios=[1, 6, 6],
        depthwise_padding=[],
        squeeze_expansion_ratio=0.25,
    ),
    "mobilenetv3": lambda: (MobileNetV3(), (pixels,)),
    "yolo": lambda: (Yolo(), (pixels,)),
    "unet": lambda: (UNet(), (pixels, torch.tensor([3, 40]))),
    "pieces": lambda: (Pieces(), (pixels,)),
}


def randomize(model):
    """Each tensor gets elements of its own, so that it can be found in a file by them; fixed tables are kept."""
    with torch.no_grad():
        for tensor in model.parameters():
            if tensor.requires_grad:
                tensor.add_(torch.randn_like(tensor) * 0.05 + 0.01)
        for name, tensor in model.named_buffers():
            if name.endswith(("running_mean", "running_var")):
                tensor.add_(torch.rand_like(tensor) * 0.1)


def entry(name, tensor):
    elements = np.sort(tensor.detach().float().numpy().ravel())
    return {"name": name, "count": elements.size, "hash": hashlib.sha256(elements.tobytes()).hexdigest()}


def trained(model, inputs):
    """The parameters that the output depends on, and all other floating tensors."""
    result = model(*inputs)
    (result.float() * torch.randn_like(result.float())).sum().backward()
    named = list(model.named_parameters(remove_duplicate=True))
    learned = [entry(name, p) for name, p in named if p.requires_grad and p.grad is not None]
    taken = {one["name"] for one in learned}
    rest = [*named, *model.named_buffers()]
    return learned, [entry(name, t) for name, t in rest if name not in taken and t.is_floating_point() and t.numel() > 0]


def export(model, inputs, path, exporter):
    names = [f"in{at}" for at in range(len(inputs))]
    if exporter == "dynamo":
        options = {"input_names": names, "output_names": ["y"], "external_data": False, "verbose": False}
        places = tuple({0: AUTO, 1: AUTO} if not value.is_floating_point() else {0: AUTO} for value in inputs)
        shapes = {"values": places} if isinstance(model, Only) else places
        try:
            torch.onnx.export(model, inputs, path, dynamo=True, dynamic_shapes=shapes, **options)
        except Exception:
            torch.onnx.export(model, inputs, path, dynamo=True, **options)
        return
    training = exporter == "script-training"
    torch.onnx.export(
        model,
        inputs,
        path,
        input_names=names,
        output_names=["y"],
        dynamo=False,
        opset_version=17,
        dynamic_axes={name: {0: "batch"} for name in names},
        training=torch.onnx.TrainingMode.PRESERVE,
        do_constant_folding=not training,
        keep_initializers_as_inputs=False,
    )


def write(folder, name, exporter):
    torch.manual_seed(0)
    stem = folder / f"{name}.{exporter}"
    try:
        model, inputs = models[name]()
        model.eval()
        randomize(model)
        learned, rest = trained(model, inputs)
        export(model, inputs, str(stem) + ".onnx", exporter)
        Path(f"{stem}.json").write_text(json.dumps({"trained": learned, "fixed": rest}))
    except Exception as error:
        Path(f"{stem}.skipped").write_text(f"{type(error).__name__}: {str(error).strip().splitlines()[0][:200]}")


if __name__ == "__main__" and sys.argv[1] == "--list":
    print(*models)
elif __name__ == "__main__":
    folder = Path(sys.argv[1])
    for name in sys.argv[2:] or models:
        for exporter in ("script", "script-training", "dynamo"):
            write(folder, name, exporter)
