import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { sized, type TortureScenario } from './scenario.js';

interface Sample {
  /** Resident memory, bytes. */
  readonly memory: number;
  /** Open file descriptors. */
  readonly files: number;
}

const mebibyte = 2 ** 20;
const allowed = 16 * mebibyte;
const samples = 20;
/** Until then caches fill and functions are compiled. */
const warmUp = 5;
const child = fileURLToPath(new URL('./many-steps-process.js', import.meta.url));

/** Trains a tiny model for a million steps, with each binding of ONNX Runtime: anything that a step leaves would add up. */
export const manySteps: TortureScenario = {
  name: 'steps',
  bar: 'memory and open files do not grow with the number of steps',
  alone: true,
  async run(request) {
    const steps = sized(request, { slice: 40_000, whole: 1_000_000 });
    const faults: string[] = [];
    const measured: string[] = [];
    if (process.platform !== 'linux') return { measured: 'nothing: it reads /proc, which only Linux has', faults };
    for (const binding of ['native', 'package']) {
      const start = performance.now();
      const { before, after } = growthOf(await samplesOf(steps, binding));
      const seconds = ((performance.now() - start) / 1000).toFixed(0);
      const more = after.memory - before.memory;
      measured.push(
        `${binding} binding: ${(more / mebibyte).toFixed(1)} MiB and ${after.files - before.files} files more in ${seconds} s`,
      );
      if (more > allowed || after.files > before.files) faults.push(measured.at(-1)!);
      request.say(measured.at(-1)!);
    }
    return { measured: `${steps} steps: ${measured.join('; ')}`, faults };
  },
};

async function samplesOf(steps: number, binding: string): Promise<readonly Sample[]> {
  const args = ['--expose-gc', child, String(steps), String(samples)];
  const env = { ...process.env, FORGE_ONNX_BINDING: binding, FORGE_ONNX_THREADS: '1' };
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  return JSON.parse(stdout) as Sample[];
}

/** The least of the samples after the warm-up, in its first and its last third: less depends on when memory was collected. */
function growthOf(all: readonly Sample[]): { readonly before: Sample; readonly after: Sample } {
  const warm = all.slice(warmUp);
  const third = Math.floor(warm.length / 3);
  return { before: leastOf(warm.slice(0, third)), after: leastOf(warm.slice(-third)) };
}

function leastOf(part: readonly Sample[]): Sample {
  return {
    memory: Math.min(...part.map(({ memory }) => memory)),
    files: Math.min(...part.map(({ files }) => files)),
  };
}
