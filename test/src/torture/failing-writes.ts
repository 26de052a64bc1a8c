import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { makeFolder } from '../cli/folder.js';
import { sized, type TortureScenario } from './scenario.js';

const child = fileURLToPath(new URL('./failing-writes-process.js', import.meta.url));

/** Saves while a file operation fails (EIO, ENOSPC), writes only half, or writes half and reports all. */
export const failingWrites: TortureScenario = {
  name: 'failing-writes',
  bar: 'no torn file is accepted, the reason is clear, earlier checkpoints are unchanged',
  async run(request) {
    const rounds = sized(request, { slice: 150, whole: 5000 });
    const folder = await makeFolder();
    try {
      const args = [child, folder, String(request.seed), String(rounds)];
      const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 1 << 26 });
      const { count, faults } = JSON.parse(stdout) as { count: Record<string, number>; faults: string[] };
      const injected = ['EIO', 'ENOSPC', 'short', 'lie'].map((kind) => `${count[kind]} ${kind}`).join(', ');
      return { measured: `${rounds} saves: ${injected}; ${count.refused} failed`, faults };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};
