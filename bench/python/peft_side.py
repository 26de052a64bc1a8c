"""A BERT of MiniLM's size: `peft_side.py export FOLDER ROWS WIDTH` writes it as an ONNX file, `peft_side.py train ROWS WIDTH
STEPS THREADS` trains adapters with PEFT, and prints its peak memory."""

import json
import sys
import time

import torch
from answer import peak_memory
from transformers import BertConfig, BertModel


def bert(attention):
    torch.manual_seed(0)
    config = BertConfig(
        hidden_size=384,
        num_hidden_layers=6,
        num_attention_heads=12,
        intermediate_size=1536,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        attn_implementation=attention,
    )
    return BertModel(config, add_pooling_layer=False)


def batch(rows, width):
    ids = torch.randint(0, 30522, (rows, width), generator=torch.Generator().manual_seed(0))
    return {"input_ids": ids, "attention_mask": torch.ones_like(ids)}


class Encoder(torch.nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, input_ids, attention_mask):
        return self.model(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state


def export(folder, rows, width):
    inputs = batch(rows, width)
    axes = {0: "batch", 1: "time"}
    names = {"input_names": list(inputs), "output_names": ["last_hidden_state"]}
    torch.onnx.export(
        Encoder(bert("eager")).eval(),
        tuple(inputs.values()),
        f"{folder}/bert.onnx",
        dynamo=False,
        do_constant_folding=True,
        dynamic_axes={name: axes for name in [*inputs, "last_hidden_state"]},
        **names,
    )
    return {}


def train(rows, width, steps, threads):
    from peft import LoraConfig, get_peft_model

    torch.set_num_threads(threads)
    idle = peak_memory()
    adapted = get_peft_model(bert("sdpa"), LoraConfig(r=8, lora_alpha=16, target_modules=["query", "value"]))
    head = torch.nn.Linear(384, 2)
    trained = [one for one in [*adapted.parameters(), *head.parameters()] if one.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=1e-3)
    inputs, labels, times = batch(rows, width), torch.arange(rows) % 2, []
    adapted.train()
    for _ in range(steps):
        start = time.perf_counter()
        optimizer.zero_grad(set_to_none=True)
        logits = head(adapted(**inputs).last_hidden_state.mean(1))
        loss = torch.nn.functional.cross_entropy(logits, labels)
        loss.backward()
        optimizer.step()
        loss.item()
        times.append(1000 * (time.perf_counter() - start))
    return {"idle": idle, "peak": peak_memory(), "step": sorted(times[1:])[len(times[1:]) // 2]}


action, *words = sys.argv[1:]
if action == "export":
    print(json.dumps(export(words[0], int(words[1]), int(words[2]))))
else:
    print(json.dumps(train(*map(int, words))))
