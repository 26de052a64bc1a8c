import { ForgeError } from '../errors/forge-error.js';
import { type FileSummary, isChecksum, type Sha256, sha256 } from '../files/checksum.js';
import { formatVersion, isReadableVersion } from '../files/format-version.js';
import { isObject, parseJsonObject } from '../files/json-file.js';
import { encodeNumbers } from '../files/json-number.js';
import { isDeviceName } from '../files/plain-path.js';
import { decodeMetrics } from '../metrics/decode-metrics.js';
import type { CheckpointInfo } from './checkpoint-store.js';
import { damaged } from './damaged.js';

export const manifestName = 'checkpoint.json';

/** What `checkpoint.json` holds. */
export interface Manifest extends CheckpointInfo {
  /** Every other file of the checkpoint, by name. */
  readonly files: ReadonlyMap<string, FileSummary>;
}

/**
 * The manifest's text. Its last line but one is the checksum of everything before that line, so that a changed
 * manifest is known without a second file.
 */
export function encodeManifest({ files, ...info }: Manifest): string {
  const content = { formatVersion, ...info, files: Object.fromEntries(files) };
  const json = JSON.stringify(content, encodeNumbers, 2);
  const signed = `${json.slice(0, json.lastIndexOf('\n'))},\n`;
  return `${signed}${checksumLine(sha256(signed))}`;
}

function checksumLine(checksum: Sha256): string {
  return `  "checksum": "${checksum}"\n}\n`;
}

const checksumLineBytes = checksumLine(sha256('')).length;

/**
 * Reads a manifest back, its checksum and every field checked.
 * @throws ForgeError CHECKPOINT_DAMAGED; RUN_INVALID for a format this version of Forge does not know.
 */
export function parseManifest(bytes: Uint8Array, path: string): Manifest {
  const signed = bytes.subarray(0, Math.max(0, bytes.length - checksumLineBytes));
  const end = Buffer.from(bytes.subarray(signed.length)).toString('latin1');
  if (end !== checksumLine(sha256(signed))) throw damaged(path, 'its content does not match its checksum');
  const json = parseJsonObject(bytes, path, {
    what: 'checkpoint manifest',
    code: 'CHECKPOINT_DAMAGED',
    strict: true,
  });
  if (!isReadableVersion(json.formatVersion)) {
    const said = JSON.stringify(json.formatVersion);
    throw new ForgeError('RUN_INVALID', `${path} has format version ${said}; this Forge reads 1 to ${formatVersion}.`, {
      about: path,
      hint: 'Update Forge to the version that wrote the checkpoint.',
    });
  }
  const { step, time, data, random, engine, files, state = {} } = json;
  const metrics = decodeMetrics(json.metrics);
  const need = (holds: boolean, field: string): void => {
    if (!holds) throw damaged(path, `its "${field}" is missing or of another form`);
  };
  need(isCount(step), 'step');
  need(typeof time === 'string', 'time');
  need(isObject(data) && isCount(data.epoch) && isCount(data.batch), 'data');
  need(isObject(random) && typeof random.algorithm === 'string' && typeof random.seed === 'number', 'random');
  need(isObject(engine) && typeof engine.backend === 'string' && typeof engine.engine === 'string', 'engine');
  need(metrics !== undefined, 'metrics');
  need(isObject(state), 'state');
  need(isObject(files) && Object.entries(files).every(([name, file]) => isPlainName(name) && isSummary(file)), 'files');
  return {
    ...({ step, time, data, random, engine, metrics, state } as CheckpointInfo),
    files: new Map(Object.entries(files as Record<string, FileSummary>)),
  };
}

/** A manifest names files of its own folder only: no path may lead out of it. */
export function isPlainName(name: string): boolean {
  return /^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(name) && name !== manifestName && !isDeviceName(name);
}

function isSummary(value: unknown): value is FileSummary {
  return isObject(value) && isCount(value.bytes) && isChecksum(value.checksum);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
