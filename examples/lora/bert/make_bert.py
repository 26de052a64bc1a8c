"""Writes a small BERT with random weights, and a tokenizer that knows the words of a table: model.onnx, tokenizer.json.

    pip install torch transformers onnx onnxscript
    python examples/lora/bert/make_bert.py TABLE FOLDER COLUMN...
    python examples/lora/bert/make_bert.py examples/text-classifier/messages.csv examples/lora/bert text
"""

import csv
import json
import sys
from pathlib import Path

import onnx
import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers
from transformers import BertConfig, BertModel

table, out, *columns = sys.argv[1:]
out = Path(out)
with open(table) as file:
    texts = [row[column] for row in csv.DictReader(file) for column in columns]

specials = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
tokenizer.train_from_iterator(texts, trainers.WordPieceTrainer(vocab_size=400, special_tokens=specials))
tokenizer.post_processor = processors.TemplateProcessing(
    single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
)
tokenizer.save(str(out / "tokenizer.json"))
names = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]", "mask_token": "[MASK]"}
config = {"tokenizer_class": "BertTokenizer", "model_max_length": 64, **names}
(out / "tokenizer_config.json").write_text(json.dumps(config, indent=2) + "\n")


class Encoder(torch.nn.Module):
    def __init__(self, bert):
        super().__init__()
        self.bert = bert

    def forward(self, input_ids, attention_mask):
        return self.bert(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state


torch.manual_seed(0)
size = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 64}
bert = BertModel(
    BertConfig(vocab_size=tokenizer.get_vocab_size(), max_position_embeddings=64, **size), add_pooling_layer=False
)
ids = torch.randint(5, 100, (2, 9))
sizes = {0: torch.export.Dim("batch", min=1, max=4096), 1: torch.export.Dim("time", min=1, max=64)}
program = torch.onnx.export(
    Encoder(bert.eval()),
    (ids, torch.ones_like(ids)),
    input_names=["input_ids", "attention_mask"],
    output_names=["last_hidden_state"],
    dynamic_shapes=(sizes, sizes),
    dynamo=True,
)
model = program.model_proto
for node in model.graph.node:
    # The lines of PyTorch's code that a node is from are most of a small file.
    kept = [entry for entry in node.metadata_props if entry.key == "pkg.torch.onnx.name_scopes"]
    del node.metadata_props[:]
    node.metadata_props.extend(kept)
onnx.save(model, out / "model.onnx")
