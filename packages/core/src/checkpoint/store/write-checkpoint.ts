import { join } from 'node:path';
import type { NamedFiles } from '../../backend/backend.js';
import { ForgeError } from '../../errors/forge-error.js';
import type { FileSystem } from '../../fs/file-system.js';
import { type FilePart, writeNewFile } from '../../fs/new-file.js';
import type { FilePlace } from '../../tensor/file-place.js';
import { hasNaN } from '../../tensor/has-nan.js';
import { type Layout, layOut } from '../../tensor/safetensors-layout.js';
import { parametersName, stateName } from './checkpoint-files.js';
import type { CheckpointDetails } from './checkpoint-store.js';
import { encodeManifest, isPlainName, manifestName } from './manifest.js';
import { stateTensors, withEmaCount } from './state-tensors.js';
import type { TrainState } from './train-state.js';

/** The content of a checkpoint to write. */
export interface CheckpointContent {
  readonly state: TrainState;
  readonly details: Pick<CheckpointDetails, 'engine' | 'metrics' | 'metricSteps' | 'state'>;
  readonly parameters: Layout;
  /** The backend's own files, by name. */
  readonly backend: NamedFiles;
}

/**
 * Writes the files of a checkpoint into its folder, the manifest last.
 * @throws ForgeError LOSS_NOT_FINITE, BACKEND_INVALID; what `node:fs` throws
 */
export async function writeCheckpoint(path: string, content: CheckpointContent, disk: FileSystem): Promise<void> {
  const { step, data, random, ema } = content.state;
  const { engine, metrics, metricSteps } = content.details;
  const state = withEmaCount(content.details.state ?? {}, ema);
  const write = (name: string, parts: readonly FilePart[]) => writeNewFile(join(path, name), parts, disk);
  const files = new Map([
    [parametersName, await write(parametersName, withoutNaN(content.parameters, step))],
    [stateName, await write(stateName, withoutNaN(layOut(stateTensors(content.state)), step))],
  ]);
  for (const [name, bytes] of content.backend) files.set(name, await write(name, [{ bytes }]));
  const measured = { metrics, ...(metricSteps === undefined ? {} : { metricSteps }) };
  const manifest = { step, time: new Date().toISOString(), data, random, engine, ...measured, state, files };
  await write(manifestName, [{ bytes: Buffer.from(encodeManifest(manifest)) }]);
}

/** The backend's own files, which may refer to parameters by file offset. */
export async function backendFiles(
  places: ReadonlyMap<string, FilePlace>,
  { files }: CheckpointDetails,
): Promise<NamedFiles> {
  return files === undefined ? new Map() : checkedFiles(await files({ name: parametersName, places }));
}

/** @throws ForgeError BACKEND_INVALID for a name that leads out of the folder or is in use. */
function checkedFiles(files: NamedFiles): NamedFiles {
  const bad = [...files.keys()].find((name) => !isPlainName(name) || name === parametersName || name === stateName);
  if (bad === undefined) return files;
  throw new ForgeError(
    'BACKEND_INVALID',
    `The backend cannot add a file named ${JSON.stringify(bad)} to a checkpoint.`,
    {
      about: bad,
      hint: 'Use only A-Z a-z 0-9 . _ - in the name, and no name that the checkpoint uses itself.',
    },
  );
}

/** The parts of a tensor file, each tensor checked for NaN while it is written. */
function withoutNaN({ head, inFileOrder }: Layout, step: number): FilePart[] {
  const tensors = inFileOrder.map(([name, { dtype, bytes }]): FilePart => {
    const inspect = (piece: Uint8Array) => {
      if (hasNaN(dtype, piece)) throw nanIn(name, step);
    };
    return { bytes, inspect };
  });
  return [{ bytes: head }, ...tensors];
}

function nanIn(name: string, step: number): ForgeError {
  const message = `${JSON.stringify(name)} holds NaN at step ${step}, so no checkpoint was written.`;
  return new ForgeError('LOSS_NOT_FINITE', message, {
    about: name,
    hint: 'Resume from the last checkpoint with a lower learning rate, or clip the gradients.',
  });
}
