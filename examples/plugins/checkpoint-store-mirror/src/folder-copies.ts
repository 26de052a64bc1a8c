import { randomUUID } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** What is not whole yet, or on its way out. Forge's own store lists nothing of this name. */
const passing = '.passing-';

/** Copies of checkpoint folders, by their step: each has its name once it is whole. */
export class FolderCopies {
  private started = false;

  /**
   * @param from the folder of the checkpoints
   * @param to the folder of the copies; made by the first
   */
  constructor(
    private readonly from: string,
    private readonly to: string,
  ) {}

  /**
   * Copies a checkpoint; the first time also those that a process before did not come to copy.
   * @param all steps of the checkpoints there are
   * @param loads whether one is as it was saved: a corrupt one must not replace its copy
   */
  async add(step: number, all: readonly number[], loads: (step: number) => Promise<boolean>): Promise<void> {
    if (!this.started) {
      await mkdir(this.to, { recursive: true });
      for (const name of await readdir(this.to)) if (name.startsWith(passing)) await this.removeEntry(name);
      for (const other of all) {
        if (other !== step && !(await this.has(other)) && (await loads(other))) await this.copy(other);
      }
      this.started = true;
    }
    await this.copy(step);
  }

  private async copy(step: number): Promise<void> {
    const name = String(step);
    const fresh = `${passing}${randomUUID()}`;
    const old = `${passing}${randomUUID()}`;
    try {
      await cp(join(this.from, name), join(this.to, fresh), { recursive: true });
      await rename(join(this.to, name), join(this.to, old)).catch(ignoreMissing);
      await rename(join(this.to, fresh), join(this.to, name));
    } finally {
      for (const each of [fresh, old]) await this.removeEntry(each);
    }
  }

  /** Whether the copy is of this very save: a manifest has the checksum of every file. */
  private async has(step: number): Promise<boolean> {
    const manifest = join(String(step), 'checkpoint.json');
    const copy = await readFile(join(this.to, manifest)).catch(ignoreMissing);
    return copy?.equals(await readFile(join(this.from, manifest))) === true;
  }

  private removeEntry(name: string): Promise<void> {
    return rm(join(this.to, name), { recursive: true, force: true });
  }
}

function ignoreMissing(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
}
