"""The models of the benchmark of fine-tuning: those of transformers, with random weights and without dropout."""

import torch
from peft import LoraConfig, get_peft_model
from torch import nn
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    LlamaConfig,
    LlamaForCausalLM,
    ViTConfig,
    ViTForImageClassification,
)

rank = 8
attention = dict(attn_implementation="sdpa")
batch, time = torch.export.Dim("batch", min=1, max=4096), torch.export.Dim("time", min=2, max=128)


class Logits(nn.Module):
    """A model whose inputs are given by position, and whose output is only the logits."""

    def __init__(self, model, inputs):
        super().__init__()
        # The names of the parameters are those of the model.
        for name, module in model.named_children():
            setattr(self, name, module)
        self.compute = lambda values: model(**dict(zip(inputs, values))).logits

    def forward(self, *values):
        return self.compute(values)


def bert():
    """As wide as BERT-base, with 2 of its 12 layers, and a vocabulary that is as much smaller."""
    config = BertConfig(vocab_size=5087, num_hidden_layers=2, num_labels=4, **attention)
    inputs = {
        "input_ids": (torch.ones(2, 16, dtype=torch.int64), {0: batch, 1: time}),
        "attention_mask": (torch.ones(2, 16, dtype=torch.int64), {0: batch, 1: time}),
    }
    return BertForSequenceClassification(config), inputs, ["query", "value"]


def vit():
    """As wide as ViT-S/16, with 4 of its 12 layers."""
    sizes = dict(hidden_size=384, num_attention_heads=6, intermediate_size=1536, num_hidden_layers=4)
    inputs = {"pixel_values": (torch.zeros(2, 3, 224, 224), {0: batch})}
    model = ViTForImageClassification(ViTConfig(num_labels=10, **sizes, **attention))
    return model, inputs, ["q_proj", "v_proj"]


def llama():
    """A decoder with rotary positions, and two queries for each key."""
    sizes = dict(hidden_size=512, num_attention_heads=8, num_key_value_heads=4, intermediate_size=1376)
    config = LlamaConfig(vocab_size=8000, num_hidden_layers=4, max_position_embeddings=128, use_cache=False, **sizes, **attention)
    inputs = {"input_ids": (torch.ones(2, 16, dtype=torch.int64), {0: batch, 1: time})}
    return LlamaForCausalLM(config), inputs, ["q_proj", "v_proj"]


builders = {"bert": bert, "vit": vit, "llama": llama}


def build(name):
    """The same weights each time. Biases and scales of norms differ, as in trained models: the exporter makes equal tensors
    one, which would then be trained as one."""
    torch.manual_seed(0)
    model, inputs, targets = builders[name]()
    for value in model.parameters():
        if value.dim() == 1:
            value.data.add_(torch.randn_like(value) * 0.02)
    return model.eval(), inputs, targets


def create(request):
    """With `adapters`, only adapters of the products of queries and values are trained."""
    model, inputs, targets = build(request["model"])
    if request["adapters"]:
        # Without a task type PEFT leaves the model's arguments as they are.
        model = get_peft_model(model, LoraConfig(r=rank, lora_alpha=2 * rank, target_modules=targets))
    return model.eval(), list(inputs)


def adapters_of(model):
    """The trained parameters, by their names in Forge."""
    return {
        name.removeprefix("base_model.model.").replace(".default", ""): value
        for name, value in model.named_parameters()
        if "lora_" in name
    }


def export(request):
    """Writes an .onnx file as users do, with the sizes of batches and texts left open."""
    model, inputs, _ = build(request["model"])
    torch.onnx.export(
        Logits(model, list(inputs)).eval(),
        tuple(example for example, _ in inputs.values()),
        request["path"],
        dynamo=True,
        input_names=list(inputs),
        output_names=["logits"],
        dynamic_shapes=(tuple(axes for _, axes in inputs.values()),),
        external_data=False,
        optimize=True,
        verbose=False,
    )
