import { int } from '../graph/ir/attributes.js';
import type { Attributes, Value } from '../graph/ir/graph.js';
import { isTyped } from '../graph/ir/unknown-type.js';
import { constant, indices, scalar } from '../graph/ir/values.js';
import { call, makeNode, type NodeRequest } from '../graph/make-node.js';
import { propagatedNumbers } from '../graph/propagate/known-values.js';
import { tensorOf } from '../tensor/numbers.js';

/** The elements of sequences, and of optional values, that are known when a model is read. */
const elements = new WeakMap<Value, readonly Value[]>();

/** More than any model has. Limits how much memory a model file can request. */
const mostElements = 4096;

/** Operators that return a sequence or an optional value. */
export const makesNoTensor: ReadonlySet<string> = new Set([
  'Optional',
  'SequenceConstruct',
  'SequenceEmpty',
  'SequenceErase',
  'SequenceInsert',
  'SequenceMap',
  'SplitToSequence',
]);

/** Records the elements of a sequence that a node makes, where they are known. */
export function recordElements(request: NodeRequest, sequence: Value): void {
  const known = elementsMade(request);
  if (known !== undefined && known.length <= mostElements) elements.set(sequence, known);
}

/**
 * The tensor that a node takes out of a sequence whose elements are known: so a model that only passes tensors through
 * sequences has none.
 */
export function takenFromSequence({ op, inputs, attributes = {} }: NodeRequest): Value | undefined {
  const sequence = inputs[0] ? elements.get(inputs[0]) : undefined;
  if (sequence === undefined) return undefined;
  switch (op) {
    case 'SequenceAt': {
      const at = positionIn(inputs[1], sequence.length);
      return at === undefined ? undefined : sequence[at];
    }
    case 'SequenceLength':
      return scalar(sequence.length, 'int64');
    case 'ConcatFromSequence':
      return concatenated(sequence, attributes);
    case 'OptionalHasElement':
      return constant(tensorOf([sequence.length], 'bool', []));
    case 'OptionalGetElement':
      return sequence[0];
    default:
      return undefined;
  }
}

function elementsMade({ op, inputs, attributes = {} }: NodeRequest): readonly Value[] | undefined {
  const [first, second, third] = inputs;
  const before = first ? elements.get(first) : undefined;
  switch (op) {
    case 'Identity':
      return before;
    case 'SequenceEmpty':
      return [];
    case 'Optional':
      return first ? [first] : [];
    case 'SequenceConstruct':
      return inputs.every((value) => value !== null) ? inputs : undefined;
    case 'SequenceInsert': {
      const at = before && (third ? positionIn(third, before.length + 1) : before.length);
      return before && second && at !== undefined ? before.toSpliced(at, 0, second) : undefined;
    }
    case 'SequenceErase': {
      const at = before && (second ? positionIn(second, before.length) : before.length - 1);
      return before && at !== undefined && at >= 0 ? before.toSpliced(at, 1) : undefined;
    }
    case 'SplitToSequence':
      return first && isTyped(first) ? pieces(first, second, attributes) : undefined;
    default:
      return undefined;
  }
}

/** The index, counted from the front, where it is known and there is such an element. */
function positionIn(index: Value | null | undefined, length: number): number | undefined {
  const at = propagatedNumbers(index)?.[0];
  if (at === undefined || at >= length || at < -length) return undefined;
  return at < 0 ? at + length : at;
}

function pieces(x: Value, sizes: Value | null | undefined, attributes: Attributes): readonly Value[] | undefined {
  const given = intOf(attributes, 'axis', 0);
  const axis = given < 0 ? given + x.shape.length : given;
  const length = x.shape[axis];
  if (typeof length !== 'number' || length > mostElements) return undefined;
  const known = sizes ? propagatedNumbers(sizes) : Array<number>(length).fill(1);
  const isOne = sizes?.shape.length === 0;
  const [size = 0] = known ?? [];
  if (known === undefined || (isOne && size < 1)) return undefined;
  const equal = () => Array.from({ length: Math.ceil(length / size) }, (_, at) => Math.min(size, length - at * size));
  const all = isOne ? equal() : known;
  if (all.length === 0) return [];
  const inputs = [x, indices(all)];
  const parts = makeNode({ op: 'Split', inputs, attributes: { axis: int(axis) }, outputs: all.length });
  const squeezes = !sizes && intOf(attributes, 'keepdims', 1) === 0;
  return squeezes ? parts.map((part) => call('Squeeze', [part, indices([axis])])) : parts;
}

function concatenated(sequence: readonly Value[], attributes: Attributes): Value | undefined {
  const axis = int(intOf(attributes, 'axis', 0));
  if (sequence.length === 0 || !sequence.every(isTyped)) return undefined;
  const isNew = intOf(attributes, 'new_axis', 0) !== 0;
  const parts = isNew ? sequence.map((value) => call('Unsqueeze', [value, indices([axis.value as number])])) : sequence;
  return call('Concat', parts, { axis });
}

function intOf(attributes: Attributes, name: string, otherwise: number): number {
  const attribute = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
  return attribute?.type === 'int' ? attribute.value : otherwise;
}
