import { int } from '../../graph/ir/attributes.js';
import type { Value } from '../../graph/ir/graph.js';
import { indices, scalar } from '../../graph/ir/values.js';
import type { NodeRequest } from '../../graph/make-node.js';
import { attributeOf, type Upgrade, without } from './upgrade-rule.js';

/** Makes an input from a former attribute; null where that was omitted. */
type Maker = (node: NodeRequest) => Value | null;

function moved(before: number, names: readonly string[], ...makers: readonly Maker[]): readonly Upgrade[] {
  const change = (node: NodeRequest): NodeRequest => ({
    ...node,
    inputs: [...node.inputs.slice(0, 1), ...makers.map((make) => make(node))],
    attributes: without(node.attributes, names),
  });
  return [{ before, change }];
}

const list =
  (name: string): Maker =>
  ({ attributes }) => {
    const values = attributeOf(attributes, name, 'ints');
    return values ? indices(values) : null;
  };

/** A number of the data's own dtype. */
const number =
  (name: string, otherwise?: number): Maker =>
  ({ attributes, inputs }) => {
    const value = attributeOf(attributes, name, 'float') ?? otherwise;
    return value === undefined ? null : scalar(value, inputs[0]?.dtype);
  };

const ratio: Maker = ({ attributes }) => scalar(attributeOf(attributes, 'ratio', 'float') ?? 0.5);
const count: Maker = ({ attributes }) => indices([attributeOf(attributes, 'k', 'int') ?? 0]);

const axes = (before: number): readonly Upgrade[] => moved(before, ['axes'], list('axes'));

const equalParts: Upgrade = {
  before: 18,
  change: (node) =>
    node.inputs[1] ? node : { ...node, attributes: { ...node.attributes, num_outputs: int(node.outputs ?? 1) } },
};
const givenParts: Upgrade = {
  before: 13,
  change(node) {
    const sizes = attributeOf(node.attributes, 'split', 'ints');
    const rest = { ...node, attributes: without(node.attributes, ['split']) };
    return sizes ? { ...rest, inputs: [...node.inputs.slice(0, 1), indices(sizes)] } : equalParts.change(rest);
  },
};

/** Operators with inputs that were attributes in older opsets. */
export const attributesToInputs: Readonly<Record<string, readonly Upgrade[]>> = {
  Clip: moved(11, ['min', 'max'], number('min'), number('max')),
  Dropout: moved(12, ['ratio'], ratio),
  Pad: moved(11, ['pads', 'value'], list('pads'), number('value', 0)),
  ReduceL1: axes(18),
  ReduceL2: axes(18),
  ReduceLogSum: axes(18),
  ReduceLogSumExp: axes(18),
  ReduceMax: axes(18),
  ReduceMean: axes(18),
  ReduceMin: axes(18),
  ReduceProd: axes(18),
  ReduceSum: axes(13),
  ReduceSumSquare: axes(18),
  Slice: moved(10, ['starts', 'ends', 'axes'], list('starts'), list('ends'), list('axes')),
  Split: [givenParts, equalParts],
  Squeeze: axes(13),
  TopK: moved(10, ['k'], count),
  Unsqueeze: axes(13),
};
