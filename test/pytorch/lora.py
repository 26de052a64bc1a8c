"""Adapters of Hugging Face's PEFT, for comparison with Forge's.

lora.py train MODEL    writes base.onnx, start.safetensors (initial adapters), data.safetensors, and losses.json of 100
                       steps of Adam in PyTorch
lora.py check MODEL    loads the folder `adapter` by PEFT, merged.onnx, unmerged.onnx and net.onnx_adapter by ONNX Runtime,
                       and writes their outputs as outputs.safetensors
"""

import copy
import json
import sys

import numpy as np
import onnxruntime
import torch
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.torch import load_file, save_file
from transformers import BertConfig, BertForSequenceClassification, LlamaConfig, LlamaForCausalLM

rank, alpha, rate, steps = 4, 8, 1e-3, 100


def encoder():
    sizes = dict(hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64)
    config = BertConfig(vocab_size=50, max_position_embeddings=32, num_labels=3, **sizes)
    config._attn_implementation = "eager"
    return BertForSequenceClassification(config), ["query", "value", "dense"], ["classifier"]


def decoder():
    sizes = dict(hidden_size=32, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2, intermediate_size=64)
    config = LlamaConfig(vocab_size=50, max_position_embeddings=32, use_cache=False, **sizes)
    config._attn_implementation = "eager"
    return LlamaForCausalLM(config), ["q_proj", "v_proj", "up_proj", "embed_tokens"], []


def build(name):
    torch.manual_seed(7)
    model, targets, also = {"encoder": encoder, "decoder": decoder}[name]()
    # With weights as small as those of a new model, an error would not show; the exporter makes equal biases one.
    for value in model.parameters():
        if value.dim() > 1:
            value.data.mul_(2)
        else:
            value.data.add_(torch.randn_like(value) * 0.05)
    return model.eval(), LoraConfig(r=rank, lora_alpha=alpha, target_modules=targets, modules_to_save=also or None)


def data(name):
    generator = torch.Generator().manual_seed(3)
    ids = torch.randint(1, 50, (8, 6), generator=generator)
    mask = torch.ones(8, 6, dtype=torch.int64)
    if name == "encoder":
        mask[::2, 4:] = 0
        return ids, mask, torch.randint(0, 3, (8,), generator=generator)
    return ids, mask, torch.randint(0, 50, (8, 6), generator=generator)


def loss_of(logits, target):
    return torch.nn.functional.cross_entropy(logits.reshape(-1, logits.shape[-1]), target.reshape(-1))


def adapters_of(model):
    """By Forge's names, which are those of PEFT without its own parts."""
    names = {}
    for name, value in model.named_parameters():
        if not value.requires_grad:
            continue
        name = name.removeprefix("base_model.model.").replace("modules_to_save.default.", "").replace(".default", "")
        names[name] = value.detach().clone().contiguous()
    return names


def export(model, ids, mask, path):
    class Logits(torch.nn.Module):
        def __init__(self):
            super().__init__()
            for name, module in model.named_children():
                setattr(self, name, module)

        def forward(self, input_ids, attention_mask):
            return model(input_ids=input_ids, attention_mask=attention_mask).logits

    batch = torch.export.Dim("batch", min=1, max=64)
    torch.onnx.export(
        Logits(), (ids, mask), path, dynamo=True, input_names=["input_ids", "attention_mask"], output_names=["logits"],
        dynamic_shapes=({0: batch}, {0: batch}), external_data=False, optimize=True,
    )


def train(name):
    model, config = build(name)
    ids, mask, target = data(name)
    export(copy.deepcopy(model), ids, mask, "base.onnx")
    adapted = get_peft_model(model, config).eval()
    for key, value in adapted.named_parameters():
        if "lora_B" in key or "lora_embedding_A" in key:
            torch.nn.init.normal_(value, std=0.02)
    save_file(adapters_of(adapted), "start.safetensors")
    save_file({"input_ids": ids, "attention_mask": mask, "target": target}, "data.safetensors")
    optimizer = torch.optim.Adam([value for value in adapted.parameters() if value.requires_grad], rate)
    losses = []
    for _ in range(steps):
        loss = loss_of(adapted(input_ids=ids, attention_mask=mask).logits, target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    with open("losses.json", "w") as file:
        json.dump(losses, file)


def check(name):
    model, _ = build(name)
    ids, mask, _ = data(name)
    with torch.no_grad():
        adapted = PeftModel.from_pretrained(model, "adapter").eval()
        outputs = {"peft": adapted(input_ids=ids, attention_mask=mask).logits}
    feeds = {"input_ids": ids.numpy(), "attention_mask": mask.numpy()}

    def run(path, more={}, options=None):
        session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
        return torch.from_numpy(session.run(None, {**feeds, **more}, options)[0])

    outputs["merged"] = run("merged.onnx")
    outputs["unmerged"] = run("unmerged.onnx")
    session = onnxruntime.InferenceSession("unmerged.onnx", providers=["CPUExecutionProvider"])
    zeros = {
        value.name: np.zeros(value.shape, np.float32)
        for value in session.get_overridable_initializers()
        if "lora_B" in value.name or "lora_embedding_B" in value.name
    }
    outputs["without"] = run("unmerged.onnx", zeros)
    adapter = onnxruntime.LoraAdapter()
    adapter.Load("net.onnx_adapter")
    options = onnxruntime.RunOptions()
    options.add_active_adapter(adapter)
    outputs["onnx adapter"] = run("unmerged.onnx", {}, options)
    save_file({key: value.contiguous() for key, value in outputs.items()}, "outputs.safetensors")


{"train": train, "check": check}[sys.argv[1]](sys.argv[2])
