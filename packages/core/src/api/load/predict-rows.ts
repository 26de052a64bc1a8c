import { type Outputs, outputTensors } from '../../data/output-tensor.js';
import { stack } from '../../data/stack.js';
import { checkOptions } from '../../errors/check-options.js';
import { ForgeError } from '../../errors/forge-error.js';
import type { PredictedRow, PredictRowsOptions } from '../../plugins/contract/loaded-run.js';
import type { FittedPreparation } from '../../preprocessing/fitted-preparation.js';
import type { Row } from '../../tensor/row.js';
import { type Batch, tensor } from '../../tensor/tensor-data.js';
import type { StoredPreparations } from '../data/preparations.js';
import { predictedRows } from './predicted-rows.js';

/**
 * Predicts raw rows with the preprocessing that a run stores.
 * @throws ForgeError DATA_INVALID naming the row and the column; ABILITY_MISSING where the run has no preprocessing, or its
 * code converts the rows further
 */
export async function predictRows(
  stored: StoredPreparations,
  rows: readonly Row[],
  predict: (inputs: Batch) => Batch | Promise<Batch>,
  options: PredictRowsOptions = {},
): Promise<PredictedRow[]> {
  checkOptions(options, ['first'], { of: 'predictRows(rows, options)' });
  const first = (options.first ?? 1) - 1;
  const preparation = onlyPreparation(stored);
  if (!Array.isArray(rows)) throw notRows();
  if (rows.length === 0) return [];
  const examples = rows.map((row, index) => {
    if (typeof row !== 'object' || row === null) throw notRows();
    return preparation.convertInputs(row, first + index);
  });
  const outputs: Outputs = outputTensors(await predict(stack(padTokens(examples, preparation.padding), first)));
  return predictedRows(outputs, preparation, rows.length);
}

/** The preprocessing of a run that stores one. */
export function theOnly(stored: StoredPreparations): FittedPreparation | null {
  const [preparation] = stored.values();
  return preparation === undefined || stored.size > 1 ? null : preparation.fitted;
}

/** The preprocessing of a run that takes raw rows. @throws ForgeError ABILITY_MISSING */
export function onlyPreparation(stored: StoredPreparations): FittedPreparation {
  const [preparation, ...others] = stored.values();
  if (preparation === undefined || others.length > 0) {
    const what = preparation === undefined ? 'stores no preprocessing' : 'stores several preprocessings';
    throw new ForgeError('ABILITY_MISSING', `The run ${what}, so it cannot predict raw rows.`, {
      about: 'preprocessing',
      hint: 'Give arrays as the model reads them, or train a run whose data config calls prepare({ … }).',
    });
  }
  const { conversions, fitted } = preparation;
  if (conversions.length > 0) {
    throw new ForgeError(
      'ABILITY_MISSING',
      `The data config converts rows with ${conversions.join(', ')}, which is not stored with the preprocessing.`,
      {
        about: conversions[0]!,
        hint: 'Use only steps of prepare({ … }) to convert them, or give arrays as the model reads them.',
      },
    );
  }
  return fitted;
}

/** Tokens of different lengths are padded to the longest: as the step says, those of `tokenize({ pad: false })` with 0. */
function padTokens(
  examples: ReturnType<FittedPreparation['convertInputs']>[],
  padding: Readonly<Record<string, number>>,
) {
  const longest = new Map<string, number>();
  for (const example of examples) {
    for (const [name, value] of Object.entries(example)) {
      if (value instanceof Int32Array) longest.set(name, Math.max(longest.get(name) ?? 0, value.length));
    }
  }
  return examples.map((example) => {
    const padded = Object.entries(example).map(([name, value]) => {
      if (!(value instanceof Int32Array)) return [name, value] as const;
      const out = new Int32Array(longest.get(name)!).fill(padding[name] ?? 0);
      out.set(value);
      return [name, tensor(out)] as const;
    });
    return Object.fromEntries(padded);
  });
}

function notRows(): ForgeError {
  return new ForgeError('DATA_INVALID', 'predictRows takes a list of rows: objects with a value for each column.', {
    about: 'rows',
    hint: 'For example predictRows([{ age: 41, plan: "basic" }]).',
  });
}
