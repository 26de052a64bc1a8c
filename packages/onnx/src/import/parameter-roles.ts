import type { Node, Value } from '../graph/ir/graph.js';
import { sizeOf } from '../tensor/tensor.js';
import { Claims } from './roles/claims.js';
import { type Elements, elementsOf } from './roles/elements.js';
import { type FloatingConstant, isFloating } from './roles/floating-constant.js';
import { kindOfName } from './roles/names.js';
import type { Claim } from './roles/operands.js';
import { leavesBehind } from './roles/paths.js';
import {
  areCosinesAndSines,
  isGeometric,
  isMask,
  isProgression,
  isSinusoidal,
  isUniform,
} from './roles/tensor-patterns.js';
import { Uses } from './roles/uses.js';

/**
 * What a floating tensor of a file is for:
 *
 * - `weight`: of a linear layer, convolution or recurrence; `bias`: added to its result, or to a norm's
 * - `scale`: of a norm
 * - `embedding`: rows are looked up in it
 * - `other-weight`: learned, and multiplied with or added to activations, such as a class token, position embeddings,
 *   the scale of a layer, the slope of PRelu
 * - `statistics`: running mean and variance: state that training updates, but not by a gradient
 * - `constant`: not learned: exponents, epsilons, bounds, masks, tables of positions, numbers in code
 */
export type ParameterRole = 'weight' | 'bias' | 'scale' | 'embedding' | 'other-weight' | 'statistics' | 'constant';

/** A floating tensor of the file. */
export interface Leaf {
  readonly name: string;
  readonly value: FloatingConstant;
  /** What torch.export says that it is, where the file has it. */
  readonly declared?: 'PARAMETER' | 'BUFFER' | 'CONSTANT_TENSOR' | undefined;
}

/**
 * The role of each floating tensor by how the graph uses it. Names and values decide only where the use allows both, as
 * for a number that is multiplied with activations.
 * @param values all that are to be computed from the tensors
 */
export function parameterRoles(values: Iterable<Value>, leaves: Iterable<Leaf>): ReadonlyMap<Leaf, ParameterRole> {
  const uses = new Uses(values);
  const claims = new Claims(uses);
  const rotary = rotaryTables(uses.nodes);
  const all = [...leaves];
  const declares = all.some(({ declared }) => declared === 'PARAMETER');
  return new Map(
    all.map((leaf) => {
      const isTable = rotary.has(leaf.value);
      return [leaf, isTable ? 'constant' : roleOf(leaf, claims.of(leaf.value), declares)];
    }),
  );
}

/** In the order of preference, where a tensor is used as several. */
const certain = ['weight', 'embedding', 'scale', 'norm scale', 'bias', 'norm bias'] as const;

const rolesOfClaims = {
  weight: 'weight',
  embedding: 'embedding',
  scale: 'scale',
  'norm scale': 'scale',
  bias: 'bias',
  'norm bias': 'bias',
} as const;

/** Larger tensors are not read for patterns: tables that large are computed in the graph. */
const largest = 2 ** 22;

/** @param declares whether the file says which tensors are parameters */
function roleOf({ name, value, declared }: Leaf, claims: ReadonlySet<Claim>, declares: boolean): ParameterRole {
  const { shape } = value.data;
  const count = sizeOf(shape);
  const isStatistics = claims.has('statistics') || kindOfName(name) === 'statistics';
  if (claims.size === 0 || count === 0) return 'constant';
  if (declared === 'BUFFER' || declared === 'CONSTANT_TENSOR') return isStatistics ? 'statistics' : 'constant';
  const elements = count <= largest ? elementsOf(value.data) : undefined;
  const claim = certain.find((one) => claims.has(one));
  const role = claim && rolesOfClaims[claim];
  const isTable =
    elements !== undefined && (!role || role === 'weight' || role === 'embedding') && isSinusoidal(elements);
  if (isTable) return 'constant';
  if (declared === 'PARAMETER') return role ?? 'other-weight';
  if (role) return isWrittenOut(claim, name, declares, elements) ? 'constant' : role;
  if (isStatistics) return count === 1 && kindOfName(name) !== 'statistics' ? 'constant' : 'statistics';
  if (claims.has('slope')) return 'other-weight';
  const kind = kindOfName(name);
  if (count === 1) return kind === 'learned' ? 'other-weight' : 'constant';
  if (kind === 'generated' && claims.has('data')) return 'constant';
  return isNumberInCode(kind, elements) ? 'constant' : 'other-weight';
}

/** Whether a tensor in the place of a learned one is a constant: a norm's 1 and 0, a matrix that selects, a grid. */
function isWrittenOut(
  claim: (typeof certain)[number],
  name: string,
  declares: boolean,
  elements: Elements | undefined,
): boolean {
  if (!elements || kindOfName(name) !== 'generated') return false;
  // Without declarations, a scale that is written as a product may be a parameter under another name.
  if (claim === 'norm scale' || (claim === 'scale' && declares)) return isUniform(elements) && elements.at(0) === 1;
  if (claim === 'norm bias' || (claim === 'bias' && declares)) return isUniform(elements) && elements.at(0) === 0;
  return (claim === 'weight' || claim === 'embedding') && (isMask(elements) || isProgression(elements));
}

function isNumberInCode(kind: ReturnType<typeof kindOfName>, elements: Elements | undefined): boolean {
  if (!elements || kind === 'learned') return false;
  if (kind === 'generated' && isUniform(elements)) return true;
  // A short vector may be regular by chance.
  if (kind === 'unknown' && elements.count < 8) return false;
  return isMask(elements) || isProgression(elements) || isGeometric(elements);
}

/** The cosines and sines of rotary position embeddings: x · cos + turned(x) · sin. */
function rotaryTables(nodes: readonly Node[]): ReadonlySet<Value> {
  const tables = new Set<Value>();
  for (const { op, inputs } of nodes) {
    if (op !== 'Add' && op !== 'Sub') continue;
    const [one, other] = inputs.map((value) => factorsOf(value));
    for (const a of one ?? []) {
      for (const b of other ?? []) {
        if (a === b || (tables.has(a) && tables.has(b))) continue;
        if (!areCosinesAndSines(elementsOf(a.data), elementsOf(b.data))) continue;
        tables.add(a);
        tables.add(b);
      }
    }
  }
  return tables;
}

function factorsOf(value: Value | null): readonly FloatingConstant[] {
  if (value?.kind !== 'node' || value.node.op !== 'Mul') return [];
  return value.node.inputs.flatMap((factor) => (factor ? leavesBehind(factor) : [])).filter(isFloating);
}
