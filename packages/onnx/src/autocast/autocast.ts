import type { Node, Value } from '../graph/ir/graph.js';
import { intAttribute } from '../graph/ir/read-attributes.js';
import { isTyped } from '../graph/ir/unknown-type.js';
import { bodiesOf, walk } from '../graph/ir/walk.js';
import { makeNode } from '../graph/make-node.js';
import { propagatedNumbers } from '../graph/propagate/known-values.js';
import { rebuildValues } from '../graph/rewrite/rebuild.js';
import { cast } from '../ops/elementwise.js';
import { dtypeOfCode } from '../proto/data-types.js';
import { floatOperators, halfOperators, widestOperators } from './operators.js';

/** Types of half the size of float32. */
export type HalfDType = 'float16' | 'bfloat16';

/**
 * The same values, with products computed in half precision and what needs the range or the digits of float32 computed
 * in float32: mixed precision, as `torch.autocast`. Parameters stay as they are; each is cast once, however many nodes
 * read it. The results have the types that they had. Gradients of them are computed in the same types.
 *
 * Micikevicius et al., "Mixed precision training" (2018); PyTorch's lists of operators.
 * @throws OnnxError MODEL_INVALID where an operator does not accept its new inputs.
 */
export function autocast(values: readonly Value[], dtype: HalfDType): Value[] {
  const caster = new Autocaster(dtype);
  for (const node of walk(values).nodes) caster.add(node);
  return values.map((value) => caster.original(value));
}

class Autocaster {
  readonly #half: HalfDType;
  /** By a value of the graph, what replaces it. It may have another type. */
  readonly #done = new Map<Value, Value>();
  readonly #casts = new Map<Value, Map<string, Value>>();

  constructor(half: HalfDType) {
    this.#half = half;
  }

  add(node: Node): void {
    const outputs = this.#replaced(node);
    for (const [at, value] of node.outputs.entries()) this.#done.set(value, outputs[at]!);
  }

  /** In its own type. */
  original(value: Value): Value {
    return this.#as(this.#now(value), value.dtype);
  }

  #replaced(node: Node): readonly Value[] {
    const name = node.domain === '' ? node.op : `${node.domain}.${node.op}`;
    const isKnown = [...node.inputs, ...node.outputs].every((value) => value === null || isTyped(value));
    if (!isKnown || node.opset !== undefined || bodiesOf(node).length > 0) return this.#kept(node);
    const operands = node.inputs.slice(0, widestOperators.get(name));
    if (!operands.every((value) => value === null || !/float/.test(value.dtype) || isCastable(value)))
      return this.#kept(node);
    if (halfOperators.has(name)) return this.#made(node, () => this.#half);
    if (floatOperators.has(name)) return this.#made(node, () => 'float32');
    if (!widestOperators.has(name)) return this.#kept(node);
    const isOperand = (at: number) => at < operands.length;
    const dtype = this.#widest(node, operands);
    return dtype === undefined ? this.#kept(node) : this.#made(node, (at) => (isOperand(at) ? dtype : undefined));
  }

  /** The type of a node that has that of its operands; undefined where that is as before. */
  #widest(node: Node, operands: readonly (Value | null)[]): string | undefined {
    const floats = operands.filter((value): value is Value => value !== null && isCastable(value));
    const now = floats.map((value) => this.#now(value));
    if (now.every((value, at) => value.dtype === floats[at]!.dtype)) return undefined;
    const isHalf = (value: Value) => value.dtype === this.#half;
    if (!now.some(isHalf)) return 'float32';
    const fits = (value: Value) => isHalf(value) || fitsHalf(value) || isBias(value, node, now);
    return now.every(fits) ? this.#half : 'float32';
  }

  /** The node with its inputs in other types. @param dtypeOf by input; undefined: the type that it had */
  #made(node: Node, dtypeOf: (input: number) => string | undefined): readonly Value[] {
    const inputs = node.inputs.map((value, at) => {
      if (value === null) return null;
      return isCastable(value) ? this.#as(this.#now(value), dtypeOf(at) ?? value.dtype) : this.original(value);
    });
    if (inputs.every((value, at) => value === node.inputs[at])) return node.outputs;
    const { op, domain, attributes, origin, module, outputs } = node;
    const names = outputs.map(({ name = '' }) => name);
    return makeNode({ op, domain, inputs, attributes, outputs: outputs.length, origin, names, module });
  }

  /** The node with inputs, and values that its bodies capture, of the types that they had. */
  #kept(node: Node): readonly Value[] {
    return rebuildValues(node.outputs, {
      substitute: (value) => (this.#done.has(value) ? this.original(value) : undefined),
    });
  }

  #now(value: Value): Value {
    return this.#done.get(value) ?? value;
  }

  /** Without a cast that only undoes another one. */
  #as(value: Value, dtype: string): Value {
    if (value.dtype === dtype) return value;
    const source = widenedFrom(value);
    if (source?.dtype === dtype) return source;
    const known = this.#casts.get(value) ?? new Map<string, Value>();
    this.#casts.set(value, known);
    const made = known.get(dtype) ?? cast(value, dtype as HalfDType | 'float32');
    known.set(dtype, made);
    return made;
  }
}

function isCastable({ dtype }: Value): boolean {
  return dtype === 'float32' || dtype === 'float16' || dtype === 'bfloat16';
}

/** What a cast to a wider type reads, which loses nothing. */
function widenedFrom(value: Value): Value | undefined {
  if (value.kind !== 'node' || value.node.op !== 'Cast' || value.node.domain !== '') return undefined;
  const [source] = value.node.inputs;
  const to = dtypeOfCode(intAttribute(value.node, 'to', 0));
  return source && to === 'float32' && /^b?float16$/.test(source.dtype) ? source : undefined;
}

/** The range of normal numbers in float16. */
const [smallest, largest] = [2 ** -14, 65_504];

/**
 * Whether a value is one number that half precision can have, as numbers in PyTorch code. A mask of -1e9 must not become
 * infinite, an epsilon of 1e-12 not 0.
 */
function fitsHalf(value: Value): boolean {
  const numbers = value.kind === 'constant' || value.kind === 'node' ? propagatedNumbers(value) : undefined;
  if (numbers?.length !== 1) return false;
  const size = Math.abs(numbers[0]!);
  return size === 0 || (size >= smallest && size <= largest);
}

/** Whether a value is a bias that is added to a product: together they are PyTorch's `linear`. */
function isBias(value: Value, { op }: Node, operands: readonly Value[]): boolean {
  if (op !== 'Add' || value.kind !== 'parameter' || value.shape.length > 1) return false;
  return operands.some((other) => other.kind === 'node' && halfOperators.has(other.node.op));
}
