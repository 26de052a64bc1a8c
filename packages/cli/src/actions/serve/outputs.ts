import { type Batch, elements, ForgeError, type TensorData } from '@forge-ml/core';
import { numbersIn } from '@forge-ml/core/cli';

/**
 * The outputs of a batch, example by example, as nested lists. Numbers that are not finite become null, as JSON has none.
 * @throws ForgeError ABILITY_MISSING for an output without a dimension of examples
 */
export function outputsOfExamples(outputs: Batch, count: number): Record<string, unknown>[] {
  const examples = Array.from({ length: count }, (): Record<string, unknown> => ({}));
  for (const [name, output] of Object.entries(outputs)) {
    if (output.shape[0] !== count) throw withoutExamples(name, output, count);
    const values = valuesOf(output);
    const shape = output.shape.slice(1);
    const size = values.length / count;
    for (let at = 0; at < count; at++) examples[at]![name] = nested(values, shape, at * size, size);
  }
  return examples;
}

/** Integers beyond 2^53 become text, since most readers of JSON would round them. */
function valuesOf(output: TensorData): readonly unknown[] {
  const { dtype } = output;
  if (dtype === 'int64' || dtype === 'uint64') {
    return Array.from(elements(output) as BigInt64Array, (value) => {
      const number = Number(value);
      return Number.isSafeInteger(number) ? number : String(value);
    });
  }
  const numbers = numbersIn(output, 0, Number.POSITIVE_INFINITY);
  return dtype === 'bool' ? numbers.map((value) => value !== 0) : numbers;
}

function nested(values: readonly unknown[], shape: readonly number[], from: number, size: number): unknown {
  if (shape.length === 0) return values[from];
  if (shape.length === 1) return values.slice(from, from + size);
  const [first, ...rest] = shape as [number, ...number[]];
  return Array.from({ length: first }, (_, at) => nested(values, rest, from + (at * size) / first, size / first));
}

function withoutExamples(name: string, { shape }: TensorData, count: number): ForgeError {
  const message = `The output "${name}" has the shape [${shape.join(', ')}], without a dimension of the ${count} examples.`;
  return new ForgeError('ABILITY_MISSING', message, {
    about: name,
    hint: 'Serve a model whose outputs have the examples first.',
  });
}
