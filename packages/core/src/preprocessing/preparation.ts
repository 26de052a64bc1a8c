import { checkOptions } from '../errors/check-options.js';
import { ForgeError } from '../errors/forge-error.js';
import { isObject } from '../json/is-object.js';
import type { Row } from '../tensor/row.js';
import { ColumnPlan } from './column-plan.js';
import type { FittedArray } from './fitted-array.js';
import { arraysOf, type CellType, convertColumn } from './fitted-column.js';
import { FittedPreparation, packingOf, paddingOf } from './fitted-preparation.js';
import {
  type FittedStep,
  type Fitting,
  type Json,
  type Packing,
  type PlannedStep,
  type Value,
  ValueProblem,
} from './steps/step.js';

/**
 * The arrays of the model by name, each made of one column, or of several that are joined into one vector:
 * `{ x: { age: impute().standardize(), plan: oneHot() }, churned: label() }`.
 */
export type ArrayPlans = Readonly<Record<string, ColumnPlan | Readonly<Record<string, ColumnPlan>>>>;

export interface PrepareOptions {
  /** The name of its file in the run, `preprocessing/<name>.json`. Default: `inputs`. */
  readonly name?: string;
}

/** The names of the arrays that plans make: their own, or those that a step `makes`. */
export type ArrayNames<A extends ArrayPlans> = {
  [K in keyof A]: A[K] extends { readonly makes: infer N extends string } ? N : K & string;
}[keyof A];

/** Reads the training rows. */
export interface TrainingRows {
  (columns: readonly string[]): AsyncIterable<Row>;
  /** How many there are; undefined where that is unknown, or they are not open yet. */
  count?(): number | undefined;
}

interface PlannedArray {
  readonly name: string;
  readonly joined: boolean;
  readonly columns: readonly { readonly source: string; readonly plan: ColumnPlan }[];
}

/** Steps that convert raw rows, fitted on the training rows once, or restored from a run. */
export class Preparation<N extends string = string> {
  readonly name: string;
  readonly #arrays: readonly PlannedArray[];
  readonly #rows: TrainingRows;
  #fitting: Promise<FittedPreparation> | undefined;
  #fitted: FittedPreparation | undefined;

  /**
   * @param rows the training rows, of which it needs these columns
   * @throws ForgeError DATA_INVALID, OPTION_UNKNOWN for plans that cannot make arrays
   */
  constructor(plans: ArrayPlans, rows: TrainingRows, options: PrepareOptions = {}) {
    checkOptions(options, ['name'], { of: 'prepare(arrays, options)' });
    this.name = checkName(options.name ?? 'inputs');
    this.#arrays = plannedArrays(plans);
    checkNames(this.#arrays);
    this.#rows = rows;
  }

  /** What it learned; undefined before it is fitted or restored. */
  get fitted(): FittedPreparation | undefined {
    return this.#fitted;
  }

  /** Fits it once: one pass over the training rows for each step of the longest column that learns. */
  fit(): Promise<FittedPreparation> {
    this.#fitting ??= this.#fitNow().catch((error: unknown) => {
      this.#fitting = undefined;
      throw error;
    });
    return this.#fitting;
  }

  /**
   * Takes what a run learned, instead of fitting.
   * @param where the file, for messages
   * @throws ForgeError DATA_INVALID if the steps or their options are other ones
   */
  restore(fitted: FittedPreparation, where: string): void {
    const [planned, stored] = [this.#arrays.map(describePlan), fitted.arrays.map(describeFitted)];
    const different = planned.findIndex((plan, index) => plan !== stored[index]);
    if (different >= 0 || planned.length !== stored.length) {
      const name = (this.#arrays[different] ?? fitted.arrays[planned.length])!.name;
      throw new ForgeError('DATA_INVALID', `The preprocessing of the array "${name}" is another than in ${where}.`, {
        about: name,
        hint: 'Start a new run, or use the steps that the run was trained with.',
      });
    }
    this.#fitted = fitted;
    this.#fitting = Promise.resolve(fitted);
  }

  /** What fills the arrays that differ in length, by name. Known before it is fitted. */
  get padding(): Readonly<Record<string, number>> {
    return paddingOf(this.#arrays.flatMap(({ columns }) => columns.map(({ plan }) => ({ steps: plan.steps }))));
  }

  /** What `pack` writes into arrays, by name: see `MadeArray`. */
  get packing(): Readonly<Record<string, Packing>> {
    return packingOf(this.#arrays.flatMap(({ columns }) => columns.map(({ plan }) => ({ steps: plan.steps }))));
  }

  /** How many training rows there are now: others than it was fitted on, if it was restored and the data changed. */
  get trainingRows(): number | undefined {
    return this.#rows.count?.();
  }

  /** The names of the classes of a `label()`, by index. */
  classes(array: N): readonly string[] {
    return this.#required().classes(array);
  }

  /** See `FittedPreparation.size`. */
  size(array: N): number {
    return this.#required().size(array);
  }

  /** See `FittedPreparation.inverse`. */
  inverse(array: N, at?: number): (value: number) => number {
    return this.#required().inverse(array, at);
  }

  #required(): FittedPreparation {
    if (this.#fitted !== undefined) return this.#fitted;
    throw new ForgeError('USAGE', 'The preprocessing is not fitted yet.', {
      about: this.name,
      hint: 'In a data config, read its sizes and classes in the model config. In a script, await data.train.open() first.',
    });
  }

  async #fitNow(): Promise<FittedPreparation> {
    const columns = this.#arrays.flatMap((array) =>
      array.columns.map(({ source, plan }) => new FittingColumn(source, plan)),
    );
    let rows = 0;
    for (let first = true; ; first = false) {
      const learning = columns.filter((column) => column.startNext());
      if (learning.length === 0 && !first) break;
      rows = 0;
      for await (const row of this.#rows(learning.map(({ source }) => source))) {
        if (first) for (const column of columns) column.see(row);
        for (const column of learning) column.add(row, rows);
        rows++;
      }
      if (rows === 0) throw noTrainingRows();
      for (const column of learning) column.end();
    }
    let next = 0;
    const arrays: FittedArray[] = this.#arrays.map(({ name, joined, columns: planned }) => ({
      name,
      joined,
      columns: planned.map(({ source }) => {
        const { cells, fitted } = columns[next++]!;
        return { source, cells, steps: fitted };
      }),
      isTarget: planned.some(({ plan }) => plan.isTarget),
      outputs: planned[0]!.plan.outputs,
    }));
    this.#fitted = new FittedPreparation(this.name, rows, arrays);
    return this.#fitted;
  }
}

/** A column whose steps are fitted one after the other. */
class FittingColumn {
  readonly fitted: FittedStep[] = [];
  #cells: CellType | undefined;
  #fitting: Fitting<Json> | undefined;
  #learn: ReturnType<typeof convertColumn> | undefined;

  constructor(
    readonly source: string,
    readonly plan: ColumnPlan,
  ) {}

  /** Starts the next step that learns. @returns whether there is one */
  startNext(): boolean {
    for (;;) {
      const next = this.plan.steps[this.fitted.length];
      if (next === undefined) return false;
      if (next.step.fit !== undefined) {
        const fitting = next.step.fit(next.options);
        const learn = (value: Value) => {
          fitting.add(value);
          return null;
        };
        this.#fitting = fitting;
        this.#learn = convertColumn(this.source, this.fitted, {
          takesMissing: next.step.takesMissing === true,
          convert: learn,
        });
        return true;
      }
      this.fitted.push({ ...next, state: null });
    }
  }

  get cells(): CellType {
    return this.#cells ?? 'mixed';
  }

  see(row: Row): void {
    const value = row[this.source];
    if (value === null || value === undefined) return;
    const type = typeof value === 'object' ? 'array' : (typeof value as CellType);
    this.#cells = this.#cells === undefined || this.#cells === type ? type : 'mixed';
  }

  add(row: Row, index: number): void {
    this.#learn!(row, index);
  }

  end(): void {
    const next = this.plan.steps[this.fitted.length]!;
    let state: Json;
    try {
      state = this.#fitting!.end();
    } catch (error) {
      if (error instanceof ValueProblem) throw badColumn(this.source, error.message);
      throw error;
    }
    // A state that the run could not store and read again.
    if (!next.step.isState(state, next.options)) {
      throw badColumn(this.source, `has numbers that are too large for ${next.step.kind}()`);
    }
    this.fitted.push({ ...next, state });
  }
}

function plannedArrays(plans: ArrayPlans): PlannedArray[] {
  if (!isObject(plans) || Object.keys(plans).length === 0) {
    throw new ForgeError('DATA_INVALID', 'prepare(arrays) makes no array.', {
      about: 'prepare',
      hint: 'Name the arrays: prepare({ x: { age: standardize() }, y: label() }).',
    });
  }
  return Object.entries(plans).map(([name, plan]) => {
    if (plan instanceof ColumnPlan) return { name, joined: false, columns: [plannedColumn(name, name, plan)] };
    if (!isObject(plan) || Object.keys(plan).length === 0) throw noPlan(name);
    const columns = Object.entries(plan).map(([key, part]) => {
      if (!(part instanceof ColumnPlan)) throw noPlan(`${name}.${key}`);
      return plannedColumn(`${name}.${key}`, key, part);
    });
    const input = columns.find(({ plan }) => !plan.isTarget);
    const target = columns.find(({ plan }) => plan.isTarget && plan.gives !== 'class');
    if (input !== undefined && target !== undefined) {
      throw new ForgeError(
        'DATA_INVALID',
        `The array "${name}" joins the target "${target.source}" with the input "${input.source}".`,
        { about: `${name}.${target.source}`, hint: 'Make the target an array of its own: rows to predict lack it.' },
      );
    }
    for (const { source, plan } of columns) {
      if (plan.gives === 'number' || plan.gives === 'vector') continue;
      throw new ForgeError(
        'DATA_INVALID',
        `The column "${source}" of the array "${name}" gives ${plan.gives}, which cannot be joined with others.`,
        {
          about: `${name}.${source}`,
          hint: 'Make it an array of its own, or use steps that give numbers, such as oneHot().',
        },
      );
    }
    return { name, joined: true, columns };
  });
}

/** Steps that make several arrays may make one that there is already. */
function checkNames(arrays: readonly PlannedArray[]): void {
  const names = arrays.flatMap(({ name, columns }) => {
    const made = arraysOf(columns[0]!.plan.steps);
    return made === undefined ? [name] : made.map((array) => array.name);
  });
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice === undefined) return;
  throw new ForgeError('DATA_INVALID', `prepare makes two arrays called "${twice}".`, {
    about: twice,
    hint: "Give one of them another name: tokenize(tokenizer, { arrays: { input_ids: 'answer_ids' } }).",
  });
}

function plannedColumn(place: string, key: string, plan: ColumnPlan): PlannedArray['columns'][0] {
  const gives = plan.gives;
  if (gives === undefined || gives === 'category' || gives === 'text') {
    const found = gives === undefined ? 'no steps' : 'steps that give no numbers';
    throw new ForgeError('DATA_INVALID', `"${place}" has ${found}.`, {
      about: place,
      hint: 'Add number(), oneHot(), vocabulary(), tokenize() or label().',
    });
  }
  return { source: plan.source ?? key, plan };
}

function noTrainingRows(): ForgeError {
  return new ForgeError('DATA_INVALID', 'There are no training rows to fit the preprocessing on.', {
    about: 'train',
    hint: 'Look at the rows of the file, at filter, and at the shares and groups of split.',
  });
}

function badColumn(source: string, problem: string): ForgeError {
  return new ForgeError('DATA_INVALID', `Column "${source}" ${problem}.`, {
    about: source,
    hint: 'Look at its values in the training rows. Remove the column, or begin its steps with others: impute(0), clip({ … }).',
  });
}

function noPlan(place: string): ForgeError {
  return new ForgeError('DATA_INVALID', `"${place}" is not made of steps.`, {
    about: place,
    hint: 'Give steps such as standardize() or oneHot(), or columns with steps by name.',
  });
}

/** Whether a preparation can be called so: it is the name of its file. */
export function isPreparationName(name: string): boolean {
  return /^[a-z][a-z0-9_-]{0,63}$/.test(name);
}

function checkName(name: string): string {
  if (isPreparationName(name)) return name;
  throw new ForgeError('DATA_INVALID', `The preprocessing cannot be called ${JSON.stringify(name)}.`, {
    about: 'name',
    hint: 'Use lower-case letters, digits, - and _, a letter first.',
  });
}

/** The arrays and the steps that make them, without what was learned: equal for a plan and what was fitted by it. */
function describePlan({ name, joined, columns }: PlannedArray): string {
  return describe(
    name,
    joined,
    columns.map(({ source, plan }) => ({ source, steps: plan.steps })),
  );
}

function describeFitted({ name, joined, columns }: FittedArray): string {
  return describe(name, joined, columns);
}

function describe(
  name: string,
  joined: boolean,
  columns: readonly { readonly source: string; readonly steps: readonly PlannedStep[] }[],
): string {
  const parts = columns.map(({ source, steps }) => [source, steps.map(({ step, options }) => [step.kind, options])]);
  return JSON.stringify([name, joined, parts]);
}
