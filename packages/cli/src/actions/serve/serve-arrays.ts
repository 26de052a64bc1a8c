import { type ArrayInput, type Batch, ForgeError, type TensorData } from '@forge-ml/core';
import { isTensorData, nearestName } from '@forge-ml/core/cli';
import { arrayFrom, shapeOf } from './json-array.js';
import { outputsOfExamples } from './outputs.js';
import type { Instance, ServedModel } from './served-model.js';

interface PredictsArrays {
  predict(inputs: Readonly<Record<string, ArrayInput>>): Promise<Batch>;
}

/** An array that a model may read: of a batch, examples first. A size that varies has a name. */
export interface ArrayType {
  readonly dtype: string;
  readonly shape: readonly (number | string)[];
}

/** An example of more numbers is not shown. */
const longestExample = 100;

/**
 * Serves a model that takes arrays, without a dimension of examples.
 * @param inputs the arrays that the model reads, or may read
 * @param areAllRead whether it reads each of them
 */
export function serveArrays(
  model: PredictsArrays,
  inputs: Readonly<Record<string, ArrayType>>,
  areAllRead: boolean,
): Pick<ServedModel, 'takes' | 'inputs' | 'example' | 'keyOf' | 'predict'> {
  const types = Object.entries(inputs).map(([name, { dtype, shape }]) => ({ name, dtype, shape: shape.slice(1) }));
  const names = types.map(({ name }) => name);
  const arraysOf = (instance: Instance, number: number): Readonly<Record<string, unknown>> => {
    const isNamed = typeof instance === 'object' && instance !== null && !Array.isArray(instance);
    if (isNamed) return instance as Readonly<Record<string, unknown>>;
    if (names.length === 1) return { [names[0]!]: instance };
    throw notNamed(number, names);
  };
  return {
    takes: 'arrays',
    inputs: types.map(({ name, dtype, shape }) => ({ name, type: `${dtype}[${shape.join(', ')}]` })),
    example: Object.fromEntries(types.map(({ name, shape }) => [name, exampleOf(shape)])),
    keyOf(instance, number) {
      const arrays = Object.entries(arraysOf(instance, number));
      return JSON.stringify(
        arrays.map(([name, value]) => [name, isEncoded(value) ? value.shape : shapeOf(name, value)]).sort(),
      );
    },
    async predict(instances, first) {
      const examples = instances.map((instance, index) => arraysOf(instance, first + index));
      const given = areAllRead ? names : Object.keys(examples[0]!);
      const batch: Record<string, ArrayInput> = {};
      for (const name of given) {
        const values = examples.map((example, index) => {
          if (Object.hasOwn(example, name)) return arrayFrom(name, example[name]);
          throw noArray(name, Object.keys(example), first + index);
        });
        batch[name] = values.some(isTensorData) ? stacked(name, values) : (values as ArrayInput);
      }
      return outputsOfExamples(await model.predict(batch), instances.length);
    },
  };
}

function isEncoded(value: unknown): value is { readonly shape: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Tensors of one type and shape along a new first dimension. */
function stacked(name: string, values: readonly unknown[]): TensorData {
  const [model] = values as readonly TensorData[];
  const { dtype, shape, bytes } = model!;
  const all = new Uint8Array(values.length * (bytes?.length ?? 0));
  for (const [index, value] of values.entries()) {
    if (!isTensorData(value) || value.dtype !== dtype || String(value.shape) !== String(shape)) {
      const message = `The array "${name}" differs in type or shape between examples.`;
      throw new ForgeError('DATA_INVALID', message, { about: name, hint: 'Write all of a request in the same way.' });
    }
    all.set(value.bytes, index * bytes.length);
  }
  return { dtype, shape: [values.length, ...shape], bytes: all };
}

/** Zeros of a shape, open sizes as 2; undefined if they are too many to show. */
function exampleOf(shape: readonly (number | string)[]): unknown {
  const sizes = shape.map((size) => (typeof size === 'number' ? size : 2));
  if (sizes.reduce((product, size) => product * size, 1) > longestExample) return null;
  return sizes.reduceRight<unknown>((inner, size) => Array.from({ length: size }, () => inner), 0);
}

function notNamed(number: number, names: readonly string[]): ForgeError {
  const message = `Example ${number} is not an object with an array for each input.`;
  return new ForgeError('DATA_INVALID', message, { about: 'instances', hint: `The inputs are ${names.join(', ')}.` });
}

function noArray(name: string, given: readonly string[], number: number): ForgeError {
  const near = nearestName(name, given);
  const has = given.length === 0 ? 'It is empty.' : `It has ${given.slice(0, 12).join(', ')}.`;
  return new ForgeError('DATA_INVALID', `Example ${number} has no array "${name}".`, {
    about: name,
    hint: near === undefined ? has : `Did you mean "${near}"? ${has}`,
  });
}
