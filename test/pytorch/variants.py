"""The Python part of the tests of fine-tuning over files of exporters.

`variants.py export FOLDER NAME.EXPORTER.VARIANT …` writes FOLDER/NAME.EXPORTER.VARIANT.onnx, with .safetensors beside it:
the inputs, a target, and as `gradient/NAME` PyTorch's gradients of the mean squared error for all floating constants and
dequantized weights of the file (see interpreter.py). `--list` prints the models. `check FOLDER` checks each exported
STEM.tuned.onnx, runs it in ONNX Runtime, and prints what it found as JSON.
"""

import json
import logging
import re
import sys
import warnings
from pathlib import Path

import numpy as np
import onnx
import onnx.version_converter
import onnxruntime
import torch
from safetensors.numpy import load_file, save_file

import roles
from interpreter import Interpreter

warnings.filterwarnings("ignore")
logging.disable(logging.WARNING)
onnxruntime.set_default_logger_severity(4)


def session_of(model, optimize=True):
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = 1
    # Products in float32, as sessions of Forge have them; by default activations are rounded to 8 bits.
    options.add_session_config_entry("session.qdq_matmulnbits_accuracy_level", "1")
    if not optimize:
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    source = model if isinstance(model, str) else model.SerializeToString()
    return onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])


def feeds_of(inputs):
    return {f"in{at}": value.numpy() for at, value in enumerate(inputs)}


def float16(path, out, feeds):
    try:
        from onnxconverter_common import float16 as converter
    except ImportError:
        from onnxruntime.transformers import float16 as converter
    # With and without half-precision inputs and outputs.
    try:
        onnx.save(converter.convert_float_to_float16(onnx.load(path), keep_io_types=".script." in str(out)), out)
    except KeyError:
        onnx.save(converter.convert_float_to_float16(onnx.load(path)), out)


def untyped(path):
    """Types of values that the exporter of PyTorch has written for another order of dimensions stop quantization."""
    model = onnx.load(path)
    del model.graph.value_info[:]
    return model


def int8_dynamic(path, out, feeds):
    from onnxruntime.quantization import QuantType, quantize_dynamic

    # ONNX Runtime has no kernel of ConvInteger for int8 weights.
    has_convolutions = any(node.op_type == "Conv" for node in onnx.load(path).graph.node)
    weight_type = QuantType.QUInt8 if has_convolutions else QuantType.QInt8
    quantize_dynamic(untyped(path), out, weight_type=weight_type, per_channel=".dynamo" in str(out))


class Calibration:
    def __init__(self, feeds):
        self.batches = iter([feeds])

    def get_next(self):
        return next(self.batches, None)


def int8_qdq(path, out, feeds):
    from onnxruntime.quantization import QuantFormat, quantize_static

    per_channel = ".script" in str(out)
    quantize_static(untyped(path), out, Calibration(feeds), quant_format=QuantFormat.QDQ, per_channel=per_channel)


def int4(path, out, feeds, form="QOperator", **options):
    from onnxruntime.quantization import QuantFormat
    from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer

    model = onnx.load(path)
    if form == "QDQ":
        # The tool raises the opset to 21 without changing operators that differ there, as ReduceMean.
        model = onnx.version_converter.convert_version(model, 21)
    symmetric = ".script" in str(out)
    quantizer = MatMulNBitsQuantizer(
        model, block_size=16, is_symmetric=symmetric, quant_format=getattr(QuantFormat, form), **options
    )
    quantizer.process()
    onnx.save(quantizer.model.model, out)


def int4_qdq(path, out, feeds):
    int4(path, out, feeds, "QDQ")


def fused(path, out, feeds):
    from onnxruntime.transformers.optimizer import optimize_model

    kinds = {"minilm": "bert", "distilbert": "bert", "llama": "gpt2", "whisper": "bart", "wav2vec2": "bert", "hubert": "bert"}
    name = Path(out).name.split(".")[0]
    optimized = optimize_model(path, kinds.get(name, name), num_heads=0, hidden_size=0, opt_level=0)
    before = {(n.domain, n.op_type) for n in onnx.load(path).graph.node}
    after = {(n.domain, n.op_type) for n in optimized.model.graph.node}
    if after <= before:
        raise ValueError("the optimizer of ONNX Runtime fuses nothing")
    optimized.save_model_to_file(out)


variants = {
    "float32": None,
    "float16": float16,
    "int8-dynamic": int8_dynamic,
    "int8-qdq": int8_qdq,
    "int4": int4,
    "int4-qdq": int4_qdq,
    "fused": fused,
}


def rounded_in(model, feeds):
    """What ONNX Runtime rounds activations to."""
    nodes = [n for n in model.graph.node if n.op_type in ("QuantizeLinear", "DynamicQuantizeLinear")]
    names = [name for node in nodes for name in node.output if name]
    if not names:
        return {}
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    known = {o.name for o in copy.graph.output}
    copy.graph.output.extend([onnx.ValueInfoProto(name=name) for name in names if name not in known])
    return dict(zip(names, session_of(copy, optimize=False).run(names, feeds)))


def direct_error(model, inputs, target, interpreter):
    """The greatest relative difference between gradients of the module itself and those of its file, of the tensors
    that the exporter has not computed others of."""
    model = model.double()
    double = [x.double() if x.is_floating_point() else x for x in inputs]
    model.zero_grad()
    (model(*double) - target).square().mean().backward()
    sort = lambda tensor: np.sort(tensor.detach().double().numpy().ravel())
    leaves = {sort(leaf).astype(np.float32).tobytes(): leaf for leaf in interpreter.leaves.values()}
    worst, found = 0.0, 0
    for parameter in model.parameters():
        leaf = leaves.get(sort(parameter).astype(np.float32).tobytes())
        if leaf is None or leaf.grad is None or parameter.grad is None:
            continue
        found += 1
        ours, theirs = sort(leaf.grad), sort(parameter.grad)
        worst = max(worst, float(np.abs(ours - theirs).max() / max(np.abs(theirs).max(), 1e-9)))
    return worst, found


def gradients(model, feeds, target, rounded, batch_statistics):
    interpreter = Interpreter(model, rounded, batch_statistics)
    y = interpreter(feeds)[0]
    loss = (y - target).square().mean()
    loss.backward()
    return interpreter, y.detach(), loss.item()


def reference(stem, module, inputs):
    path = f"{stem}.onnx"
    model = onnx.load(path)
    feeds = feeds_of(inputs)
    for proto in model.graph.input:
        if proto.type.tensor_type.elem_type == onnx.TensorProto.FLOAT16:
            feeds[proto.name] = feeds[proto.name].astype(np.float16)
    plain = session_of(path).run(["y"], feeds)[0].astype(np.float64)
    target = torch.from_numpy(plain + np.random.default_rng(0).normal(size=plain.shape) * max(0.1, plain.std()))
    rounded = rounded_in(model, feeds)
    still, y, _ = gradients(model, feeds, target, rounded, False)
    facts = {"inference": float((y - torch.from_numpy(plain)).abs().max() / np.abs(plain).max())}
    if module is not None:
        facts["direct"], facts["compared"] = direct_error(module, inputs, target, still)
    quantized = bool(rounded) or any("int" in stem.name.split(".")[-1] for _ in [0])
    interpreter, _, facts["loss"] = gradients(model, feeds, target, rounded, not quantized)
    facts["batchNorm"] = "none" if quantized else "trained"
    tensors = {name: np.ascontiguousarray(value) for name, value in feeds.items()}
    tensors["target"] = target.numpy().astype(np.float32)
    for name, leaf in interpreter.leaves.items():
        if leaf.grad is not None and bool(leaf.grad.isfinite().all()):
            tensors[f"gradient/{name}"] = np.ascontiguousarray(leaf.grad.numpy().astype(np.float32))
    save_file(tensors, f"{stem}.safetensors")
    Path(f"{stem}.json").write_text(json.dumps(facts))


refused = {}


def export_once(model, inputs, path, exporter):
    """An exporter that refuses a model takes minutes to say so: it is asked once, not for each variant."""
    if path in refused:
        raise refused[path]
    try:
        roles.export(model, inputs, path, exporter)
    except Exception as error:
        refused[path] = error
        raise


def write(folder, case):
    name, exporter, variant = case.split(".")
    stem = folder / case
    base = folder / f"{name}.{exporter}.float32"
    for end in ("skipped", "trace"):
        Path(f"{stem}.{end}").unlink(missing_ok=True)
    try:
        torch.manual_seed(0)
        model, inputs = roles.models[name]()
        model.eval()
        roles.randomize(model)
        if not Path(f"{base}.onnx").exists():
            export_once(model, inputs, f"{base}.onnx", exporter)
        if variant != "float32":
            variants[variant](f"{base}.onnx", f"{stem}.onnx", feeds_of(inputs))
        reference(stem, model if variant == "float32" else None, inputs)
    except Exception as error:
        import traceback

        Path(f"{stem}.trace").write_text(traceback.format_exc())
        lines = str(error).strip().splitlines() or [""]
        Path(f"{stem}.skipped").write_text(f"{type(error).__name__}: {lines[0][:200]}")


def complaint_of(path):
    """What onnx.checker says against a file; None if nothing."""
    try:
        onnx.checker.check_model(str(path), full_check=True)
        return None
    except Exception as error:
        return str(error).strip().splitlines()[0][:200]


def same(complaint, other):
    """But for the version of the operators."""
    return other is not None and re.sub(r"\d+", "", complaint) == re.sub(r"\d+", "", other)


def check(folder):
    found = {}
    for path in sorted(folder.glob("*.tuned.onnx")):
        stem = path.name.removesuffix(".tuned.onnx")
        result = {}
        case = ".".join(stem.split(".")[:3])
        complaint = complaint_of(path)
        # ONNX Runtime writes SimplifiedLayerNormalization as an operator of ONNX, which it is not.
        result["checker"] = complaint or "ok"
        if complaint is not None and same(complaint, complaint_of(folder / f"{case}.onnx")):
            result["checker"] = "as the file"
        try:
            feeds = load_file(folder / f"{case}.safetensors")
            session = session_of(str(path))
            y = session.run(["y"], {i.name: feeds[i.name] for i in session.get_inputs()})[0].astype(np.float64)
            ours = load_file(folder / f"{stem}.predicted.safetensors")["y"]
            result["difference"] = float(np.abs(y - ours).max() / max(np.abs(ours).max(), 1e-9))
        except Exception as error:
            result["runtime"] = str(error).strip().splitlines()[0][:300]
        found[stem] = result
    print(json.dumps(found))


if __name__ == "__main__":
    torch.set_num_threads(1)
    if sys.argv[1] == "--list":
        print(*roles.models)
    elif sys.argv[1] == "export":
        for case in sys.argv[3:]:
            write(Path(sys.argv[2]), case)
    else:
        check(Path(sys.argv[2]))
