import { OnnxError } from '../errors/onnx-error.js';
import { describeNode } from '../graph/infer/draft.js';
import { ints } from '../graph/ir/attributes.js';
import type { Node } from '../graph/ir/graph.js';
import { propagatedNumbers } from '../graph/propagate/known-values.js';
import { attributeProto } from '../proto/codecs.js';
import { type AttributeProto, attributeTypes, type NodeProto } from '../proto/messages.js';
import { introducedIn } from '../proto/operator-versions.js';

/** The oldest opset that graphs are written in. */
export const oldestWritten = 13;
/** The newest. */
export const newestWritten = 25;

/** Attributes by operator: the opset that added them, and the value that means the same as none. */
const added: Readonly<Record<string, Readonly<Record<string, readonly [number, unknown?]>>>> = {
  AveragePool: { dilations: [19] },
  BatchNormalization: { training_mode: [14, 0] },
  Cast: { saturate: [19, 1] },
  CastLike: { saturate: [19, 1] },
  DequantizeLinear: { block_size: [21, 0], output_dtype: [23, 0] },
  GRU: { layout: [14, 0] },
  LSTM: { layout: [14, 0] },
  LpPool: { ceil_mode: [18, 0], dilations: [18] },
  QuantizeLinear: { saturate: [19, 1], block_size: [21, 0], output_dtype: [21, 0], precision: [23, 0] },
  RNN: { layout: [14, 0] },
  Reshape: { allowzero: [14, 0] },
  Resize: { axes: [18], antialias: [18, 0], keep_aspect_ratio_policy: [18, 'stretch'] },
  ScatterElements: { reduction: [16, 'none'] },
  ScatterND: { reduction: [16, 'none'] },
  Shape: { start: [15, 0], end: [15] },
};

/**
 * A node in the form of an older opset than 21; as it is where that has not changed.
 * @param proto the node in the form of opset 21
 * @throws OnnxError MODEL_INVALID naming an operator that has no such form
 */
export function inOlderForm(node: Node, proto: NodeProto, opset: number): NodeProto {
  if (node.domain !== '' || opset >= 21) return proto;
  const since = introducedIn(node.op) ?? 1;
  if (since > opset) throw noForm(node, opset, `opset ${since} introduced it`);
  return withoutAdded(node, changed(node, proto, opset), opset);
}

function changed(node: Node, proto: NodeProto, opset: number): NodeProto {
  const { op } = node;
  if (op.startsWith('Reduce') && op !== 'ReduceSum' && opset < 18) return withAxesAttribute(node, proto, opset);
  switch (op) {
    case 'Split':
      return opset < 18 ? equalParts(node, proto, opset) : proto;
    case 'Pad':
      if (opset < 18 && node.inputs[3]) throw noForm(node, opset, 'it pads some axes only');
      return proto;
    case 'GroupNormalization':
      throw noForm(node, opset, 'it has one scale for each channel, and before opset 21 one for each group');
    case 'GridSample': {
      const modes: Readonly<Record<string, string>> = { linear: 'bilinear', cubic: 'bicubic' };
      if (opset >= 20) return proto;
      return mapText(proto, 'mode', (mode) => modes[mode] ?? mode);
    }
    default:
      return proto;
  }
}

/** The axes as an attribute, which they must not change for. */
function withAxesAttribute(node: Node, proto: NodeProto, opset: number): NodeProto {
  const [, axes] = node.inputs;
  const known = axes ? propagatedNumbers(axes) : [];
  if (known === undefined) throw noForm(node, opset, 'its axes are known only at run time');
  const noop = node.attributes.noop_with_empty_axes;
  if (known.length === 0 && noop?.type === 'int' && noop.value !== 0) throw noForm(node, opset, 'it reduces no axis');
  const kept = proto.attribute.filter(({ name }) => name !== 'noop_with_empty_axes');
  const { value } = ints(known) as { value: readonly number[] };
  const attribute = attributeProto.of({ name: 'axes', type: attributeTypes.ints, ints: value.map(BigInt) });
  return { ...proto, input: proto.input.slice(0, 1), attribute: known.length === 0 ? kept : [...kept, attribute] };
}

/** Before opset 18 a Split without sizes makes equal parts, of which the number is that of its outputs. */
function equalParts(node: Node, proto: NodeProto, opset: number): NodeProto {
  if (node.inputs[1]) return proto;
  const axis = node.attributes.axis?.type === 'int' ? node.attributes.axis.value : 0;
  const size = node.inputs[0]!.shape.at(axis);
  const isEqual = typeof size === 'number' && size % node.outputs.length === 0;
  if (!isEqual) throw noForm(node, opset, 'its parts may differ in size');
  return { ...proto, attribute: proto.attribute.filter(({ name }) => name !== 'num_outputs') };
}

function withoutAdded(node: Node, proto: NodeProto, opset: number): NodeProto {
  const known = Object.hasOwn(added, node.op) ? added[node.op]! : {};
  const attribute = proto.attribute.filter((one) => {
    const [since, none] = (Object.hasOwn(known, one.name) ? known[one.name] : undefined) ?? [0];
    if (since <= opset) return true;
    if (none !== undefined && numberOrText(one) === none) return false;
    throw noForm(node, opset, `opset ${since} introduced its attribute ${one.name}`);
  });
  return attribute.length === proto.attribute.length ? proto : { ...proto, attribute };
}

function numberOrText({ type, i, s }: AttributeProto): unknown {
  if (type === attributeTypes.int) return Number(i ?? 0n);
  return type === attributeTypes.string ? new TextDecoder().decode(s) : undefined;
}

function mapText(proto: NodeProto, name: string, change: (text: string) => string): NodeProto {
  const attribute = proto.attribute.map((one) => {
    if (one.name !== name) return one;
    return { ...one, s: new TextEncoder().encode(change(new TextDecoder().decode(one.s))) };
  });
  return { ...proto, attribute };
}

function noForm({ op, origin }: Node, opset: number, cause: string): OnnxError {
  return new OnnxError('MODEL_INVALID', `${describeNode(op, origin)} has no form of opset ${opset}: ${cause}.`, {
    about: origin ?? op,
    hint: 'Write the model in a newer opset.',
  });
}
