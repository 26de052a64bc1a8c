"""Trains a tiny Llama on plain text, and writes it with its tokenizer: model.onnx, tokenizer.json, tokenizer_config.json.

    pip install torch transformers onnx onnxscript
    python examples/chat/llama/make_llama.py examples/chat/chats.jsonl examples/chat/llama

The text has the words of the chats, but no chats: who speaks and what answers what is left to learn. The inputs and
outputs are those of Optimum's exports, with a cache of keys and values.
"""

import json
import random
import sys
from pathlib import Path

import onnx
import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import LlamaConfig, LlamaForCausalLM
from transformers.cache_utils import DynamicCache

chats, out = sys.argv[1], Path(sys.argv[2])
turns = [message["content"] for line in open(chats) for message in json.loads(line)["messages"]]

specials = ["<|im_start|>", "<|im_end|>", "<|endoftext|>"]
tokenizer = Tokenizer(models.BPE())
tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
tokenizer.decoder = decoders.ByteLevel()
trainer = trainers.BpeTrainer(vocab_size=448, special_tokens=specials, initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
tokenizer.train_from_iterator([*turns, "user\n", "assistant\n"], trainer)
tokenizer.save(str(out / "tokenizer.json"))
template = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>\\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)
config = {
    "tokenizer_class": "PreTrainedTokenizerFast",
    "model_max_length": 128,
    "chat_template": template,
    "eos_token": "<|im_end|>",
    "pad_token": "<|endoftext|>",
}
(out / "tokenizer_config.json").write_text(json.dumps(config, indent=2) + "\n")

torch.manual_seed(0)
torch.set_num_threads(1)
size = {"hidden_size": 40, "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2}
llama = LlamaForCausalLM(
    LlamaConfig(
        vocab_size=tokenizer.get_vocab_size(),
        intermediate_size=80,
        max_position_embeddings=128,
        tie_word_embeddings=True,
        **size,
    )
)


def sentences(random):
    """Some turns in any order, each repeated or followed by others: texts to learn words and copying from."""
    parts = random.sample(turns, 4)
    return " ".join(random.choice([parts, parts[:2] * 2, parts[:1] * 4]))


source = random.Random(0)
optimizer = torch.optim.AdamW(llama.parameters(), 3e-3)
steps = 350
schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 3e-3, steps)
for step in range(steps):
    ids = [tokenizer.encode(sentences(source)).ids[:48] for _ in range(16)]
    longest = max(map(len, ids))
    batch = torch.tensor([row + [2] * (longest - len(row)) for row in ids])
    loss = llama(input_ids=batch, labels=batch.masked_fill(batch == 2, -100)).loss
    loss.backward()
    optimizer.step()
    schedule.step()
    optimizer.zero_grad()
    if step % 50 == 0 or step == steps - 1:
        print(step, loss.item(), flush=True)

# Tokens that the text does not have are all alike after the training: those of the template are drawn again.
template_ids = [0, 1, 2, *tokenizer.encode("user\nassistant\n").ids]
with torch.no_grad():
    embeddings = llama.model.embed_tokens.weight
    seen = sorted({id for turn in turns for id in tokenizer.encode(turn).ids})
    unseen = [id for id in template_ids if id not in seen]
    embeddings[unseen] = embeddings[seen].std() * torch.randn(len(unseen), embeddings.shape[1])


class Decoder(torch.nn.Module):
    def __init__(self, llama):
        super().__init__()
        self.llama = llama

    def forward(self, input_ids, attention_mask, position_ids, *past):
        cache = DynamicCache(list(zip(past[::2], past[1::2])))
        result = self.llama(
            input_ids=input_ids, attention_mask=attention_mask, position_ids=position_ids, past_key_values=cache
        )
        layers = result.past_key_values.layers
        return result.logits, *(value for layer in layers for value in (layer.keys, layer.values))


layers, heads, width = 2, 2, 10
past = [torch.zeros(2, heads, 3, width) for _ in range(2 * layers)]
ids = torch.randint(5, 100, (2, 4))
mask = torch.ones(2, 7, dtype=torch.int64)
kinds = [f"{layer}.{kind}" for layer in range(layers) for kind in ("key", "value")]
inputs = ["input_ids", "attention_mask", "position_ids", *(f"past_key_values.{kind}" for kind in kinds)]
outputs = ["logits", *(f"present.{kind}" for kind in kinds)]
axes = {
    "input_ids": {0: "batch_size", 1: "sequence_length"},
    "attention_mask": {0: "batch_size", 1: "past_sequence_length + sequence_length"},
    "position_ids": {0: "batch_size", 1: "sequence_length"},
    **{f"past_key_values.{kind}": {0: "batch_size", 2: "past_sequence_length"} for kind in kinds},
    **{f"present.{kind}": {0: "batch_size", 2: "past_sequence_length + sequence_length"} for kind in kinds},
    "logits": {0: "batch_size", 1: "sequence_length"},
}
torch.onnx.export(
    Decoder(llama.eval()),
    (ids, mask, torch.arange(3, 7).expand(2, 4), *past),
    str(out / "model.onnx"),
    input_names=inputs,
    output_names=outputs,
    dynamic_axes=axes,
    dynamo=False,
    opset_version=18,
)
model = onnx.load(out / "model.onnx")
graph = model.graph

# The tied head is the embedding, turned, as Optimum writes it.
embedding = next(tensor for tensor in graph.initializer if tensor.name.endswith("embed_tokens.weight"))
head = next(node for node in reversed(graph.node) if node.op_type == "MatMul")
graph.initializer.remove(next(tensor for tensor in graph.initializer if tensor.name == head.input[1]))
turned = onnx.helper.make_node("Transpose", [embedding.name], [head.input[1]], perm=[1, 0])
graph.node.insert(0, turned)

# Names of values and lines of code are much of a small file; the names of nodes say which layers they are of.
kept = {value.name for value in [*graph.input, *graph.output]} | {tensor.name for tensor in graph.initializer}
short = {}
for node in graph.node:
    node.doc_string = ""
    for names in (node.input, node.output):
        for at, name in enumerate(names):
            if name and name not in kept:
                names[at] = short.setdefault(name, f"v{len(short)}")
onnx.checker.check_model(model, full_check=True)
onnx.save(model, out / "model.onnx")
