import { join } from 'node:path';
import type { FilePlace, NamedFiles } from '../backend/backend.js';
import { ForgeError } from '../errors/forge-error.js';
import { fileError, isMissing } from '../files/file-error.js';
import { faultOf } from '../files/file-fault.js';
import { type FileLayer, systemFiles } from '../files/file-layer.js';
import { readBounded } from '../files/json-file.js';
import { type FilePart, writeNewFile } from '../files/new-file.js';
import { parametersName, stateName } from './checkpoint-files.js';
import {
  clearLeftovers,
  createCheckpoint,
  findCheckpoint,
  findSteps,
  looks,
  removeCheckpoint,
} from './checkpoint-folders.js';
import type {
  CheckpointDetails,
  CheckpointInfo,
  CheckpointStore,
  GivenState,
  LoadedCheckpoint,
  TrainState,
} from './checkpoint-store.js';
import { CheckpointThread } from './checkpoint-thread.js';
import { damaged } from './damaged.js';
import { holdsNaN } from './finite.js';
import { encodeManifest, isPlainName, type Manifest, manifestName, parseManifest } from './manifest.js';
import { bytesOf } from './moved-state.js';
import { readSafetensors } from './safetensors.js';
import { type Layout, layOut } from './safetensors-layout.js';

/** From this size on, looking through a state takes longer than is good for the thread that trains: 3 ms or so. */
const worthAThread = 8 * 1024 * 1024;

/**
 * Checkpoints as plain files, one folder a step; the format is described in docs/run-folder.md. One process at a
 * time writes; any number may read meanwhile.
 */
export class FileCheckpointStore implements CheckpointStore {
  #thread: CheckpointThread | undefined;

  /**
   * @param folder the run's `checkpoints/`; made by the first save.
   * @param files what changes the disk
   */
  constructor(
    readonly folder: string,
    private readonly files: FileLayer = systemFiles,
  ) {}

  async steps(): Promise<readonly number[]> {
    return this.translated('list the checkpoints in', () => findSteps(this.folder));
  }

  /**
   * Writes a checkpoint completely or not at all, and durably. A checkpoint of the same step is replaced.
   * @returns its folder.
   * @throws ForgeError LOSS_NOT_FINITE when a tensor holds NaN; BACKEND_INVALID; FILE_SYSTEM. Earlier checkpoints are as they were.
   */
  async save(state: TrainState, details: CheckpointDetails): Promise<string> {
    const { step, data, random } = state;
    const { engine, metrics } = details;
    const parameters = layOut(state.parameters);
    const added = await filesBeside(parameters.places, details);
    const disk = this.files;
    return this.translated(`save checkpoint ${step} in`, async () => {
      await clearLeftovers(this.folder, disk);
      const write = async (path: string) => {
        const writeFile = (name: string, parts: readonly FilePart[]) => writeNewFile(join(path, name), parts, disk);
        const files = new Map([
          [parametersName, await writeFile(parametersName, withoutNaN(parameters, step))],
          [stateName, await writeFile(stateName, withoutNaN(layOut(state.optimizer), step))],
        ]);
        for (const [name, bytes] of added) files.set(name, await writeFile(name, [{ bytes }]));
        const manifest = { step, time: new Date().toISOString(), data, random, engine, metrics, files };
        await writeFile(manifestName, [{ bytes: Buffer.from(encodeManifest(manifest)) }]);
      };
      return createCheckpoint(this.folder, step, write, disk);
    });
  }

  async saveBehind(given: GivenState, details: CheckpointDetails): Promise<string> {
    const { state } = given;
    if (bytesOf(state) < worthAThread) return this.save(state, details);
    const files = await filesBeside(layOut(state.parameters).places, details);
    this.#thread ??= new CheckpointThread();
    const { engine, metrics } = details;
    return this.#thread.save(this.folder, given, { engine, metrics }, files);
  }

  async close(): Promise<void> {
    await this.#thread?.end();
    this.#thread = undefined;
  }

  async load(step: number): Promise<LoadedCheckpoint> {
    for (let opened = await this.open(step); ; ) {
      try {
        return await read(opened.path, opened.manifest);
      } catch (error) {
        // It may have been replaced or removed while it was read: then what was read was a mixture, not damage.
        const now = await this.open(step);
        if (now.path === opened.path && now.bytes.equals(opened.bytes)) throw error;
        opened = now;
      }
    }
  }

  async info(step: number): Promise<CheckpointInfo> {
    return infoOf((await this.open(step)).manifest);
  }

  async remove(step: number): Promise<void> {
    await this.translated(`remove checkpoint ${step} from`, () => removeCheckpoint(this.folder, step, this.files));
  }

  private async open(step: number): Promise<{ path: string; manifest: Manifest; bytes: Buffer }> {
    for (let look = 0; look < looks; look++) {
      const path = await this.translated('look for checkpoints in', () => findCheckpoint(this.folder, step));
      if (path === undefined) break;
      const file = join(path, manifestName);
      const bytes = await readIfThere(file);
      // What was found a moment ago may have stepped aside for a new one since.
      if (bytes === undefined) continue;
      const manifest = parseManifest(bytes, file);
      if (manifest.step !== step) throw damaged(file, `it is the manifest of step ${manifest.step}`);
      return { path, manifest, bytes };
    }
    const steps = await this.steps();
    throw new ForgeError('CHECKPOINT_NOT_FOUND', `There is no checkpoint of step ${step} in ${this.folder}.`, {
      about: this.folder,
      hint: `Name one that was kept: ${steps.join(', ') || 'there is none yet'}.`,
    });
  }

  private async translated<T>(action: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw fileError(error, this.folder, action);
    }
  }
}

async function readIfThere(manifest: string): Promise<Buffer | undefined> {
  try {
    return await readBounded(manifest, { what: 'checkpoint manifest', code: 'CHECKPOINT_DAMAGED', link: 'refuse' });
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function read(path: string, manifest: Manifest): Promise<LoadedCheckpoint> {
  const tensorsOf = async (name: string) => {
    const summary = manifest.files.get(name);
    if (summary === undefined) throw damaged(join(path, manifestName), `it does not list ${name}`);
    return (await readSafetensors(join(path, name), summary)).tensors;
  };
  const parameters = await tensorsOf(parametersName);
  const optimizer = await tensorsOf(stateName);
  for (const [name, summary] of manifest.files) {
    if (name === parametersName || name === stateName) continue;
    const file = join(path, name);
    const fault = await faultOf(file, summary, true);
    if (fault !== undefined) throw damaged(file, `it ${fault.problem}`);
  }
  const info = infoOf(manifest);
  return { state: { parameters, optimizer, step: info.step, data: info.data, random: info.random }, info, path };
}

async function filesBeside(places: ReadonlyMap<string, FilePlace>, { files }: CheckpointDetails): Promise<NamedFiles> {
  return files === undefined ? new Map() : checkedFiles(await files({ name: parametersName, places }));
}

/** @throws ForgeError BACKEND_INVALID for a name that leads out of the folder or is taken. */
function checkedFiles(files: NamedFiles): NamedFiles {
  const bad = [...files.keys()].find((name) => !isPlainName(name) || name === parametersName || name === stateName);
  if (bad === undefined) return files;
  throw new ForgeError(
    'BACKEND_INVALID',
    `A checkpoint cannot hold a file called ${JSON.stringify(bad)} beside its own.`,
    {
      about: bad,
      hint: 'Backends name files with A-Z a-z 0-9 . _ - and leave the names of the checkpoint alone.',
    },
  );
}

function infoOf({ files: _, ...info }: Manifest): CheckpointInfo {
  return info;
}

/** The parts of a tensor file, each tensor looked through on its way. */
function withoutNaN({ head, inFileOrder }: Layout, step: number): FilePart[] {
  const tensors = inFileOrder.map(([name, { dtype, bytes }]): FilePart => {
    const inspect = (piece: Uint8Array) => {
      if (holdsNaN(dtype, piece)) throw nanIn(name, step);
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
