import type { ParameterValue, Value } from '@forge-ml/onnx/graph';
import { parameter, walk } from '@forge-ml/onnx/graph';
import { type Trainable, trainedNames } from './trainable.js';

/** A model's parameters for fine-tuning, and which values of the file's graph they replace. */
export interface OwnParameters {
  readonly all: ReadonlySet<ParameterValue>;
  readonly replacements: ReadonlyMap<Value, ParameterValue>;
  /** Running means of batch norms outside of loops and branches: those that training updates. */
  readonly runningMeans: ReadonlySet<ParameterValue>;
  /** Running means and variances of batch norms; and of those whose scale or bias is trained. */
  readonly statistics: ReadonlySet<ParameterValue>;
  readonly trainedStatistics: ReadonlySet<ParameterValue>;
}

/**
 * Freezes and unfreezes parameters. Where several batch norms read one parameter through Identity nodes, as PyTorch
 * writes equal tensors, each batch norm gets its own copy, by the name in the file.
 * @param option the name of the option that has the patterns, for messages
 * @throws ForgeError MODEL_INVALID for a pattern that matches none.
 */
export function ownParameters(
  outputs: Iterable<Value>,
  fromFile: Iterable<ParameterValue>,
  names: ReadonlyMap<string, Value>,
  wanted: Trainable | undefined,
  option = 'trainable',
): OwnParameters {
  const { nodes, parameters } = walk(outputs);
  const nameOf = new Map([...names].map(([name, value]) => [value, name]));
  const used = new Set(parameters);
  const replacements = new Map<Value, { source: ParameterValue; name: string; trainable: boolean }>();
  for (const source of fromFile) {
    if (used.has(source)) replacements.set(source, { source, name: source.name, trainable: source.trainable });
  }
  const norms = nodes.filter(({ op, domain }) => op === 'BatchNormalization' && domain === '');
  for (const { inputs } of norms) {
    for (const [at, value] of inputs.entries()) {
      const source = at > 0 && value ? behindIdentity(value) : undefined;
      if (!value || !source) continue;
      const name = source === value ? source.name : (nameOf.get(value) ?? source.name);
      // Running statistics are the last two.
      replacements.set(value, { source, name, trainable: source.trainable && at < 3 });
    }
  }
  const candidates = [...replacements.values()].filter((one) => one.trainable).map(({ name }) => name);
  const trained = trainedNames([...new Set(candidates)], wanted, option);
  const made = new Map<Value, ParameterValue>();
  for (const [value, { source, name, trainable }] of replacements) {
    made.set(value, parameter(name, source.initial, { trainable: trainable && trained.has(name) }));
  }
  const statistics = norms.map(({ inputs }) => inputs.slice(3).flatMap((value) => (value && made.get(value)) || []));
  const trainedNorms = norms.flatMap(({ inputs }, at) => {
    return inputs.slice(1, 3).some((value) => value && made.get(value)?.trainable) ? statistics[at]! : [];
  });
  return {
    all: new Set(made.values()),
    replacements: made,
    runningMeans: new Set(statistics.flatMap(([mean]) => mean ?? [])),
    statistics: new Set(statistics.flat()),
    trainedStatistics: new Set(trainedNorms),
  };
}

/** The parameter that a value is, behind Identity nodes. */
function behindIdentity(value: Value): ParameterValue | undefined {
  let source: Value | null | undefined = value;
  while (source?.kind === 'node' && source.node.op === 'Identity') source = source.node.inputs[0];
  return source?.kind === 'parameter' ? source : undefined;
}
