import { matchParameters } from '@forge-ml/core/plugin';
import type { ParameterValue } from '@forge-ml/onnx/graph';
import type { Trainable } from './trainable.js';

/** Names that ask for vectors. */
const ofVectors = /bias|norm|scale|gamma|beta|(^|[._/])(bn|ln)\d*([._/]|$)/i;

/**
 * Warns of a `trainable` that catches only vectors, such as biases and norms, where it does not ask for them: exporters
 * rename matrices, so that the names of a block may be those of its vectors only.
 * @param parameters those of the model
 */
export function trainableWarnings(parameters: readonly ParameterValue[], trainable: Trainable | undefined): string[] {
  if (trainable === undefined) return [];
  const names = parameters.map(({ name }) => name);
  const isMatrix = new Map(parameters.map(({ name, shape }) => [name, shape.filter((size) => size !== 1).length > 1]));
  const matrices = names.filter((name) => isMatrix.get(name));
  const warningOf = (what: string, caught: readonly string[]): string[] => {
    if (caught.length === 0 || matrices.length === 0 || caught.some((name) => isMatrix.get(name))) return [];
    const some = caught.slice(0, 3).join(', ') + (caught.length > 3 ? ', …' : '');
    const others = matrices.slice(0, 3).join(', ') + (matrices.length > 3 ? ', …' : '');
    return [
      `${what} matches no matrix, only ${some}: exporters rename matrices. Those of the model are ${others}; forge onnx show lists all.`,
    ];
  };
  if (typeof trainable === 'function')
    return warningOf(
      'trainable',
      names.filter((name) => trainable(name)),
    );
  return trainable
    .filter((pattern) => !ofVectors.test(pattern))
    .flatMap((pattern) => {
      return warningOf(`trainable's pattern "${pattern}"`, [...matchParameters('trainable', [pattern], names)]);
    });
}
