import { ForgeError } from '../errors/forge-error.js';
import type { Row } from '../tensor/row.js';
import { nearestName } from '../text/flag-names.js';
import { describeCell } from './steps/describe-cell.js';
import {
  type FittedStep,
  type MadeArray,
  type NamedArrays,
  type PlannedStep,
  type Value,
  ValueProblem,
  type ValueType,
} from './steps/step.js';

/** What the cells of a column are in the training rows: `mixed` for several types, or none but missing ones. */
export type CellType = 'number' | 'string' | 'boolean' | 'array' | 'mixed';

/** A column with its steps, fitted. */
export interface FittedColumn {
  /** The raw column that it reads. */
  readonly source: string;
  /** How a file is to be read, so that its cells are as the training rows'. */
  readonly cells: CellType;
  readonly steps: readonly FittedStep[];
}

/** A function over values, and whether it gets missing ones. */
interface ValueFunction {
  readonly takesMissing: boolean;
  readonly convert: (value: Value, further: readonly Value[]) => Value | NamedArrays;
}

/**
 * The steps of a column as one function. Missing values pass the steps that do not take them.
 * @param then applied after the steps
 * @throws from the function: ForgeError DATA_INVALID naming the row and the column
 */
export function convertColumn(
  source: string,
  steps: readonly FittedStep[],
  ...then: readonly ValueFunction[]
): (row: Row, index: number) => Value | NamedArrays {
  const ofSteps = steps.map(({ step, options, state }) => {
    return { takesMissing: step.takesMissing === true, convert: step.convert(options, state) };
  });
  const functions = [...ofSteps, ...then].map(({ takesMissing, convert }) => {
    return takesMissing
      ? convert
      : (value: Value, further: readonly Value[]) => (value === null ? null : convert(value, further));
  });
  const also = alsoRead(steps);
  return (row, index) => {
    let value: Value | NamedArrays = cellOf(row, source, index);
    const further = also.map((name) => cellOf(row, name, index));
    try {
      for (const convert of functions) value = convert(value as Value, further);
    } catch (error) {
      if (error instanceof ValueProblem) throw badValue(source, row, index, error.message, error.hint);
      throw error;
    }
    return value;
  };
}

/** The further columns that the steps of a column read. */
export function alsoRead(steps: readonly PlannedStep[]): readonly string[] {
  return steps[0]?.step.also?.(steps[0].options) ?? [];
}

/** The arrays that the steps of a column make, if they make several. */
export function arraysOf(steps: readonly PlannedStep[]): readonly MadeArray[] | undefined {
  const last = steps.at(-1);
  return last?.step.arrays?.(last.options);
}

/** The value of a column, missing ones as null. @throws ForgeError DATA_INVALID where the row has no such column */
function cellOf(row: Row, source: string, index: number): Value {
  const value = row[source];
  if (value === undefined && !Object.hasOwn(row, source)) throw noColumn(source, row, index);
  return value === undefined || (typeof value === 'number' && Number.isNaN(value)) ? null : value;
}

export function noColumn(source: string, row: Row, index: number): ForgeError {
  const names = Object.keys(row);
  const near = nearestName(source, names);
  const has =
    names.length === 0 ? 'It is empty.' : `It has ${names.slice(0, 12).join(', ')}${names.length > 12 ? ', …' : ''}.`;
  return new ForgeError('DATA_INVALID', `Row ${index + 1} has no column "${source}".`, {
    about: source,
    hint: near === undefined ? has : `Did you mean "${near}"? ${has}`,
  });
}

export function badValue(
  source: string,
  row: Row,
  index: number,
  problem: string,
  hint = 'Correct the value, or remove the row.',
): ForgeError {
  return new ForgeError('DATA_INVALID', `Column "${source}" of row ${index + 1} ${problem}.`, {
    about: source,
    hint: `${hint} ${describeRow(row)}`,
  });
}

/** Tells which row it is: after a split or a shuffle its number is not that of the file. */
function describeRow(row: Row): string {
  const cells = Object.entries(row);
  const shown = cells.slice(0, 4).map(([name, value]) => `${name} ${describeCell(value).replace(/^the text /, '')}`);
  return `The row has ${shown.join(', ')}${cells.length > shown.length ? ', …' : ''}.`;
}

/** @throws ForgeError DATA_INVALID for a value that is still missing after all steps */
export function requireValue<V extends Value | NamedArrays>(
  value: V,
  source: string,
  row: Row,
  index: number,
): Exclude<V, null> {
  if (value !== null) return value as Exclude<V, null>;
  const hint = 'Fill it in or remove the row; or train a run with impute() in its steps.';
  throw badValue(source, row, index, 'is missing', hint);
}

/** What the steps of a column make. */
export function typeOfColumn(steps: readonly FittedStep[]): ValueType {
  let type: ValueType = 'category';
  for (const { step } of steps) type = step.gives === 'same' ? step.takes[0]! : step.gives;
  return type;
}

/** How many numbers a column makes: 1, or the length of its vector; undefined for arrays, and tokens that are not padded. */
export function widthOfColumn(steps: readonly FittedStep[]): number | undefined {
  const { step, options, state } = steps.at(-1)!;
  switch (typeOfColumn(steps)) {
    case 'number':
    case 'class':
      return 1;
    case 'vector':
      return step.size?.(options, state) ?? undefined;
    default:
      return undefined;
  }
}
