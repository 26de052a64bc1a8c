import { elements, narrowToHalves, tensor } from '@forge-ml/onnx/graph';
import { dtypeOfCode, type GraphProto, type NodeProto, type TensorProto, toTensor } from '@forge-ml/onnx/proto';

/**
 * The graph without casts of its weights to half precision: the weights have that type instead, as in the file that the
 * model is from.
 */
export function foldHalfCasts(graph: GraphProto): GraphProto {
  const weights = new Map(graph.initializer.map((one) => [one.name, one]));
  const uses = new Map<string, number>();
  countUses(graph, uses);
  const outputs = new Set(graph.output.map(({ name }) => name));
  const renamed = new Map<string, string>();
  const narrowed = new Map<string, TensorProto>();
  const node = graph.node.filter((one) => {
    const [from = '', to = ''] = [one.input[0], one.output[0]];
    const weight = weights.get(from);
    const dtype = halfOf(one);
    const isFoldable = dtype && weight?.dataType === 1 && weight.rawData instanceof Uint8Array && uses.get(from) === 1;
    if (!isFoldable || outputs.has(to)) return true;
    const shape = weight.dims.map(Number);
    const numbers = elements({ dtype: 'float32', shape, bytes: weight.rawData as Uint8Array });
    narrowed.set(from, toTensor(from, tensor(narrowToHalves(numbers, dtype), shape, dtype)));
    renamed.set(to, from);
    return false;
  });
  if (renamed.size === 0) return graph;
  const initializer = graph.initializer.map((one) => narrowed.get(one.name) ?? one);
  return { ...graph, initializer, node: node.map((one) => withNames(one, renamed)) };
}

function halfOf({ domain, opType, attribute }: NodeProto): 'float16' | 'bfloat16' | undefined {
  if (domain !== '' || opType !== 'Cast') return undefined;
  const dtype = dtypeOfCode(Number(attribute.find(({ name }) => name === 'to')?.i ?? 0n));
  return dtype === 'float16' || dtype === 'bfloat16' ? dtype : undefined;
}

function countUses({ node, output }: GraphProto, uses: Map<string, number>): void {
  const use = (name: string) => uses.set(name, (uses.get(name) ?? 0) + 1);
  for (const { name } of output) use(name);
  for (const { input, attribute } of node) {
    for (const name of input) use(name);
    for (const { g } of attribute) if (g) countUses(g, uses);
  }
}

function withNames(node: NodeProto, names: ReadonlyMap<string, string>): NodeProto {
  const attribute = node.attribute.map((one) => {
    return one.g === undefined
      ? one
      : { ...one, g: { ...one.g, node: one.g.node.map((inner) => withNames(inner, names)) } };
  });
  return { ...node, input: node.input.map((name) => names.get(name) ?? name), attribute };
}
