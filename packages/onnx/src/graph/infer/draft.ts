import { OnnxError } from '../../errors/onnx-error.js';
import type { AnyTensor, DType } from '../../tensor/tensor.js';
import { broadcastShapes } from '../ir/broadcast.js';
import type { Attribute, Attributes, Graph, Value } from '../ir/graph.js';
import { type Dim, describeType, type Shape, type TensorType } from '../ir/types.js';
import { UnknownTypeError } from '../ir/unknown-type.js';
import { propagatedDims } from '../propagate/known-values.js';

/** Infers the types of a node's outputs from its inputs and attributes; calls `draft.fail` if they do not fit. */
export type InferenceRule = (draft: Draft) => readonly TensorType[];

export interface NodeRequest {
  readonly op: string;
  /** Default: ONNX's own. */
  readonly domain?: string;
  readonly inputs: readonly (Value | null)[];
  readonly attributes?: Attributes;
  /** Number of outputs. Default: those that are not optional. */
  readonly outputs?: number;
  /** The name it had in the file it was read from, for messages. */
  readonly origin?: string | undefined;
  /** The names of its outputs in that file, for messages. */
  readonly names?: readonly string[] | undefined;
  /** See `Node`. */
  readonly opset?: number | undefined;
  /** The module of PyTorch that it is from. */
  readonly module?: string | undefined;
}

type AttributeValue<K extends Attribute['type']> = Extract<Attribute, { type: K }>['value'];

/** A node under construction: what its inference rule reads, and `fail` to reject it. */
export class Draft {
  readonly op: string;
  readonly inputs: readonly (Value | null)[];
  readonly attributes: Attributes;
  readonly wanted: number | undefined;
  private readonly origin: string | undefined;

  constructor(request: NodeRequest) {
    this.op = request.op;
    this.inputs = trimmed(request.inputs);
    this.attributes = request.attributes ?? {};
    this.wanted = request.outputs;
    this.origin = request.origin;
  }

  /** The input at `at`, which is required. */
  input(at: number): Value {
    const value = this.inputs[at];
    return value ?? this.fail(`its input ${at + 1} is missing`);
  }

  /** The input at `at`, or undefined where it is omitted. */
  optional(at: number): Value | undefined {
    return this.inputs[at] ?? undefined;
  }

  /** All inputs, none omitted, at least one. */
  all(): readonly [Value, ...Value[]] {
    return [this.input(0), ...this.inputs.slice(1).map((_, at) => this.input(at + 1))];
  }

  /** What is known of the elements of the input at `at`; undefined where it is omitted or not known. */
  numbers(at: number): readonly Dim[] | undefined {
    const value = this.optional(at);
    return value === undefined ? undefined : propagatedDims(value);
  }

  int(name: string): number | undefined;
  int(name: string, otherwise: number): number;
  int(name: string, otherwise?: number): number | undefined {
    return this.attribute(name, 'int') ?? otherwise;
  }

  float(name: string, otherwise: number): number {
    return this.attribute(name, 'float') ?? otherwise;
  }

  text(name: string, otherwise: string): string {
    return this.attribute(name, 'string') ?? otherwise;
  }

  ints(name: string): readonly number[] | undefined {
    return this.attribute(name, 'ints');
  }

  tensor(name: string): AnyTensor | undefined {
    return this.attribute(name, 'tensor');
  }

  graph(name: string): Graph {
    return this.attribute(name, 'graph') ?? this.fail(`its attribute ${name} is missing`);
  }

  /** The attribute `name`, undefined if omitted. */
  attribute<K extends Attribute['type']>(name: string, type: K): AttributeValue<K> | undefined {
    const attribute = Object.hasOwn(this.attributes, name) ? this.attributes[name] : undefined;
    if (attribute === undefined) return undefined;
    if (attribute.type !== type) return this.fail(`its attribute ${name} is of type ${attribute.type}, not ${type}`);
    return (attribute as Extract<Attribute, { type: K }>).value as AttributeValue<K> | undefined;
  }

  /** Checks that a value has one of these dtypes. */
  oneOf(value: Value, dtypes: readonly DType[], what = 'its input'): DType {
    if (dtypes.includes(value.dtype)) return value.dtype;
    return this.fail(`${what} must be ${listed(dtypes)}, not ${value.dtype}`);
  }

  /** The common dtype of all of these. */
  sameDtype(values: readonly (Value | undefined)[]): DType {
    const [first, ...others] = values.filter((value) => value !== undefined);
    if (first === undefined) return this.fail('it has no input');
    for (const { dtype } of others) {
      if (dtype !== first.dtype)
        return this.fail(`its inputs must have the same dtype, not ${first.dtype} and ${dtype}`);
    }
    return first.dtype;
  }

  broadcast(...values: readonly Value[]): Shape {
    const shape = broadcastShapes(...values.map((value) => value.shape));
    return shape ?? this.fail('their shapes do not broadcast');
  }

  /** Checks that a value broadcasts to a shape (ONNX's unidirectional broadcasting). */
  fitsInto(value: Value, shape: Shape, what: string): void {
    const joined = broadcastShapes(value.shape, shape);
    const fits =
      joined?.length === shape.length &&
      joined.every((dim, axis) => typeof shape[axis] === 'string' || typeof dim === 'string' || dim === shape[axis]);
    if (!fits) this.fail(`${what}, ${describeType(value)}, does not broadcast to [${shape.join(', ')}]`);
  }

  /** An axis counted from the front. */
  axis(axis: number, rank: number): number {
    if (Number.isInteger(axis) && axis >= -rank && axis < rank) return axis < 0 ? axis + rank : axis;
    return this.fail(`there is no axis ${axis} in ${rank} dimensions`);
  }

  axes(axes: readonly number[], rank: number): number[] {
    const counted = axes.map((axis) => this.axis(axis, rank));
    if (new Set(counted).size < counted.length) this.fail(`an axis is repeated in [${axes.join(', ')}]`);
    return counted;
  }

  rank(value: Value, rank: number, what = 'its input'): void {
    if (value.shape.length !== rank) this.fail(`${what} must have ${rank} dimensions, not ${value.shape.length}`);
  }

  /** Checks a 0-d or one-element tensor. */
  single(value: Value | undefined, what: string): void {
    if (value?.shape.some((dim) => typeof dim === 'number' && dim !== 1)) this.fail(`${what} must be one number`);
  }

  /** Rejects the node. `cause`: a clause, without a full stop. */
  fail(cause: string): never {
    throw new OnnxError('MODEL_INVALID', `${this.describe()} cannot take (${this.types()}): ${cause}.`, {
      about: this.origin ?? this.op,
      hint: 'Check the shapes and dtypes of its inputs.',
    });
  }

  /** The number of dimensions of an output depends on numbers that are known at run time only. */
  unknownRank(cause: string, dtype: DType): never {
    const unknown = {
      dtype,
      reason: `${this.describe()} cannot take (${this.types()}): ${cause}`,
      path: [],
      before: [],
    };
    const hint = 'Check the shapes and dtypes of its inputs.';
    throw new UnknownTypeError(`${unknown.reason}.`, unknown, this.origin ?? this.op, hint);
  }

  private describe(): string {
    return describeNode(this.op, this.origin);
  }

  private types(): string {
    return this.inputs.map((value) => (value === null ? '(none)' : describeType(value))).join(', ');
  }
}

/** `Conv`, or `Conv (node "/conv1/Conv")` when it was read from a file. */
export function describeNode(op: string, origin: string | undefined): string {
  return origin === undefined || origin === '' ? op : `${op} (node "${origin}")`;
}

/** Drops omitted trailing inputs. */
function trimmed(inputs: readonly (Value | null)[]): readonly (Value | null)[] {
  let end = inputs.length;
  while (end > 0 && inputs[end - 1] === null) end -= 1;
  return inputs.slice(0, end);
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
