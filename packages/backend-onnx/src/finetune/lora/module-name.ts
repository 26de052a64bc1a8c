import type { Node } from '@forge-ml/onnx/graph';

/** Names that exporters give to weights that they have changed: the node's name says more. */
const generated = /^(onnx::|val_\d|_val_|Constant|\/)|^\d+$/;

/**
 * The name of the module that a weight belongs to, as in PyTorch: that of the weight without `.weight`; where an exporter
 * has renamed it, that of the node's module, or what its name says: `/encoder/layer.0/query/MatMul` is
 * `encoder.layer.0.query`.
 */
export function moduleNameOf(weight: string, { origin, module }: Pick<Node, 'origin' | 'module'>): string {
  if (generated.test(weight) && module !== undefined) return module;
  const path = origin?.match(/^\/(.+)\/[^/]+$/)?.[1];
  if (generated.test(weight) && path !== undefined) return withoutRepeats(path.split('/')).join('.');
  const plain = weight.replace(/(_quantized|_(DQ_)?Q[48])$/, '');
  return plain.replace(/[._/]?(weight|kernel)$/, '').replaceAll('/', '.') || weight;
}

/** `layer/layer.0` is `layer.0`: the exporter of PyTorch names a list, and then each of its modules by both names. */
function withoutRepeats(parts: readonly string[]): readonly string[] {
  return parts.filter((part, at) => !(parts[at + 1] ?? '').startsWith(`${part}.`));
}
