import { ForgeError } from '../errors/forge-error.js';
import type { Count } from '../schema/count.js';
import { invalidField } from '../schema/file-check.js';
import { isPreparationFile } from '../schema/file-checks.generated.js';
import type { FittedArray } from './fitted-array.js';
import type { CellType } from './fitted-column.js';
import { FittedPreparation } from './fitted-preparation.js';
import { type StepKind, stepKinds } from './step-kinds.js';
import type { FittedStep, Json, PlannedStep } from './steps/step.js';

/** A step with its options and what it learned from the training rows. */
export interface StoredStep {
  /** `standardize`, `oneHot`, …: see docs/preprocessing.md. */
  readonly kind: string;
  readonly version: Count;
  readonly options: unknown;
  /** null where it learns nothing. */
  readonly state: unknown;
}

export interface StoredColumn {
  /** The raw column that it reads. */
  readonly source: string;
  /** What its cells are in the training rows. */
  readonly cells: CellType;
  readonly steps: readonly StoredStep[];
}

export interface StoredArray {
  readonly name: string;
  /** Whether the columns are joined into one vector. */
  readonly joined: boolean;
  readonly columns: readonly StoredColumn[];
  /** Whether it is what the model predicts. */
  readonly target: boolean;
  /** The outputs of the model in its units; null for that of its name, or the only one. */
  readonly outputs: readonly string[] | null;
}

/** The content of `preprocessing/<name>.json`: how raw rows become the arrays of the model. */
export interface PreparationFile {
  readonly kind: 'preparation';
  readonly version: 1;
  readonly name: string;
  /** The training rows that it was fitted on. */
  readonly rows: Count;
  readonly arrays: readonly StoredArray[];
  /** Other conversions of the rows, which only the run's code can make: then raw rows cannot be predicted. */
  readonly conversions: readonly string[];
  /** How the training file was read, for files to predict; null where the rows are of no file. */
  readonly source: StoredSource | null;
}

/** A reader and those of its options that are plain data. */
export interface StoredSource {
  readonly format: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** Preprocessing as a run stores it. */
export interface StoredPreparation {
  readonly fitted: FittedPreparation;
  readonly conversions: readonly string[];
  readonly source: StoredSource | null;
}

export function encodePreparation({ fitted, conversions, source }: StoredPreparation): PreparationFile {
  const { name, rows, arrays } = fitted;
  const encoded = arrays.map(({ name, joined, columns, isTarget, outputs }) => ({
    name,
    joined,
    columns: columns.map(({ source, cells, steps }) => ({ source, cells, steps: steps.map(encodeStep) })),
    target: isTarget,
    outputs,
  }));
  return { kind: 'preparation', version: 1, name, rows, arrays: encoded, conversions, source };
}

function encodeStep({ step, options, state }: FittedStep): StoredStep {
  return { kind: step.kind, version: step.version, options, state };
}

/**
 * Reads parsed JSON, which may be anyone's.
 * @param file its path, for messages
 * @param further the steps of plugins by their kind
 * @throws ForgeError RUN_INVALID naming the file and what is wrong with it
 */
export function decodePreparation(
  value: Record<string, unknown>,
  file: string,
  further: ReadonlyMap<string, PlannedStep['step']> = new Map(),
): StoredPreparation {
  if (value.kind !== 'preparation' || value.version !== 1) {
    throw invalid(
      file,
      `has kind ${JSON.stringify(value.kind)}, version ${JSON.stringify(value.version)}; this Forge reads kind "preparation", version 1`,
    );
  }
  const field = invalidField(isPreparationFile, value);
  if (field !== undefined) throw invalid(file, `has an invalid "${field}"`);
  const { name, rows, arrays, conversions, source } = value as unknown as PreparationFile;
  const decoded = arrays.map((array): FittedArray => {
    const { joined, columns, target, outputs } = array;
    if (array.name === '__proto__') throw invalid(file, 'has an array called "__proto__"');
    if (columns.length === 0 || (!joined && columns.length > 1))
      throw invalid(file, `has no columns for "${array.name}"`);
    const fitted = columns.map(({ source, cells, steps }) => ({
      source,
      cells,
      steps: steps.map((step) => decodeStep(step, file, further)),
    }));
    if (fitted.some(({ steps }) => steps.length === 0)) throw invalid(file, `has no steps for "${array.name}"`);
    return { name: array.name, joined, columns: fitted, isTarget: target, outputs };
  });
  return { fitted: new FittedPreparation(name, rows, decoded), conversions, source };
}

/** The kinds of steps in a file that are not Forge's own: a plugin provides them. */
export function furtherKinds(value: Readonly<Record<string, unknown>>): readonly string[] {
  if (invalidField(isPreparationFile, value) !== undefined) return [];
  const { arrays } = value as unknown as PreparationFile;
  const kinds = arrays.flatMap(({ columns }) => columns.flatMap(({ steps }) => steps.map(({ kind }) => kind)));
  return [...new Set(kinds)].filter((kind) => !Object.hasOwn(stepKinds, kind));
}

function decodeStep(
  { kind, version, options, state }: StoredStep,
  file: string,
  further: ReadonlyMap<string, PlannedStep['step']>,
): FittedStep {
  const step = Object.hasOwn(stepKinds, kind) ? stepKinds[kind as StepKind] : further.get(kind);
  if (step === undefined) throw invalid(file, `has a step of the unknown kind "${kind}"`);
  if (step.version !== version)
    throw invalid(file, `has a step ${kind} of version ${version}; this Forge reads version ${step.version}`);
  let checked: Json;
  try {
    checked = step.options(options);
  } catch (error) {
    throw invalid(file, `has a step ${kind} with invalid options`, error);
  }
  if (!step.isState(state, checked)) throw invalid(file, `has a step ${kind} with an invalid state`);
  return { step, options: checked, state: state as Json };
}

function invalid(file: string, how: string, cause?: unknown): ForgeError {
  return new ForgeError('RUN_INVALID', `The preprocessing file ${file} ${how}.`, {
    about: file,
    hint: 'Restore it from a backup. The checkpoints of the run can be read without it.',
    ...(cause === undefined ? {} : { cause }),
  });
}
