import type { TensorData } from '@forge-ml/core/plugin';
import {
  type AnyTensor,
  type Attribute,
  constant,
  elements,
  int,
  intAttribute,
  isTyped,
  makeNode,
  type Node,
  type ParameterValue,
  parameter,
  rebuild,
  tensor,
  type Value,
  walk,
  widenHalves,
} from '@forge-ml/onnx/graph';
import { cast } from '@forge-ml/onnx/ops';

/**
 * What replaces the half-precision parameters of a file: master weights in float32, of the same names. Small updates
 * would be lost in half precision (Micikevicius et al., "Mixed precision training", 2018).
 */
export interface MasterWeights {
  /** Each master, cast to the type in the file: for export. */
  readonly casts: ReadonlyMap<Value, Value>;
  /** By the parameter of the file. */
  readonly masters: ReadonlyMap<Value, ParameterValue>;
  /** All parameters of the file, masters in the place of theirs. */
  readonly parameters: readonly ParameterValue[];
}

/** @param isMastered which half-precision parameters have masters. Default: all */
export function masterWeights(
  parameters: Iterable<ParameterValue>,
  isMastered: (parameter: ParameterValue) => boolean = () => true,
): MasterWeights {
  const masters = new Map<Value, ParameterValue>();
  const all: ParameterValue[] = [];
  for (const source of parameters) {
    const { name, dtype, initial, trainable } = source;
    const hasMaster = isHalf(dtype) && isMastered(source);
    const own = hasMaster ? parameter(name, widened(initial, dtype), { trainable }) : source;
    all.push(own);
    if (own !== source) masters.set(source, own);
  }
  const casts = new Map([...masters].map(([source, master]) => [source, cast(master, source.dtype)]));
  return { casts, masters, parameters: all };
}

/**
 * The values computed in float32 where the file computes them in half precision: engines on a processor have few kernels
 * for that, and gradients would lose most of their digits. Parameters without a master are cast. Values that operators
 * without a known type compute of half precision stay as they are, with all others.
 */
export function inSinglePrecision(
  outputs: ReadonlyMap<string, Value>,
  masters: ReadonlyMap<Value, ParameterValue>,
): ReadonlyMap<string, Value> {
  const { nodes, parameters, inputs } = walk(outputs.values());
  const values = [...parameters, ...inputs, ...nodes.flatMap((node) => node.outputs)];
  const isHalfFree = !values.some((value) => isTyped(value) && isHalf(value.dtype));
  if (isHalfFree) return outputs;
  if (!values.every(isTyped)) return rebuild({ inputs: [], outputs }, castsOf(masters)).outputs;
  const wide = new Map<Value, Value>();
  const substitute = (value: Value): Value | undefined => {
    if (value.kind === 'node' || !isHalf(value.dtype)) return undefined;
    const known = wide.get(value) ?? masters.get(value) ?? inFloat32(value);
    wide.set(value, known);
    return known;
  };
  return rebuild({ inputs: [], outputs }, { substitute, rewrite: (node) => inFloat32Node(node) }).outputs;
}

function castsOf(masters: ReadonlyMap<Value, ParameterValue>): ReadonlyMap<Value, Value> {
  return new Map([...masters].map(([source, master]) => [source, cast(master, source.dtype)]));
}

/** The codes of float16 and bfloat16 in ONNX's TensorProto.DataType, and that of float32. */
const [halfCodes, float32Code] = [[10, 16], 1];

/** The node with another type where its attributes name half precision. */
function inFloat32Node(node: Node): readonly Value[] | undefined {
  const { op, domain, inputs, outputs, attributes } = node;
  if (op === 'Cast' && domain === '' && halfCodes.includes(intAttribute(node, 'to', 0))) {
    return [inputs[0]!.dtype === 'float32' ? inputs[0]! : cast(inputs[0]!, 'float32')];
  }
  // Equal tensors that an exporter shares are one parameter.
  if (op === 'Identity' && inputs[0]?.kind === 'parameter' && inputs[0].dtype === 'float32') return [inputs[0]];
  const changed: Record<string, Attribute> = {};
  for (const [name, attribute] of Object.entries(attributes)) {
    const isType = name === 'dtype' || name === 'output_dtype' || name === 'stash_type';
    if (isType && attribute.type === 'int' && halfCodes.includes(attribute.value)) changed[name] = int(float32Code);
    if (attribute.type === 'tensor' && isHalf(attribute.value.dtype)) {
      changed[name] = { type: 'tensor', value: widenedNow(attribute.value) };
    }
  }
  if (Object.keys(changed).length === 0) return undefined;
  const { origin, module } = node;
  const request = { op, domain, inputs, attributes: { ...attributes, ...changed }, outputs: outputs.length };
  return makeNode({ ...request, origin, module });
}

/** A value for a loss or a layer, which compute in float32. */
export function inFloat32(value: Value): Value {
  if (!isHalf(value.dtype)) return value;
  return value.kind === 'constant' ? constant(widenedNow(value.data)) : cast(value, 'float32');
}

export function isHalf(dtype: string): dtype is 'float16' | 'bfloat16' {
  return dtype === 'float16' || dtype === 'bfloat16';
}

function widenedNow(data: AnyTensor): TensorData {
  const { shape, bytes } = data;
  const dtype = data.dtype as 'float16' | 'bfloat16';
  return tensor(widenHalves(elements({ dtype, shape, bytes }) as Uint16Array, dtype), shape);
}
/** Converted again where its memory has been freed: a session has its own copy. */
function widened(initial: TensorData, dtype: 'float16' | 'bfloat16'): TensorData {
  let known: WeakRef<Uint8Array> | undefined;
  return {
    dtype: 'float32',
    shape: initial.shape,
    get bytes() {
      const before = known?.deref();
      if (before !== undefined) return before;
      const numbers = widenHalves(elements({ ...initial, dtype, bytes: initial.bytes }) as Uint16Array, dtype);
      const bytes = new Uint8Array(numbers.buffer);
      known = new WeakRef(bytes);
      return bytes;
    },
  };
}
