import type { Blocks } from './blocks.js';
import type { FlatModel } from './flat-nodes.js';
import type { RoleOfTensor } from './roles.js';
import type { ShownParameter } from './shown-model.js';
import { sizeOfTensor } from './tensor-size.js';

/** Operators that read weights as integers. */
const quantized: ReadonlySet<string> = new Set([
  ...['DequantizeLinear', 'MatMulInteger', 'ConvInteger', 'QLinearMatMul', 'QLinearConv', 'QGemm'],
  ...['MatMulNBits', 'GatherBlockQuantized', 'DynamicQuantizeMatMul', 'MatMulIntegerToFloat', 'QAttention'],
]);

/** Fewer integers than this are scales and zero points. */
const leastQuantized = 64;

/** The tensors of a file that are weights: floating ones by their role, and integers that stand for weights. */
export function listParameters(
  { nodes, tensors }: FlatModel,
  blocks: Blocks,
  roleOf: (name: string, numbers: number) => RoleOfTensor,
): ShownParameter[] {
  const readAsIntegers = new Set(nodes.filter(({ op }) => quantized.has(op)).flatMap(({ inputs }) => inputs));
  return tensors.flatMap(({ name, tensor }) => {
    const { dtype, shape, numbers, bytes } = sizeOfTensor(tensor);
    const size = { name, dtype, shape, numbers, bytes, block: blocks.ofTensor(name) };
    if (/^(b?float(16|32|64)$)/.test(dtype)) {
      const found = roleOf(name, numbers);
      return found.role === 'constant' ? [] : [{ ...size, ...found }];
    }
    const isWeight = numbers >= leastQuantized && readAsIntegers.has(name);
    return isWeight ? [{ ...size, role: 'quantized', trainable: false }] : [];
  });
}
