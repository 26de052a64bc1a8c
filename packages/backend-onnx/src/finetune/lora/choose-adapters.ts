import { invalidModel, matchesPattern } from '@forge-ml/core/plugin';
import { type ConstantValue, type Node, type ParameterValue, type Value, walk } from '@forge-ml/onnx/graph';
import { moduleNameOf } from './module-name.js';
import { unadaptableIn } from './unadaptable.js';
import { type WeightUse, weightUseOf, weightUsesIn } from './weight-use.js';

/** An adapter of a weight of the file. */
export interface Adapter {
  /** The name of its module. */
  readonly name: string;
  readonly kind: WeightUse['kind'];
  readonly in: number;
  readonly out: number;
  /** The sizes of the window of a convolution. */
  readonly kernel: readonly number[];
  /** Whether `in` is the first dimension of the weight in the file. */
  readonly inFirst: boolean;
}

interface Candidate extends Adapter {
  readonly weight: AdaptedWeight;
  readonly weightName: string;
  /** Whether it computes an output of the model. */
  readonly isHead: boolean;
}

/** A weight of the file that has an adapter. */
export type AdaptedWeight = ParameterValue | ConstantValue;

const maxListed = 12;

/**
 * The adapters of a model, by the weight in the file: one for each weight, however often it is used.
 * @param outputs of the model as it is used
 * @param targets patterns of the names of weights or modules. Default: as in LoraOptions
 * @param names of constants
 * @throws ForgeError MODEL_INVALID for a pattern that matches none, naming similar names
 */
export function chooseAdapters(
  outputs: Iterable<Value>,
  targets: readonly string[] | undefined,
  names: ReadonlyMap<Value, string> = new Map(),
): ReadonlyMap<AdaptedWeight, Adapter> {
  const ends = [...outputs];
  const candidates = candidatesIn(ends, names);
  if (targets === undefined) {
    const chosen = candidates.filter(({ kind, isHead }) => kind === 'linear' && !isHead);
    if (chosen.length === 0) throw noLinear(candidates);
    return byWeight(chosen);
  }
  const chosen = new Set<Candidate>();
  for (const pattern of targets) {
    const matching = candidates.filter(({ name, weightName }) => {
      return matchesPattern(pattern, weightName) || matchesPattern(pattern, name);
    });
    if (matching.length === 0) throw matchesNone(pattern, candidates, ends, names);
    for (const one of matching) chosen.add(one);
  }
  return byWeight([...chosen]);
}

function byWeight(chosen: readonly Candidate[]): ReadonlyMap<AdaptedWeight, Adapter> {
  return new Map(chosen.map(({ weight, weightName: _, isHead: __, ...adapter }) => [weight, adapter]));
}

function candidatesIn(outputs: readonly Value[], named: ReadonlyMap<Value, string>): readonly Candidate[] {
  const heads = new Set(outputs.flatMap((value) => headOf(value) ?? []));
  const found = new Map<AdaptedWeight, Candidate>();
  const refused = new Set<AdaptedWeight>();
  const names = new Set<string>();
  for (const use of weightUsesIn(walk(outputs).nodes)) {
    const { node, weight, kind } = use;
    if (refused.has(weight)) continue;
    const isHead = heads.has(node);
    const known = found.get(weight);
    if (known !== undefined) {
      // A weight whose rows are looked up and that is multiplied with, as tied heads do, is an embedding.
      if (kind === 'embedding' && known.kind === 'linear') {
        found.set(weight, { ...known, kind, in: use.in, out: use.out, inFirst: use.inFirst });
      } else if (kind === 'embedding' && known.inFirst !== use.inFirst) {
        found.delete(weight);
        refused.add(weight);
      }
      continue;
    }
    const weightName = weight.kind === 'parameter' ? weight.name : (named.get(weight) ?? 'weight');
    const name = unique(moduleNameOf(weightName, use.reader), names);
    const kernel = kind === 'conv' ? (use.operand.shape.slice(2) as number[]) : [];
    found.set(weight, {
      name,
      kind,
      in: use.in,
      out: use.out,
      inFirst: use.inFirst,
      kernel,
      weight,
      weightName,
      isHead,
    });
  }
  return [...found.values()];
}

function unique(name: string, names: Set<string>): string {
  let made = name;
  for (let count = 2; names.has(made); count++) made = `${name}_${count}`;
  names.add(made);
  return made;
}

/** What may follow the last layer of a model without being one. */
const tails: ReadonlySet<string> = new Set([
  ...['Add', 'Identity', 'Cast', 'Reshape', 'Squeeze', 'Transpose', 'Softmax'],
  ...['QuantizeLinear', 'DequantizeLinear', 'QLinearAdd', 'QLinearSoftmax'],
]);

/** The operands of a sum. */
const sums: Readonly<Record<string, readonly number[]>> = { Add: [0, 1], QLinearAdd: [0, 3] };

/** The linear node that computes an output, with nothing but a bias and changes of form after it. */
function headOf(output: Value): Node | undefined {
  let value: Value | null | undefined = output;
  while (value?.kind === 'node') {
    const { node }: { node: Node } = value;
    if (weightUseOf(node)?.kind === 'linear') return node;
    if (!tails.has(node.op)) return undefined;
    const operands: readonly number[] = sums[node.op] ?? [0];
    const computed: readonly Value[] = operands.flatMap((at) => {
      const operand = node.inputs[at];
      return operand?.kind === 'node' ? [operand] : [];
    });
    if (computed.length !== 1) return undefined;
    value = computed[0];
  }
  return undefined;
}

function noLinear(candidates: readonly Candidate[]) {
  return invalidModel(
    'lora finds no linear layer to adapt, except one that computes an output.',
    candidates.length === 0
      ? 'The model has no MatMul, Gemm, Conv or Gather with a weight. Train parameters as a whole: trainable.'
      : `Name the weights: targets: ['${candidates[0]!.name}']. Others: ${listed(candidates)}.`,
  );
}

function matchesNone(
  pattern: string,
  candidates: readonly Candidate[],
  outputs: readonly Value[],
  names: ReadonlyMap<Value, string>,
) {
  const [refused] = unadaptableIn(outputs, names).filter(({ name, weightName }) => {
    return matchesPattern(pattern, weightName) || matchesPattern(pattern, name);
  });
  if (refused !== undefined) {
    return invalidModel(`lora cannot adapt ${refused.weightName}: ${refused.why}.`, refused.hint);
  }
  const others = walk(outputs).parameters.filter(({ name }) => matchesPattern(pattern, name));
  if (others.length > 0) {
    return invalidModel(
      `The target "${pattern}" of lora matches ${others[0]!.name}, which is not the weight of a MatMul, Gemm, Conv without groups, or Gather.`,
      'Train it as a whole: also.',
    );
  }
  return invalidModel(
    `The target "${pattern}" of lora matches no weight of the model.`,
    `${hintFor(pattern, candidates)} * matches any characters.`,
  );
}

function hintFor(pattern: string, candidates: readonly Candidate[]): string {
  const text = pattern.replaceAll('*', '').toLowerCase();
  const inside = candidates.filter(({ name }) => name.toLowerCase().includes(text));
  if (text !== '' && inside.length > 0) return `Did you mean "*${text}*", which matches ${listed(inside)}?`;
  const near = [...candidates].sort((a, b) => distanceTo(text, a.name) - distanceTo(text, b.name));
  return `Similar names are ${listed(near)}.`;
}

/** The smallest number of edits that make `text` a part of `name` (Sellers, 1980). */
function distanceTo(text: string, name: string): number {
  let row = new Array<number>(name.length + 1).fill(0);
  for (const [at, letter] of [...text].entries()) {
    const next = [at + 1];
    for (let column = 1; column <= name.length; column++) {
      const same = name[column - 1]!.toLowerCase() === letter ? 0 : 1;
      next.push(Math.min(row[column - 1]! + same, row[column]! + 1, next[column - 1]! + 1));
    }
    row = next;
  }
  return Math.min(...row);
}

function listed(candidates: readonly Candidate[]): string {
  const shown = candidates.slice(0, maxListed).map(({ name }) => name);
  const more = candidates.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
