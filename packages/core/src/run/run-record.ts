import type { EngineInfo, Stats } from '../backend/backend.js';
import { bytesPerElement, type DType } from '../backend/tensor-data.js';
import { ForgeError } from '../errors/forge-error.js';
import { everyValue } from '../files/every-value.js';
import { type FormatVersion, formatVersion, isReadableVersion } from '../files/format-version.js';
import { isObject } from '../files/json-file.js';
import { decodeMetrics } from '../metrics/decode-metrics.js';
import type { Direction } from '../metrics/metric-direction.js';

/** How a run stands. `crashed` is never written: it is what a `running` run whose process is gone is shown as. */
export type RunStatus = 'running' | 'completed' | 'stopped' | 'failed';
export const runStatuses: readonly RunStatus[] = ['running', 'completed', 'stopped', 'failed'];

/** The process that last worked on a run; enough to tell whether it still does. */
export interface RunProcess {
  readonly host: string;
  readonly pid: number;
  /** Milliseconds since the Unix epoch, so that a reused pid is not taken for the same process. */
  readonly startTime: number;
  /** On Linux: pid namespace, boot and clock tick of its start, which no change of the clock alters. */
  readonly birth?: string;
}

/** The arrays of a batch, so that a model can be built again without the data. */
export type BatchSignature = Readonly<Record<string, { readonly dtype: DType; readonly shape: readonly number[] }>>;

/** Where the code stood; what was not committed is in `git.diff`. */
export interface RunGit {
  readonly commit: string | null;
  readonly branch: string | null;
  readonly dirty: boolean;
  /** What differs but is not in `git.diff`, and why. */
  readonly omitted: readonly string[];
}

/** A time the run was resumed. */
export interface RunResume {
  readonly time: string;
  readonly step: number;
  /** When the run had stopped before; of one that was killed, its last heartbeat. ISO 8601, UTC. */
  readonly stopped?: string;
  /** The number of the code it went on with, where that was corrected: see `code.<n>/`. */
  readonly code?: number;
}

/** Which sweep a run is a trial of. */
export interface RunSweep {
  readonly id: string;
  readonly trial: number;
}

/** The content of `run.json`. Fields that a later Forge adds are kept when the file is written again. */
export interface RunRecord {
  readonly formatVersion: FormatVersion;
  readonly experiment: string;
  readonly number: number;
  readonly status: RunStatus;
  /** ISO 8601, UTC. */
  readonly created: string;
  readonly ended: string | null;
  /** Why it ended: what it failed with, what stopped it, or why it was completed before its limit. */
  readonly reason: string | null;
  /** The command line, and the folder it was given in. */
  readonly command: readonly string[];
  readonly directory: string;
  readonly process: RunProcess;
  readonly host: Readonly<Record<string, string | number>>;
  readonly versions: Readonly<Record<string, string>>;
  readonly backend: { readonly name: string; readonly package: string; readonly version: string };
  readonly engine: EngineInfo;
  readonly git: RunGit | null;
  readonly batch: BatchSignature;
  readonly step: number;
  readonly epoch: number;
  readonly metrics: Readonly<Record<string, Stats>>;
  /** Each time it was resumed. */
  readonly resumes: readonly RunResume[];
  /** Which way each metric that has a direction is better, by its address: `valid.loss`. */
  readonly directions: Readonly<Record<string, Direction>>;
  /** `in-memory`: the configs were objects of a script, and the run holds no code. */
  readonly code: 'stored' | 'in-memory';
  readonly sweep: RunSweep | null;
}

/** What a run of version 1 has of the fields that it does not know. */
const sinceVersion1: Pick<RunRecord, 'directions' | 'code' | 'sweep'> = {
  directions: {},
  code: 'stored',
  sweep: null,
};

/**
 * Checks what `run.json` holds. A record of version 1 comes as one of the present version.
 * @throws ForgeError RUN_INVALID naming the file and the field that is not what Forge writes.
 */
export function checkRunRecord(value: Readonly<Record<string, unknown>>, file: string): RunRecord {
  if (!isReadableVersion(value.formatVersion)) {
    const version = JSON.stringify(value.formatVersion);
    throw invalid(file, `has format version ${version}; this Forge reads versions 1 to ${formatVersion}`);
  }
  if (value.formatVersion === 1) return checkRunRecord({ ...value, ...sinceVersion1, formatVersion }, file);
  const metrics = decodeMetrics(value.metrics);
  const checks: Readonly<Record<keyof RunRecord, boolean>> = {
    formatVersion: true,
    experiment: typeof value.experiment === 'string',
    number: isCount(value.number),
    status: runStatuses.includes(value.status as RunStatus),
    created: typeof value.created === 'string',
    ended: value.ended === null || typeof value.ended === 'string',
    reason: value.reason === null || typeof value.reason === 'string',
    command: Array.isArray(value.command) && value.command.every((word) => typeof word === 'string'),
    directory: typeof value.directory === 'string',
    process: isRunProcess(value.process),
    host: isObject(value.host) && everyValue(value.host, isTextOrNumber),
    versions: isTexts(value.versions),
    backend:
      isObject(value.backend) && typeof value.backend.name === 'string' && typeof value.backend.package === 'string',
    engine: isEngine(value.engine),
    git: value.git === null || isGit(value.git),
    batch: isObject(value.batch) && everyValue(value.batch, isArraySignature),
    step: isCount(value.step),
    epoch: isCount(value.epoch),
    metrics: metrics !== undefined,
    resumes: Array.isArray(value.resumes) && value.resumes.every(isResume),
    directions: isObject(value.directions) && everyValue(value.directions, isDirection),
    code: value.code === 'stored' || value.code === 'in-memory',
    sweep: value.sweep === null || isSweep(value.sweep),
  };
  const unsound = Object.values(checks).indexOf(false);
  if (unsound >= 0) throw invalid(file, `has no sound "${Object.keys(checks)[unsound]}"`);
  return (metrics === value.metrics ? value : { ...value, metrics }) as unknown as RunRecord;
}

function isArraySignature(array: unknown): boolean {
  return (
    isObject(array) &&
    Object.hasOwn(bytesPerElement, String(array.dtype)) &&
    Array.isArray(array.shape) &&
    array.shape.every(isCount)
  );
}

/** Whether a value of a file says which process it was. */
export function isRunProcess(value: unknown): value is RunProcess {
  if (!isObject(value) || typeof value.host !== 'string' || !isCount(value.pid)) return false;
  return typeof value.startTime === 'number' && (value.birth === undefined || typeof value.birth === 'string');
}

function isEngine(value: unknown): boolean {
  if (!isObject(value) || typeof value.engine !== 'string' || !isTexts(value.versions)) return false;
  const { settings = {} } = value;
  return isObject(settings) && everyValue(settings, isSetting);
}

function isSetting(value: unknown): boolean {
  return isTextOrNumber(value) || typeof value === 'boolean' || value === null;
}

function isGit(value: unknown): boolean {
  if (!isObject(value) || ![value.commit, value.branch].every((text) => text === null || typeof text === 'string')) {
    return false;
  }
  return Array.isArray(value.omitted) && value.omitted.every((text) => typeof text === 'string');
}

function isResume(value: unknown): boolean {
  if (!isObject(value) || typeof value.time !== 'string' || !isCount(value.step)) return false;
  if (value.stopped !== undefined && typeof value.stopped !== 'string') return false;
  return value.code === undefined || isCount(value.code);
}

function isDirection(value: unknown): boolean {
  return value === 'min' || value === 'max';
}

function isSweep(value: unknown): boolean {
  return isObject(value) && typeof value.id === 'string' && isCount(value.trial);
}

function isTexts(value: unknown): boolean {
  return isObject(value) && everyValue(value, isText);
}

function isTextOrNumber(value: unknown): boolean {
  return isText(value) || isNumber(value);
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number';
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function invalid(file: string, how: string): ForgeError {
  return new ForgeError('RUN_INVALID', `The run file ${file} ${how}.`, {
    about: file,
    hint: 'Restore it from a copy; the checkpoints beside it are whole and can be read on their own.',
  });
}
