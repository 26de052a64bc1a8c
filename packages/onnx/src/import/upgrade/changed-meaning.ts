import { int, text } from '../../graph/ir/attributes.js';
import type { Attribute, Value } from '../../graph/ir/graph.js';
import { UnknownTypeError } from '../../graph/ir/unknown-type.js';
import { constant, indices } from '../../graph/ir/values.js';
import { call, type NodeRequest } from '../../graph/make-node.js';
import { tensorOf } from '../../tensor/numbers.js';
import { sizeOf } from '../../tensor/tensor.js';
import { attributeOf, type Upgrade, without } from './upgrade-rule.js';

/** Softmax over all axes from `axis` on, flattened; since opset 13 it is over one axis. */
const flattened: Upgrade = {
  before: 13,
  change({ op, inputs, attributes, ...rest }) {
    const data = inputs[0];
    if (!data) return { op, inputs, attributes: attributes ?? {}, ...rest };
    const rank = data.shape.length;
    const axis = attributeOf(attributes, 'axis', 'int') ?? 1;
    const fromFront = axis < 0 ? axis + rank : axis;
    if (fromFront === rank - 1) return { op, inputs, attributes: { axis: int(-1) }, ...rest };
    const matrix = call('Flatten', [data], { axis: int(fromFront) });
    return [call('Reshape', [call(op, [matrix], { axis: int(-1) }), call('Shape', [data])])];
  },
};

/** In opset 7 to 13, additional outputs mean training mode; the last two of five were never specified. */
const trainingByOutputs: Upgrade = {
  before: 14,
  change(node) {
    const training = (node.outputs ?? 1) > 1;
    const attributes = without(node.attributes, ['spatial']);
    if (attributeOf(node.attributes, 'spatial', 'int') === 0) throw cannotUpgrade(node, 'spatial = 0', sinceOpset(9));
    return {
      ...node,
      outputs: training ? 3 : 1,
      attributes: training ? { ...attributes, training_mode: int(1) } : attributes,
    };
  },
};

/** Upsample, and Resize of opset 10, measure coordinates from the corner. */
function fromCorner(node: NodeRequest): NodeRequest {
  const scales = attributeOf(node.attributes, 'scales', 'floats');
  const factors = scales ? constant(tensorOf(scales, 'float32', [scales.length])) : (node.inputs[1] ?? null);
  const attributes: Record<string, Attribute> = {
    ...without(node.attributes, ['scales']),
    coordinate_transformation_mode: text('asymmetric'),
    nearest_mode: text('floor'),
  };
  return { ...node, op: 'Resize', inputs: [node.inputs[0] ?? null, null, factors], attributes };
}

/** In opset 11 and 12 a tensor without elements meant an omitted input; some exporters still write it. */
const emptyIsOmitted: Upgrade = {
  before: Number.POSITIVE_INFINITY,
  change(node) {
    if (attributeOf(node.attributes, 'coordinate_transformation_mode', 'string') === 'tf_half_pixel_for_nn') {
      throw cannotUpgrade(node, 'coordinate_transformation_mode = tf_half_pixel_for_nn', sinceOpset(13));
    }
    const isEmpty = (value: Value | null | undefined): boolean =>
      value?.kind === 'constant' && sizeOf(value.data.shape) === 0;
    return { ...node, inputs: node.inputs.map((value) => (isEmpty(value) ? null : value)) };
  },
};

/** One scale and bias for each group became one for each channel. */
const perChannel: Upgrade = {
  before: 21,
  change(node) {
    const channels = node.inputs[0]?.shape[1];
    const groups = attributeOf(node.attributes, 'num_groups', 'int') ?? 1;
    if (typeof channels !== 'number') {
      throw cannotUpgrade(node, 'an unknown number of channels', 'Export it with a fixed number, or with opset 21.');
    }
    const repeatPerChannel = (value: Value | null): Value | null => {
      if (!value || value.shape[0] === channels) return value;
      const columns = call('Expand', [call('Unsqueeze', [value, indices([1])]), indices([groups, channels / groups])]);
      return call('Reshape', [columns, indices([channels])]);
    };
    return { ...node, inputs: node.inputs.map((value, index) => (index === 0 ? value : repeatPerChannel(value))) };
  },
};

const renamedModes: Upgrade = {
  before: 20,
  change(node) {
    const mode = { bilinear: 'linear', bicubic: 'cubic' }[attributeOf(node.attributes, 'mode', 'string') ?? 'bilinear'];
    return mode ? { ...node, attributes: { ...node.attributes, mode: text(mode) } } : node;
  },
};

const rejectedScan: Upgrade = {
  before: 9,
  change(node) {
    throw cannotUpgrade(node, 'a batch axis', sinceOpset(9));
  },
};

function sinceOpset(opset: number): string {
  return `Export the model with opset ${opset} or later, which has no such form.`;
}

function cannotUpgrade({ op, origin }: NodeRequest, what: string, hint: string): Error {
  const reason = `${op} (node "${origin}") has ${what}, which opset 21 does not support`;
  return new UnknownTypeError(`${reason}.`, { reason, path: [], before: [] }, origin, hint);
}

/** Operators whose meaning or name has changed. */
export const changedMeaning: Readonly<Record<string, readonly Upgrade[]>> = {
  BatchNormalization: [trainingByOutputs],
  GridSample: [renamedModes],
  GroupNormalization: [perChannel],
  Hardmax: [flattened],
  LogSoftmax: [flattened],
  Resize: [{ before: 11, change: fromCorner }, emptyIsOmitted],
  Scan: [rejectedScan],
  Scatter: [{ before: 11, change: (node) => ({ ...node, op: 'ScatterElements' }) }],
  Softmax: [flattened],
  Upsample: [{ before: 10, change: fromCorner }],
};
