import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { inFolder } from '../cli/folder.js';
import { writeLoggingProject } from './logging-project.js';
import { sized, type TortureScenario } from './scenario.js';

/** What a process reports, in bytes: memory in use before the action, and the peak. */
interface Measured {
  readonly before: number;
  readonly peak: number;
}

const mebibyte = 2 ** 20;
const allowed = 64 * mebibyte;
const module = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const forge = module('../../../packages/cli/bin/forge.js');

/** Logs ten million points to a run; then reads, checks and shows them, and resumes in the middle. */
export const manyPoints: TortureScenario = {
  name: 'points',
  bar: 'a run of any number of points is logged, read, checked, shown and resumed in 64 MiB more',
  alone: true,
  run: (request) =>
    inFolder(async (folder) => {
      const points = sized(request, { slice: 300_000, whole: 10_000_000 });
      await writeLoggingProject(folder);
      const measured = (action: string) => () => measureAction(action, folder, points);
      const actions = {
        log: measured('log'),
        read: measured('read'),
        verify: measured('verify'),
        show: () => show(folder),
      };
      const results: string[] = [];
      const faults: string[] = [];
      for (const [action, measure] of Object.entries({ ...actions, resume: measured('resume') })) {
        const start = performance.now();
        const { before, peak } = await measure();
        const seconds = (performance.now() - start) / 1000;
        results.push(`${action} ${((peak - before) / mebibyte).toFixed(0)} MiB more in ${seconds.toFixed(1)} s`);
        if (peak - before > allowed) faults.push(results.at(-1)!);
        request.say(results.at(-1)!);
      }
      return { measured: `${points} points: ${results.join(', ')}`, faults };
    }),
};

async function measureAction(action: string, folder: string, points: number): Promise<Measured> {
  const args = [module('./many-points-process.js'), action, folder, String(points)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout) as Measured;
}

/** `forge runs show` compared with `forge runs`, which reads no metrics. */
async function show(folder: string): Promise<Measured> {
  const before = await peakOf(['runs', '--json'], folder);
  return { before, peak: await peakOf(['runs', 'show', 'points/1', '--json'], folder) };
}

async function peakOf(argv: readonly string[], cwd: string): Promise<number> {
  const args = ['--import', module('./report-peak-memory.js'), forge, ...argv];
  const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'ignore', 'inherit', 'pipe'] });
  const [said, [status]] = await Promise.all([text(child.stdio[3] as NodeJS.ReadableStream), once(child, 'close')]);
  if (status !== 0) throw new Error(`forge ${argv.join(' ')} ended with ${status}`);
  return Number(said);
}
