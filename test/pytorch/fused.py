"""Operators of the domain com.microsoft, as ONNX Runtime's ContribOperators.md describes them."""

import torch
import torch.nn.functional as F


class FusedOperators:
    def op_BiasGelu(self, a, x, bias):
        return F.gelu(x + bias)

    def op_FastGelu(self, a, x, bias=None):
        return F.gelu(x if bias is None else x + bias, approximate="tanh")

    def op_QuickGelu(self, a, x):
        return x * torch.sigmoid(a.get("alpha", 1.702) * x)

    def op_FusedMatMul(self, a, x, y):
        if a.get("transBatchA") or a.get("transBatchB"):
            raise NotImplementedError("FusedMatMul of transposed batches")
        x = x.transpose(-1, -2) if a.get("transA") else x
        y = y.transpose(-1, -2) if a.get("transB") else y
        return a.get("alpha", 1.0) * (x @ y)

    def op_SkipLayerNormalization(self, a, x, skip, scale, shift=None, bias=None):
        total = self.skipped(x, skip, bias)
        return F.layer_norm(total, total.shape[-1:], scale, shift, a.get("epsilon", 1e-12)), None, None, total

    def op_SkipSimplifiedLayerNormalization(self, a, x, skip, scale, bias=None):
        total = self.skipped(x, skip, bias)
        size = (total.square().mean(-1, keepdim=True) + a.get("epsilon", 1e-12)).sqrt()
        return total / size * scale, None, None, total

    def skipped(self, x, skip, bias):
        return x + skip if bias is None else x + skip + bias
