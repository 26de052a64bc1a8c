import type { Node, Value } from '../../graph/ir/graph.js';
import { type Claim, claimByPlace, elementwise, functions, linear, lookups, norms, views } from './operands.js';
import { countOf, isEpsilonOf, isFrequencyOf, isRawInput, isRoot, sourceOf } from './paths.js';
import type { Use, Uses } from './uses.js';

const none: ReadonlySet<Claim> = new Set();

/** What each value that is computed from tensors of the file alone is used as. */
export class Claims {
  readonly #uses: Uses;
  /** Values that depend on no input. */
  readonly #fixed = new Set<Value>();
  readonly #claims = new Map<Value, ReadonlySet<Claim>>();

  constructor(uses: Uses) {
    this.#uses = uses;
    for (const node of uses.nodes) {
      if (this.#isFixedNode(node)) for (const output of node.outputs) this.#fixed.add(output);
    }
    // Uses come later in the order, so that no chain of nodes is followed by recursion.
    for (const node of uses.nodes.toReversed()) {
      for (const output of node.outputs) if (this.#fixed.has(output)) this.of(output);
    }
  }

  of(value: Value): ReadonlySet<Claim> {
    const known = this.#claims.get(value);
    if (known) return known;
    const found = new Set<Claim>();
    for (const use of this.#uses.of(value)) for (const claim of this.#claimsOfUse(use)) found.add(claim);
    for (const inner of this.#uses.flows(value)) for (const claim of this.of(inner)) found.add(claim);
    this.#claims.set(value, found);
    return found;
  }

  isFixed(value: Value | null | undefined): boolean {
    return value?.kind === 'constant' || (value?.kind === 'node' && this.#fixed.has(value));
  }

  #isFixedNode({ op, inputs }: Node): boolean {
    if (op === 'Shape' || op === 'Size' || inputs.length === 0) return false;
    if (views.has(op)) return this.isFixed(inputs[0]);
    return inputs.every((value) => value === null || this.isFixed(value));
  }

  #claimsOfUse(use: Use): ReadonlySet<Claim> {
    const { node, at } = use;
    if (views.has(node.op)) return at === 0 ? this.#ofOutputs(node) : none;
    const isFixed = node.outputs.some((output) => this.#fixed.has(output));
    if (lookups.has(node.op)) {
      if (at !== 0) return none;
      return isFixed
        ? this.#ofOutputs(node)
        : new Set<Claim>([node.inputs[0]!.shape.length > 1 ? 'embedding' : 'other']);
    }
    if (isFixed) return this.#ofFixed(use);
    if (elementwise.has(node.op)) return this.#ofElementwise(use);
    const claim = claimByPlace(node.op, node.domain, at);
    if (claim === undefined || (claim === 'weight' && isFrequencyOf(use, this.#uses))) return none;
    return new Set([claim]);
  }

  #ofOutputs(node: Node): ReadonlySet<Claim> {
    return new Set(node.outputs.flatMap((output) => [...this.of(output)]));
  }

  /** A part of the computation of a learned tensor, as in weight norm: the part of the same size is the tensor itself. */
  #ofFixed(use: Use): ReadonlySet<Claim> {
    const { node, at } = use;
    const { op } = node;
    const claims = this.#ofOutputs(node);
    const value = node.inputs[at]!;
    if (claims.size === 0 || isEpsilonOf(use, this.#uses)) return none;
    // The root of a tensor of the file: that of a variance.
    if (isRoot(node)) return at === 0 ? new Set(['statistics']) : none;
    if (op === 'Concat') return claims;
    if (elementwise.has(op)) return countOf(value) === countOf(node.outputs[0]!) ? claims : new Set(['other']);
    if (functions.test(op) || (op === 'Pow' && at === 0)) return new Set(['other']);
    const claim = claimByPlace(op, node.domain, at);
    if (claim === undefined) return none;
    return new Set([linear.has(op) && at === 0 ? 'data' : claim]);
  }

  /** A tensor added to activations, or multiplied with them. */
  #ofElementwise(use: Use): ReadonlySet<Claim> {
    const { node, at } = use;
    const other = node.inputs[1 - at];
    if (!other || isFrequencyOf(use, this.#uses) || isEpsilonOf(use, this.#uses)) return none;
    if (isActivationScale(other)) return none;
    if (isRawInput(other, (value) => this.isFixed(value)) && isStandardization(node, at, (v) => this.isFixed(v))) {
      return none;
    }
    const source = sourceOf(other);
    if (source && node.op === 'Add' && this.#isBias(node.inputs[at]!, source)) return new Set(['bias']);
    if (source && node.op === 'Mul' && isVector(node.inputs[at]!) && isNormalized(source)) return new Set(['scale']);
    return new Set(['other']);
  }

  #isBias(value: Value, source: Node): boolean {
    if (linear.has(source.op)) {
      const weight = source.inputs.slice(0, 2).find((input) => this.isFixed(input));
      if (!weight || value.shape.length === 0) return false;
      return isLine(value) && weight.shape.includes(countOf(value));
    }
    if (!isVector(value)) return false;
    if (norms.has(source.op)) return true;
    if (source.op !== 'Mul') return false;
    const [scale, normal] = this.isFixed(source.inputs[0]) ? source.inputs : source.inputs.toReversed();
    const before = normal ? sourceOf(normal) : undefined;
    return this.isFixed(scale) && before !== undefined && isNormalized(before);
  }
}

/** The scale of dynamically quantized activations: what multiplies it is that of the weights, and belongs to them. */
function isActivationScale(value: Value): boolean {
  return value.kind === 'node' && value.node.op === 'DynamicQuantizeLinear' && value.output === 1;
}

/** (x - mean) / deviation of the model's input, or its product with 1 / deviation: not learned. */
function isStandardization(node: Node, at: number, isFixed: (value: Value | null | undefined) => boolean): boolean {
  if ((node.op === 'Sub' || node.op === 'Div') && at === 1) return true;
  const source = sourceOf(node.inputs[1 - at]!);
  if (!source || !(source.op === 'Sub' || source.op === 'Div')) return false;
  return isFixed(source.inputs[1]) && countOf(source.inputs[1]!) > 1;
}

/** Whether a node is the last of a normalization that is written out, or one: a division by a root. */
function isNormalized(node: Node): boolean {
  if (norms.has(node.op)) return true;
  const isOfRoot = (value: Value | null | undefined, inverted = false): boolean => {
    const source = value ? sourceOf(value) : undefined;
    if (!source) return false;
    if (isRoot(source)) return true;
    return !inverted && (source.op === 'Reciprocal' || source.op === 'Div') && isOfRoot(source.inputs.at(-1), true);
  };
  if (node.op === 'Div') return isOfRoot(node.inputs[1]);
  return node.op === 'Mul' && node.inputs.some((value) => isOfRoot(value));
}

/** Whether at most one dimension is larger than 1. */
function isLine({ shape }: Value): boolean {
  return shape.filter((size) => size !== 1).length <= 1;
}

function isVector(value: Value): boolean {
  return isLine(value) && countOf(value) > 1;
}
