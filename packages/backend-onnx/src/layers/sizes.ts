import { ForgeError, shownValue } from '@forge-ml/core/plugin';
import type { Value } from '@forge-ml/onnx/graph';
import { type Dim, describeType } from '@forge-ml/onnx/graph';

/**
 * The size of a dimension that a layer must know when the graph is built.
 * @param axis counted from the end where negative
 * @throws ForgeError MODEL_INVALID naming the layer and the type of its input.
 */
export function knownSize(layer: string, x: Value, axis: number): number {
  const size: Dim | undefined = x.shape.at(axis);
  if (typeof size === 'number') return size;
  throw new ForgeError(
    'MODEL_INVALID',
    `${layer} must know the size of dimension ${axis} of its input, which is ${describeType(x)}.`,
    { about: layer, hint: 'Reshape the input to a fixed size, or give the data that size.' },
  );
}

/** @throws ForgeError MODEL_INVALID unless the input has that many dimensions. */
export function requireRank(layer: string, x: Value, rank: number, layout: string): void {
  if (x.shape.length === rank) return;
  throw new ForgeError('MODEL_INVALID', `${layer} takes [${layout}], not ${describeType(x)}.`, {
    about: layer,
    hint: 'Reshape or transpose the input before this layer.',
  });
}

/** @throws ForgeError MODEL_INVALID unless the value is a whole number of at least `least`. */
export function requireWhole(layer: string, name: string, value: unknown, least = 1): void {
  if (Number.isSafeInteger(value) && (value as number) >= least) return;
  throw new ForgeError(
    'MODEL_INVALID',
    `${layer}: ${name} is a whole number from ${least}, not ${shownValue(value)}.`,
    {
      about: layer,
    },
  );
}
