import { ForgeError } from '../errors/forge-error.js';
import type { Row } from '../tensor/row.js';
import type { TensorData, TypedArray } from '../tensor/tensor-data.js';
import { nearestName } from '../text/flag-names.js';
import { convertArray, type FittedArray } from './fitted-array.js';
import { alsoRead, arraysOf, type CellType, widthOfColumn } from './fitted-column.js';
import type { FittedStep, Packing, PlannedStep } from './steps/step.js';

/** Named arrays of one row, without a batch dimension. */
export type PreparedRow<N extends string = string> = { readonly [Name in N]: TensorData | TypedArray | number };

/** Preprocessing that was fitted on training rows: converts raw rows to the model's arrays. */
export class FittedPreparation {
  readonly #converters: ReadonlyMap<string, ReturnType<typeof convertArray>>;

  constructor(
    readonly name: string,
    /** The training rows that it was fitted on. */
    readonly rows: number,
    readonly arrays: readonly FittedArray[],
  ) {
    this.#converters = new Map(arrays.map((array) => [array.name, convertArray(array)]));
  }

  /** All arrays of a row. @throws ForgeError DATA_INVALID naming the row and the column */
  convert(row: Row, index: number): PreparedRow {
    return this.#convert(row, index, this.arrays, false);
  }

  /** The arrays of a row that the model reads to predict: all but the targets. @throws ForgeError DATA_INVALID */
  convertInputs(row: Row, index: number): PreparedRow {
    return this.#convert(row, index, this.inputs, true);
  }

  get inputs(): readonly FittedArray[] {
    return this.arrays.filter(({ isTarget }) => !isTarget);
  }

  get targets(): readonly FittedArray[] {
    return this.arrays.filter(({ isTarget }) => isTarget);
  }

  /** The raw columns that the inputs are made of, and what their cells are. */
  get columns(): ReadonlyMap<string, CellType> {
    const columns = this.inputs.flatMap((array) => array.columns);
    return new Map(
      columns.flatMap(({ source, cells, steps }) => [
        [source, cells] as const,
        ...alsoRead(steps).map((name) => [name, cells] as const),
      ]),
    );
  }

  /** What fills the arrays that differ in length, by name. */
  get padding(): Readonly<Record<string, number>> {
    return paddingOf(this.arrays.flatMap(({ columns }) => columns.map(({ steps }) => ({ steps }))));
  }

  /** What other programs read in place of the steps that make the inputs, such as `tokenizer.json`: texts by file name. */
  get files(): Readonly<Record<string, string>> {
    const steps = this.inputs.flatMap(({ columns }) => columns.flatMap((column) => column.steps));
    return Object.assign({}, ...steps.map(({ step, options, state }) => step.files?.(options, state)));
  }

  /** The names of the classes of a `label()`, by index. */
  classes(array: string): readonly string[] {
    const { step, options, state } = this.#lastStep(array);
    const classes = step.classes?.(options, state);
    if (classes !== undefined) return classes;
    throw new ForgeError('DATA_INVALID', `The array "${array}" has no classes: its steps end in ${step.kind}().`, {
      about: array,
      hint: 'Only label() makes classes.',
    });
  }

  /**
   * How many numbers an array has in each row, of a vector; how many different numbers it may have, of a `vocabulary()`, a
   * `tokenize()` or a `label()`.
   */
  size(array: string): number {
    const found = this.#array(array);
    if (found.joined) return found.columns.reduce((sum, { steps }) => sum + (widthOfColumn(steps) ?? 0), 0);
    const { step, options, state } = this.#lastStep(array);
    return step.size?.(options, state) ?? step.classes?.(options, state).length ?? 1;
  }

  /**
   * Converts a number of an array back to the units of its column: a standardized price to dollars.
   * @param at which number of a vector. Default: 0.
   */
  inverse(array: string, at = 0): (value: number) => number {
    const inverses = this.inverses(array);
    return inverses[at % inverses.length]!;
  }

  /** The same for each number of a vector. */
  inverses(array: string): readonly ((value: number) => number)[] {
    return this.#array(array).columns.flatMap(({ steps }) => {
      const inverses = steps.flatMap(({ step, options, state }) => step.invert?.(options, state) ?? []).reverse();
      const inverse = (value: number) => inverses.reduce((x, invert) => invert(x), value);
      return new Array<typeof inverse>(Math.max(1, widthOfColumn(steps) ?? 1)).fill(inverse);
    });
  }

  #convert(row: Row, index: number, arrays: readonly FittedArray[], inputsOnly: boolean): PreparedRow {
    const prepared: Record<string, PreparedRow[string]> = {};
    for (const { name, columns } of arrays) {
      const value = this.#converters.get(name)!(row, index);
      if (typeof value === 'number' || !('arrays' in value)) {
        prepared[name] = value;
        continue;
      }
      for (const made of arraysOf(columns[0]!.steps) ?? []) {
        if (!(inputsOnly && made.isTarget)) prepared[made.name] = value.arrays[made.name]!;
      }
    }
    return prepared;
  }

  #lastStep(name: string): FittedStep {
    return this.#array(name).columns[0]!.steps.at(-1)!;
  }

  #array(name: string): FittedArray {
    const array =
      this.arrays.find((other) => other.name === name) ??
      this.arrays.find(({ columns }) => arraysOf(columns[0]!.steps)?.some((made) => made.name === name));
    if (array !== undefined) return array;
    const names = this.arrays.map((other) => other.name);
    throw new ForgeError('DATA_INVALID', `The preprocessing makes no array "${name}".`, {
      about: name,
      hint: `It makes ${names.join(', ')}.${nearestName(name, names) === undefined ? '' : ` Did you mean ${nearestName(name, names)}?`}`,
    });
  }
}

/** What `pack` writes into arrays that steps make, by name. */
export function packingOf(
  columns: readonly { readonly steps: readonly PlannedStep[] }[],
): Readonly<Record<string, Packing>> {
  const made = columns.flatMap(({ steps }) => arraysOf(steps) ?? []);
  return Object.fromEntries(made.flatMap(({ name, packed }) => (packed === undefined ? [] : [[name, packed]])));
}

/** The padding of the arrays that steps make. */
export function paddingOf(
  columns: readonly { readonly steps: readonly PlannedStep[] }[],
): Readonly<Record<string, number>> {
  const made = columns.flatMap(({ steps }) => arraysOf(steps) ?? []);
  return Object.fromEntries(made.map(({ name, pad }) => [name, pad]));
}
