import { corruptCheckpoint } from '../../errors/corrupt-checkpoint.js';
import { ForgeError } from '../../errors/forge-error.js';
import { type FileSummary, type Sha256, sha256 } from '../../fs/checksum.js';
import { isDeviceName } from '../../fs/path-traversal.js';
import { parseJsonObject } from '../../json/json-file.js';
import { encodeNumbers } from '../../json/json-number.js';
import { decodeMetrics, type EncodedMetrics } from '../../metrics/log/decode-metrics.js';
import { invalidField } from '../../schema/file-check.js';
import { isCheckpointFile } from '../../schema/file-checks.generated.js';
import { type FormatVersion, formatVersion, isReadableVersion } from '../../schema/format-version.js';
import type { CheckpointInfo } from './checkpoint-store.js';
import type { JsonState } from './train-state.js';

export const manifestName = 'checkpoint.json';

/** The content of `checkpoint.json`. */
export interface CheckpointFile extends Omit<CheckpointInfo, 'metrics' | 'state'> {
  readonly formatVersion: FormatVersion;
  readonly metrics: EncodedMetrics;
  /** Train state other than tensors, as JSON by owner. Not in version 1. */
  readonly state?: JsonState;
  /** Every other file of the checkpoint, by name. */
  readonly files: Readonly<Record<string, FileSummary>>;
  /** Of the text before this line. */
  readonly checksum: Sha256;
}

/** The decoded content of `checkpoint.json`. */
export interface Manifest extends CheckpointInfo {
  /** Every other file of the checkpoint, by name. */
  readonly files: ReadonlyMap<string, FileSummary>;
}

/**
 * Encodes a manifest. Its last line but one is the checksum of everything before that line, so that corruption is
 * detected without a second file.
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
 * Parses a manifest and checks its checksum and every field.
 * @throws ForgeError CHECKPOINT_CORRUPT; RUN_INVALID for a format version that this Forge does not support.
 */
export function parseManifest(bytes: Uint8Array, path: string): Manifest {
  const signed = bytes.subarray(0, Math.max(0, bytes.length - checksumLineBytes));
  const end = Buffer.from(bytes.subarray(signed.length)).toString('latin1');
  if (end !== checksumLine(sha256(signed))) throw corruptCheckpoint(path, 'its content does not match its checksum');
  const json = parseJsonObject(bytes, path, {
    what: 'checkpoint manifest',
    code: 'CHECKPOINT_CORRUPT',
    strict: true,
  });
  if (!isReadableVersion(json.formatVersion)) {
    const found = JSON.stringify(json.formatVersion);
    throw new ForgeError(
      'RUN_INVALID',
      `${path} has format version ${found}; this Forge reads 1 to ${formatVersion}.`,
      {
        about: path,
        hint: 'Update Forge to the version that wrote the checkpoint.',
      },
    );
  }
  const field = invalidField(isCheckpointFile, json);
  if (field !== undefined) throw corruptCheckpoint(path, `its "${field}" is invalid`);
  const {
    step,
    time,
    data,
    random,
    engine,
    files,
    metrics,
    metricSteps,
    state = {},
  } = json as unknown as CheckpointFile;
  const name = Object.keys(files).find((file) => !isPlainName(file));
  if (name !== undefined) throw corruptCheckpoint(path, `its "files" names ${JSON.stringify(name)}`);
  const measured = { metrics: decodeMetrics(metrics), ...(metricSteps === undefined ? {} : { metricSteps }) };
  return { step, time, data, random, engine, ...measured, state, files: new Map(Object.entries(files)) };
}

/** Whether a name is safe in a manifest: a manifest lists only files of its own folder. */
export function isPlainName(name: string): boolean {
  return /^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(name) && name !== manifestName && !isDeviceName(name);
}
