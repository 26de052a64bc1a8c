"""Runs an ONNX file in PyTorch, operator by operator and in float64, so that PyTorch differentiates the very file: with
its folded constants, quantized weights and half-precision weights. Half precision is computed in float64 too, which is
what master weights are to approximate.

Quantized numbers are kept as float64 with a gradient: rounding is straight-through, and zero outside of the range. What
activations are rounded to is taken from ONNX Runtime (`rounded`), as two correct programs round a number between two
codes differently.
"""

import math

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import numpy_helper

from fused import FusedOperators

FLOATS = (onnx.TensorProto.FLOAT, onnx.TensorProto.FLOAT16, onnx.TensorProto.BFLOAT16, onnx.TensorProto.DOUBLE)
INTEGERS = {onnx.TensorProto.INT64: torch.int64, onnx.TensorProto.INT32: torch.int32, onnx.TensorProto.BOOL: torch.bool}


def tensor_of(proto):
    array = numpy_helper.to_array(proto)
    if "int" in str(array.dtype):
        return torch.from_numpy(array.astype(np.int32 if array.dtype == np.int32 else np.int64))
    if array.dtype == bool:
        return torch.from_numpy(np.array(array))
    return torch.from_numpy(np.array(array).astype(np.float64))


class Interpreter(FusedOperators):
    """`leaves` has each floating constant, and each dequantized weight by the name of its codes, with gradients."""

    def __init__(self, model, rounded=None, batch_statistics=True):
        self.model, self.rounded, self.batch_statistics = model, rounded or {}, batch_statistics
        self.leaves = {}
        self.constants = {}
        self.orders = {}
        self.unrounded = {}
        self.opset = next(o.version for o in model.opset_import if o.domain in ("", "ai.onnx"))

    def leaf(self, name, tensor):
        if name not in self.leaves:
            self.leaves[name] = tensor.detach().clone().requires_grad_()
        return self.leaves[name]

    def __call__(self, feeds):
        values = {"": None}
        for name, array in feeds.items():
            tensor = torch.from_numpy(np.array(array))
            values[name] = tensor.double() if tensor.is_floating_point() else tensor
        self.run(self.model.graph, values)
        return [values[o.name] for o in self.model.graph.output]

    def run(self, graph, values):
        for proto in graph.initializer:
            tensor = self.constant(proto.name, proto)
            values[proto.name] = tensor
        for node in self.in_order(graph, values):
            inputs = [values[name] for name in node.input]
            attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
            self.node, self.values = node, values
            op = getattr(self, "op_" + node.op_type, None)
            if op is None:
                raise NotImplementedError(node.op_type)
            result = op(attributes, *inputs)
            results = result if isinstance(result, (tuple, list)) else (result,)
            if node.op_type in ("SequenceConstruct", "SplitToSequence", "SequenceEmpty", "SequenceInsert"):
                results = (result,)
            for name, value in zip(node.output, results):
                if name:
                    values[name] = value

    def in_order(self, graph, values):
        """The nodes, each after those that it reads: converters to half precision append casts at the end."""
        if id(graph) in self.orders:
            return self.orders[id(graph)]
        known, waiting, ordered = set(values), list(graph.node), []
        while waiting:
            ready = []
            for node in waiting:
                if all(name in known for name in node.input):
                    known.update(node.output)
                    ready.append(id(node))
                    ordered.append(node)
            if not ready:
                raise ValueError(f"{waiting[0].op_type} reads a value that no node computes")
            waiting = [node for node in waiting if id(node) not in set(ready)]
        self.orders[id(graph)] = ordered
        return ordered

    def constant(self, name, proto):
        if name not in self.constants:
            self.constants[name] = tensor_of(proto)
        tensor = self.constants[name]
        return self.leaf(name, tensor) if tensor.is_floating_point() else tensor

    # Control, constants and shapes

    def op_Constant(self, a):
        if "value" in a:
            return self.constant(self.node.output[0], a["value"])
        [(name, value)] = a.items()
        dtype = torch.int64 if name.startswith("value_int") else torch.float64
        return torch.tensor(value, dtype=dtype)

    def op_If(self, a, condition):
        graph = a["then_branch"] if bool(condition) else a["else_branch"]
        values = dict(self.values)
        self.run(graph, values)
        return tuple(values[o.name] for o in graph.output)

    def op_Identity(self, a, x):
        return x

    def op_Dropout(self, a, x, *rest):
        return x, torch.ones_like(x, dtype=torch.bool)

    def op_Shape(self, a, x):
        return torch.tensor(x.shape[a.get("start", 0) : a.get("end", x.dim())], dtype=torch.int64)

    def op_Size(self, a, x):
        return torch.tensor(x.numel())

    def op_ConstantOfShape(self, a, shape):
        value = tensor_of(a["value"]) if "value" in a else torch.zeros(1, dtype=torch.float64)
        return value.reshape(()).expand(tuple(shape.tolist())).clone()

    def op_Range(self, a, start, limit, delta):
        return torch.arange(start.item(), limit.item(), delta.item(), dtype=start.dtype)

    def op_Cast(self, a, x, *like):
        to = a["to"] if "to" in a else None
        if to in FLOATS:
            return x.double()
        whole = x.detach().trunc() if x.is_floating_point() and to != onnx.TensorProto.BOOL else x
        return whole.to(INTEGERS.get(to, torch.int64))

    def op_CastLike(self, a, x, like):
        return x.double() if like.is_floating_point() else x.to(like.dtype)

    def op_Reshape(self, a, x, shape):
        shape = [x.shape[i] if n == 0 and not a.get("allowzero", 0) else n for i, n in enumerate(shape.tolist())]
        return x.reshape(shape)

    def op_Flatten(self, a, x):
        axis = a.get("axis", 1)
        return x.reshape(math.prod(x.shape[:axis]), -1)

    def op_Transpose(self, a, x):
        return x.permute(*a.get("perm", reversed(range(x.dim()))))

    def axes(self, a, given, x=None):
        if given is not None:
            return given.tolist()
        return list(a["axes"]) if "axes" in a else None

    def op_Squeeze(self, a, x, axes=None):
        axes = self.axes(a, axes)
        if axes is None:
            return x.squeeze()
        for axis in sorted((n % x.dim() for n in axes), reverse=True):
            x = x.squeeze(axis)
        return x

    def op_Unsqueeze(self, a, x, axes=None):
        axes = self.axes(a, axes)
        rank = x.dim() + len(axes)
        for axis in sorted(n % rank for n in axes):
            x = x.unsqueeze(axis)
        return x

    def op_Expand(self, a, x, shape):
        return x.expand(torch.broadcast_shapes(x.shape, tuple(shape.tolist())))

    def op_Tile(self, a, x, repeats):
        return x.repeat(*repeats.tolist())

    def op_Concat(self, a, *xs):
        return torch.cat(xs, a["axis"])

    def op_Split(self, a, x, split=None):
        axis = a.get("axis", 0)
        sizes = split.tolist() if split is not None else a.get("split")
        count = a.get("num_outputs", len(self.node.output))
        return x.split(list(sizes) if sizes else math.ceil(x.shape[axis] / count), axis)

    def op_Slice(self, a, x, starts=None, ends=None, axes=None, steps=None):
        starts = a.get("starts") if starts is None else starts.tolist()
        ends = a.get("ends") if ends is None else ends.tolist()
        axes = self.axes(a, axes) or list(range(len(starts)))
        steps = [1] * len(starts) if steps is None else steps.tolist()
        for start, end, axis, step in zip(starts, ends, axes, steps):
            place = range(*slice(start, None if step < 0 and end < -x.shape[axis] else end, step).indices(x.shape[axis]))
            x = x.index_select(axis, torch.tensor(list(place), dtype=torch.int64))
        return x

    def op_Gather(self, a, x, at):
        axis = a.get("axis", 0) % x.dim()
        at = torch.where(at < 0, at + x.shape[axis], at).long()
        found = x.index_select(axis, at.reshape(-1))
        return found.reshape((*x.shape[:axis], *at.shape, *x.shape[axis + 1 :]))

    def op_GatherElements(self, a, x, at):
        axis = a.get("axis", 0)
        return x.gather(axis, torch.where(at < 0, at + x.shape[axis], at).long())

    def op_GatherND(self, a, x, at):
        assert a.get("batch_dims", 0) == 0
        return x[tuple(at.long().unbind(-1))]

    def op_ScatterND(self, a, x, at, updates):
        return x.index_put(tuple(at.long().unbind(-1)), updates)

    def op_Pad(self, a, x, pads=None, value=None, axes=None):
        pads = a["pads"] if pads is None else pads.tolist()
        axes = list(range(x.dim())) if axes is None else [n % x.dim() for n in axes.tolist()]
        both = [[0, 0] for _ in range(x.dim())]
        for i, axis in enumerate(axes):
            both[axis] = [pads[i], pads[i + len(axes)]]
        flat = [n for pair in reversed(both) for n in pair]
        mode = a.get("mode", b"constant").decode()
        if mode == "constant":
            return F.pad(x, flat, value=0 if value is None else value.item())
        return F.pad(x, flat[:4] if not any(flat[4:]) else flat, mode={"edge": "replicate"}.get(mode, mode))

    def op_Trilu(self, a, x, k=None):
        k = 0 if k is None else int(k)
        return x.triu(k) if a.get("upper", 1) else x.tril(k)

    def op_CumSum(self, a, x, axis):
        return x.cumsum(int(axis))

    def op_ArgMax(self, a, x):
        return x.argmax(a.get("axis", 0), keepdim=bool(a.get("keepdims", 1)))

    def op_TopK(self, a, x, k):
        return x.topk(int(k), a.get("axis", -1), bool(a.get("largest", 1)))

    def op_NonZero(self, a, x):
        return x.nonzero().T

    def op_DepthToSpace(self, a, x):
        assert a.get("mode", b"DCR") == b"CRD"
        return F.pixel_shuffle(x, a["blocksize"])

    def op_Resize(self, a, x, roi=None, scales=None, sizes=None):
        mode = a.get("mode", b"nearest").decode()
        how = {"nearest": "nearest", "linear": "bilinear", "cubic": "bicubic"}[mode]
        to = sizes.tolist()[2:] if sizes is not None else [int(n * s) for n, s in zip(x.shape[2:], scales.tolist()[2:])]
        if to == list(x.shape[2:]):
            return x
        extra = {} if how == "nearest" else {"align_corners": a.get("coordinate_transformation_mode") == b"align_corners"}
        return F.interpolate(x, to, mode=how, **extra)

    def op_SequenceConstruct(self, a, *xs):
        return list(xs)

    def op_SplitToSequence(self, a, x, split=None):
        axis, keep = a.get("axis", 0), a.get("keepdims", 1)
        sizes = 1 if split is None else split.tolist()
        parts = list(x.split(sizes, axis))
        return parts if keep or split is not None else [p.squeeze(axis) for p in parts]

    def op_SequenceAt(self, a, xs, at):
        return xs[int(at)]

    def op_ConcatFromSequence(self, a, xs):
        return torch.stack(xs, a["axis"]) if a.get("new_axis", 0) else torch.cat(xs, a["axis"])

    # Elementwise

    def op_Pow(self, a, x, y):
        return x ** (y.detach() if y.is_floating_point() else y)

    def op_Div(self, a, x, y):
        return x / y if x.is_floating_point() else torch.div(x, y, rounding_mode="trunc")

    def op_Mod(self, a, x, y):
        return torch.fmod(x, y) if a.get("fmod", 0) else torch.remainder(x, y)

    def op_Clip(self, a, x, low=None, high=None):
        low = a.get("min") if low is None else low.detach()
        high = a.get("max") if high is None else high.detach()
        return x.clamp(low, high) if low is not None or high is not None else x

    def op_Where(self, a, c, x, y):
        return torch.where(c.bool(), x, y)

    def op_Max(self, a, *xs):
        result = xs[0]
        for x in xs[1:]:
            result = torch.maximum(result, x)
        return result

    def op_Min(self, a, *xs):
        result = xs[0]
        for x in xs[1:]:
            result = torch.minimum(result, x)
        return result

    def op_Sum(self, a, *xs):
        return sum(xs)

    def op_Not(self, a, x):
        return ~x

    def op_Gelu(self, a, x):
        return F.gelu(x, approximate=a.get("approximate", b"none").decode())

    def op_HardSigmoid(self, a, x):
        return (x * a.get("alpha", 0.2) + a.get("beta", 0.5)).clamp(0, 1)

    def op_HardSwish(self, a, x):
        return x * (x / 6 + 0.5).clamp(0, 1)

    def op_LeakyRelu(self, a, x):
        return F.leaky_relu(x, a.get("alpha", 0.01))

    def op_Elu(self, a, x):
        return F.elu(x, a.get("alpha", 1.0))

    def op_PRelu(self, a, x, slope):
        return torch.where(x > 0, x, slope * x)

    def op_Swish(self, a, x):
        return x * torch.sigmoid(x * a.get("alpha", 1.0))

    # Sums over axes

    def over(self, f, a, x, axes):
        axes = self.axes(a, axes)
        if axes is None and a.get("noop_with_empty_axes", 0):
            return x
        return f(x, [n % x.dim() for n in axes] if axes else list(range(x.dim())), bool(a.get("keepdims", 1)))

    def op_ReduceMean(self, a, x, axes=None):
        return self.over(lambda x, n, k: x.mean(n, k), a, x, axes)

    def op_ReduceSum(self, a, x, axes=None):
        return self.over(lambda x, n, k: x.sum(n, k), a, x, axes)

    def op_ReduceMax(self, a, x, axes=None):
        return self.over(lambda x, n, k: x.amax(n, k), a, x, axes)

    def op_ReduceMin(self, a, x, axes=None):
        return self.over(lambda x, n, k: x.amin(n, k), a, x, axes)

    def op_ReduceL2(self, a, x, axes=None):
        return self.over(lambda x, n, k: x.square().sum(n, k).sqrt(), a, x, axes)

    def op_ReduceSumSquare(self, a, x, axes=None):
        return self.over(lambda x, n, k: x.square().sum(n, k), a, x, axes)

    def op_ReduceProd(self, a, x, axes=None):
        def product(x, n, k):
            for axis in sorted(n, reverse=True):
                x = x.prod(axis, k)
            return x

        return self.over(product, a, x, axes)

    def op_Softmax(self, a, x):
        return x.softmax(a.get("axis", -1))

    def op_LogSoftmax(self, a, x):
        return x.log_softmax(a.get("axis", -1))

    # Linear operators

    def op_MatMul(self, a, x, y):
        return x @ y

    def op_Gemm(self, a, x, y, bias=None):
        x = x.T if a.get("transA", 0) else x
        y = y.T if a.get("transB", 0) else y
        result = a.get("alpha", 1.0) * (x @ y)
        return result if bias is None else result + a.get("beta", 1.0) * bias

    def op_Einsum(self, a, *xs):
        return torch.einsum(a["equation"].decode(), *xs)

    def padded(self, a, x, kernel, value=0.0):
        """Pads as the attributes say, asymmetric too."""
        rank = len(kernel)
        strides, dilations = a.get("strides", [1] * rank), a.get("dilations", [1] * rank)
        pads = list(a.get("pads", [0] * (2 * rank)))
        auto = a.get("auto_pad", b"NOTSET").decode()
        if auto.startswith("SAME"):
            for i in range(rank):
                size = x.shape[2 + i]
                need = max(0, (math.ceil(size / strides[i]) - 1) * strides[i] + (kernel[i] - 1) * dilations[i] + 1 - size)
                less = need // 2
                pads[i], pads[i + rank] = (less, need - less) if auto == "SAME_UPPER" else (need - less, less)
        flat = [n for i in reversed(range(rank)) for n in (pads[i], pads[i + rank])]
        return F.pad(x, flat, value=value) if any(flat) else x

    def op_Conv(self, a, x, w, bias=None):
        rank = w.dim() - 2
        conv = (F.conv1d, F.conv2d, F.conv3d)[rank - 1]
        x = self.padded(a, x, w.shape[2:])
        return conv(x, w, bias, a.get("strides", 1), 0, a.get("dilations", 1), a.get("group", 1))

    def op_ConvTranspose(self, a, x, w, bias=None):
        rank = w.dim() - 2
        conv = (F.conv_transpose1d, F.conv_transpose2d, F.conv_transpose3d)[rank - 1]
        pads = a.get("pads", [0] * (2 * rank))
        assert list(pads[:rank]) == list(pads[rank:])
        extra = a.get("output_padding", 0)
        return conv(x, w, bias, a.get("strides", 1), pads[:rank], extra, a.get("group", 1), a.get("dilations", 1))

    def op_MaxPool(self, a, x):
        kernel = a["kernel_shape"]
        pool = (F.max_pool1d, F.max_pool2d, F.max_pool3d)[len(kernel) - 1]
        return pool(self.padded(a, x, kernel, -math.inf), kernel, a.get("strides", 1), ceil_mode=bool(a.get("ceil_mode", 0)))

    def op_AveragePool(self, a, x):
        kernel = a["kernel_shape"]
        assert not any(a.get("pads", []))
        pool = (F.avg_pool1d, F.avg_pool2d, F.avg_pool3d)[len(kernel) - 1]
        return pool(x, kernel, a.get("strides", 1), ceil_mode=bool(a.get("ceil_mode", 0)))

    def op_GlobalAveragePool(self, a, x):
        return x.mean(list(range(2, x.dim())), keepdim=True)

    # Norms

    def op_BatchNormalization(self, a, x, scale, bias, mean, variance):
        use = self.batch_statistics
        return F.batch_norm(
            x, mean.detach().clone(), variance.detach().clone(), scale, bias, use, 0.1, a.get("epsilon", 1e-5)
        )

    def op_LayerNormalization(self, a, x, scale=None, bias=None):
        axes = x.shape[a.get("axis", -1) % x.dim() :]
        return F.layer_norm(x, axes, None, None, a.get("epsilon", 1e-5)) * scale + (0 if bias is None else bias)

    def op_RMSNormalization(self, a, x, scale):
        axes = tuple(range(a.get("axis", -1) % x.dim(), x.dim()))
        return x / (x.square().mean(axes, keepdim=True) + a.get("epsilon", 1e-5)).sqrt() * scale

    op_SimplifiedLayerNormalization = op_RMSNormalization

    def op_InstanceNormalization(self, a, x, scale, bias):
        return F.instance_norm(x, weight=scale, bias=bias, eps=a.get("epsilon", 1e-5))

    def op_GroupNormalization(self, a, x, scale, bias):
        normal = F.group_norm(x, a["num_groups"], eps=a.get("epsilon", 1e-5))
        each = scale.shape[0] if scale.shape[0] == x.shape[1] else a["num_groups"]
        wide = lambda v: v.repeat_interleave(x.shape[1] // each).reshape(1, -1, *[1] * (x.dim() - 2))
        return normal * wide(scale) + wide(bias)

    # Quantized

    def blocked(self, a, value, x):
        """A scale or a zero point, in the shape of what it belongs to."""
        axis = a.get("axis", 1) % max(1, x.dim())
        size = a.get("block_size", 0)
        if size:
            return value.repeat_interleave(size, axis).narrow(axis, 0, x.shape[axis])
        if value.dim() == 0 or value.numel() == 1:
            return value.reshape(())
        return value.reshape([-1 if i == axis else 1 for i in range(x.dim())])

    def op_DequantizeLinear(self, a, x, scale, zero=None):
        scale = self.blocked(a, scale.detach(), x)
        zero = 0 if zero is None else self.blocked(a, zero, x).double()
        whole = (x.double() - zero) * scale
        name = self.node.input[0]
        is_weight = name in self.constants and x.dim() > 0
        return self.leaf(name, whole) if is_weight else whole

    def op_QuantizeLinear(self, a, x, scale, zero=None):
        scale = self.blocked(a, scale.detach(), x)
        name = self.node.output[0]
        codes = torch.from_numpy(self.rounded[name].astype(np.float64))
        low, high = {"int8": (-128, 127), "uint8": (0, 255), "int16": (-32768, 32767), "uint16": (0, 65535)}[
            str(self.rounded[name].dtype)
        ]
        zero = 0 if zero is None else self.blocked(a, zero, x).double()
        soft = x / scale + zero
        # As torch.fake_quantize_per_tensor_affine has it: a number that is rounded into the range is inside.
        soft = torch.where((soft >= low - 0.5) & (soft <= high + 0.5), soft, soft.detach())
        return soft + (codes - soft).detach()

    def op_DynamicQuantizeLinear(self, a, x):
        codes, scale, zero = (self.rounded[name] for name in self.node.output)
        scale = torch.from_numpy(np.array(scale).astype(np.float64))
        zero = torch.from_numpy(np.array(zero).astype(np.float64))
        soft = x / scale + zero
        self.unrounded[self.node.output[0]] = x / scale
        return soft + (torch.from_numpy(codes.astype(np.float64)) - soft).detach(), scale, zero

    def op_MatMulInteger(self, a, x, y, x_zero=None, y_zero=None):
        product = self.shifted(x, x_zero) @ self.shifted(y, y_zero)
        change = self.change_of_weight(x, x_zero, y, y_zero, -1)
        return product if change is None else product + change[0] @ change[1]

    def op_ConvInteger(self, a, x, w, x_zero=None, w_zero=None):
        product = self.op_Conv(a, self.shifted(x, x_zero), self.shifted(w, w_zero))
        change = self.change_of_weight(x, x_zero, w, w_zero, 0)
        return product if change is None else product + self.op_Conv(a, *change)

    def change_of_weight(self, x, x_zero, w, w_zero, channel):
        """Nothing, with the gradient of the weight that the codes stand for: as an adapter has it, which reads activations
        before they are rounded. ONNX Runtime's tools name the scale as the codes."""
        name = self.node.input[1]
        scale = self.values.get(name.removesuffix("_quantized") + "_scale")
        if name not in self.constants or scale is None:
            return None
        if scale.numel() > 1:
            scale = scale.reshape([-1 if i == channel % w.dim() else 1 for i in range(w.dim())])
        scale = scale.detach()
        leaf = self.leaf(name, self.shifted(w, w_zero) * scale)
        read = self.unrounded.get(self.node.input[0])
        read = self.shifted(x, x_zero) if read is None else read
        return read.detach(), (leaf - leaf.detach()) / scale

    def shifted(self, x, zero):
        return x.double() if zero is None else x.double() - zero.double()

    def op_MatMulNBits(self, a, x, codes, scales, zeros=None, group=None, bias=None):
        k, n, bits, block = a["K"], a["N"], a.get("bits", 4), a["block_size"]
        blocks = math.ceil(k / block)

        def unpack(packed, count):
            packed = packed.reshape(n, -1)
            if bits == 4:
                packed = torch.stack((packed & 15, packed >> 4), -1).reshape(n, -1)
            return packed[:, :count].double()

        whole = unpack(codes, blocks * block).reshape(n, blocks, block)
        zero = 2 ** (bits - 1) if zeros is None else unpack(zeros, blocks).reshape(n, blocks, 1)
        weight = (whole - zero) * scales.detach().reshape(n, blocks, 1)
        weight = self.leaf(self.node.input[1], weight.reshape(n, -1)[:, :k])
        result = x @ weight.T
        return result if bias is None else result + bias


def elementwise(f):
    return lambda self, a, *xs: f(*xs)


for name, f in {
    "Add": torch.add, "Sub": torch.sub, "Mul": torch.mul, "Sqrt": torch.sqrt, "Exp": torch.exp, "Log": torch.log,
    "Erf": torch.erf, "Tanh": torch.tanh, "Sigmoid": torch.sigmoid, "Relu": torch.relu, "Neg": torch.neg,
    "Abs": torch.abs, "Sin": torch.sin, "Cos": torch.cos, "Reciprocal": torch.reciprocal, "Softplus": F.softplus,
    "Equal": torch.eq, "Less": torch.lt, "Greater": torch.gt, "LessOrEqual": torch.le, "GreaterOrEqual": torch.ge,
    "And": torch.logical_and, "Or": torch.logical_or, "Xor": torch.logical_xor, "Floor": torch.floor,
    "Ceil": torch.ceil, "Round": torch.round, "Sign": torch.sign, "IsNaN": torch.isnan, "IsInf": torch.isinf,
    "Mish": F.mish, "Atan": torch.atan,
}.items():  # fmt: skip
    setattr(Interpreter, "op_" + name, elementwise(f))
