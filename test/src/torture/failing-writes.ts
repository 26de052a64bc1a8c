import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { makeFolder } from '../cli/folder.js';
import { sized, type TortureIdea } from './idea.js';

const child = fileURLToPath(new URL('./failing-writes-process.js', import.meta.url));

/** Saves while an operation on files fails (EIO, ENOSPC), takes only half of a write, or lies that it took all. */
export const failingWrites: TortureIdea = {
  name: 'failing-writes',
  bar: 'no torn file believed, a clear reason, earlier checkpoints as they were',
  async run(request) {
    const rounds = sized(request, { slice: 150, whole: 5000 });
    const folder = await makeFolder();
    try {
      const args = [child, folder, String(request.seed), String(rounds)];
      const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 1 << 26 });
      const { count, faults } = JSON.parse(stdout) as { count: Record<string, number>; faults: string[] };
      const struck = ['EIO', 'ENOSPC', 'short', 'lie'].map((kind) => `${count[kind]} ${kind}`).join(', ');
      return { measured: `${rounds} saves: ${struck}; ${count.refused} refused`, faults };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};
