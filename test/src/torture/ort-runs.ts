import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { OrtRuns } from './ort-runs-process.js';
import { sized, type TortureScenario } from './scenario.js';

const child = fileURLToPath(new URL('./ort-runs-process.js', import.meta.url));
const mebibyte = 2 ** 20;
/** What the memory of a process varies by that allocates nothing. */
const allowed = 8 * mebibyte;

/** Runs a tiny model through ONNX Runtime's C API, and makes and releases everything that a run can use. */
export const ortRuns: TortureScenario = {
  name: 'ort-runs',
  bar: 'memory and open files of a process are flat, however often ONNX Runtime runs',
  alone: true,
  async run(request) {
    const runs = sized(request, { slice: 100_000, whole: 1_000_000 });
    const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', child, String(runs)]);
    const { runsMemory, runsFiles, made, madeMemory, madeFiles, live } = JSON.parse(stdout) as OrtRuns;
    const mib = (bytes: number) => `${(bytes / mebibyte).toFixed(1)} MiB`;
    const measured = `${runs} runs: ${mib(runsMemory)} and ${runsFiles} files more; ${made} sessions made and released: ${mib(madeMemory)} and ${madeFiles} files more`;
    const faults = [
      ...(runsMemory > allowed || madeMemory > allowed ? ['memory grows'] : []),
      ...(runsFiles > 0 || madeFiles > 0 ? ['open files grow'] : []),
      ...(live > 0 ? [`${live} native objects are not released`] : []),
    ];
    return { measured, faults };
  },
};
