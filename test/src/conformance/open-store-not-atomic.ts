import { cp, mkdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { FileCheckpointStore } from '@forge-ml/core/node';
import type { CheckpointDetails, TrainState, TransferredState } from '@forge-ml/core/plugin';

/** Its checkpoints have their names before they are whole: the manifest comes first. */
class NotAtomic extends FileCheckpointStore {
  override async save(state: TrainState, details: CheckpointDetails): Promise<string> {
    const written = new FileCheckpointStore(join(this.folder, 'apart'));
    await mkdir(this.folder, { recursive: true });
    const from = await written.save(state, details);
    const to = join(this.folder, String(state.step));
    await rm(to, { recursive: true, force: true });
    await mkdir(to);
    for (const file of ['checkpoint.json', 'state.safetensors', 'parameters.safetensors']) {
      // Long enough for a kill to come between two.
      await delay(20);
      await cp(join(from, file), join(to, basename(file)));
    }
    return to;
  }

  override saveAsync({ state }: TransferredState, details: CheckpointDetails): Promise<string> {
    return this.save(state, details);
  }
}

export const open = (folder: string) => new NotAtomic(folder);
