import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { sized, type TortureScenario } from './scenario.js';

/** What the saving or loading process reports, in bytes. */
interface Measured {
  readonly state: number;
  /** Memory in use before the operation, and the peak. */
  readonly before: number;
  readonly peak: number;
}

const mebibyte = 2 ** 20;
const allowed = 64 * mebibyte;
const child = fileURLToPath(new URL('./large-checkpoint-process.js', import.meta.url));

/** Saves and loads a checkpoint in new processes, with tensors and files that are larger than any buffer. */
export const largeCheckpoint: TortureScenario = {
  name: 'large',
  bar: 'a checkpoint of any size is saved and loaded, in no more memory than the state and 64 MiB',
  alone: true,
  async run(request) {
    // Just past 2 GiB each; the file of both is larger than 4 GiB.
    const bytes = sized(request, { slice: 96 * mebibyte, whole: 2 ** 31 + 4096 });
    const folder = await mkdtemp(join(tmpdir(), 'forge-large-'));
    const faults: string[] = [];
    const measured: string[] = [];
    try {
      for (const action of ['save', 'async save', 'load'] as const) {
        const { stdout } = await promisify(execFile)(process.execPath, [child, action, folder, String(bytes)]);
        const { state, before, peak } = JSON.parse(stdout) as Measured;
        // A loaded state adds to the memory in use.
        const more = peak - before - (action === 'load' ? state : 0);
        measured.push(`${action} of ${(state / mebibyte).toFixed(0)} MiB: ${(more / mebibyte).toFixed(0)} MiB more`);
        if (more > allowed) faults.push(measured.at(-1)!);
        request.say(measured.at(-1)!);
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    return { measured: measured.join(', '), faults };
  },
};
