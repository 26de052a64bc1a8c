import { type FittedPreparation, ForgeError, type LoadedRun, type Row } from '@forge-ml/core';
import { toTensor } from '@forge-ml/core/cli';
import { arrayFrom, shapeOf } from './json-array.js';
import type { Instance, ServedModel } from './served-model.js';

const typeNames = { number: 'number', string: 'text', boolean: 'true or false', array: 'array', mixed: 'any' } as const;
const exampleCells = { number: 1, string: 'text', boolean: true, array: [[[0]]], mixed: 'text' } as const;

/** Serves a model that takes raw rows: the run's preprocessing makes the arrays. */
export function serveRows(
  model: Pick<LoadedRun, 'predictRows'>,
  preparation: FittedPreparation,
): Pick<ServedModel, 'takes' | 'inputs' | 'example' | 'keyOf' | 'predict'> {
  const columns = [...preparation.columns];
  const arrays = columns.filter(([, cells]) => cells === 'array').map(([name]) => name);
  return {
    takes: 'rows',
    inputs: columns.map(([name, cells]) => ({ name, type: typeNames[cells] })),
    example: Object.fromEntries(columns.map(([name, cells]) => [name, exampleCells[cells]])),
    keyOf: () => '',
    predict: (instances, first) => {
      const rows = instances.map((instance, index) => rowFrom(instance, arrays, first + index));
      return model.predictRows(rows, { first });
    },
  };
}

function rowFrom(instance: Instance, arrays: readonly string[], number: number): Row {
  if (typeof instance !== 'object' || instance === null || Array.isArray(instance)) {
    throw new ForgeError('DATA_INVALID', `Row ${number} is not an object with a value for each column.`, {
      about: 'instances',
      hint: 'GET / shows the columns, and an example.',
    });
  }
  const row = instance as Record<string, Row[string]>;
  if (!arrays.some((name) => Object.hasOwn(row, name))) return row;
  const converted = { ...row };
  for (const name of arrays) {
    if (!Object.hasOwn(row, name)) continue;
    shapeOf(name, row[name]);
    const array = arrayFrom(name, row[name]);
    converted[name] = (Array.isArray(array) ? toTensor(name, array) : array) as Row[string];
  }
  return converted;
}
