import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findRun, messageOf, RandomStream, readRunRecord, type StopSignal, verifyRun } from '@forge-ml/core';
import { exitStatusOf } from '@forge-ml/core/cli';
import { writeToyProject } from '@forge-ml/core/testing';
import { makeFolder } from '../cli/folder.js';
import { type Finished, forge, type Started, startForge } from '../cli/forge-process.js';
import { sized, type TortureScenario } from './scenario.js';
import { contentOf, toyFlags } from './toy-training.js';

/** The most time from the signal to the end of the process, beyond one step, ms. */
const longestStop = 2000;
const msPerStep = 40;
const steps = 14;

/** A part is slow only if FORGE_TEST_SLOW names it, so that a resume of the same code is fast. */
const data = `import { defineData, flag, fromArrays } from '@forge-ml/core';
import { points } from './points.ts';
const slow = process.env.FORGE_TEST_SLOW;
const wait = (what) => { console.log(what); return new Promise((resolve) => setTimeout(resolve, 60_000)); };
export default defineData({
  flags: { batchSize: flag.integer(4, 'Examples.'), examples: flag.integer(20, 'Examples.') },
  async load({ batchSize, examples, seed }) {
    if (slow === 'load') await wait('loading');
    let read = 0;
    const train = async (example) => { if (slow === 'read' && read++ === 40) await wait('reading'); return example; };
    const valid = async (example, { index }) => { if (slow === 'evaluation' && index === 5) await wait('evaluating'); return example; };
    return {
      train: fromArrays(points(examples, 0)).shuffle(seed).map(train).batch(batchSize),
      valid: fromArrays(points(6, 0.5)).map(valid).batch(batchSize),
    };
  },
});
`;

interface Phase {
  readonly name: string;
  /** The value of FORGE_TEST_SLOW. */
  readonly slow?: string;
  readonly flags?: readonly string[];
  /** Resolves once the process is in this phase. */
  reached(started: Started, run: string): Promise<unknown>;
  /** Set if the run completes anyway, or does not exist yet. */
  readonly ends?: 'completed' | 'no run';
}

/** A large state, so that saves and steps take a while. */
const large = ['--hidden', '120000', '--ms-per-step', '0', '--learning-rate', '1e-9'];

const phases: readonly Phase[] = [
  { name: 'load', slow: 'load', reached: ({ said }) => said(/^loading$/m), ends: 'no run' },
  { name: 'first step', flags: ['--ms-per-step', '200'], reached: ({ said }) => said(/^toy, engine/m) },
  { name: 'step', reached: ({ said }) => said(/^step 1\//m) },
  { name: 'data', slow: 'read', reached: ({ said }) => said(/^reading$/m) },
  { name: 'evaluation', slow: 'evaluation', reached: ({ said }) => said(/^evaluating$/m) },
  { name: 'save', flags: [...large, '--save-every', '3'], reached: (_, run) => saving(run) },
  { name: 'end', flags: large, reached: (_, run) => saving(run), ends: 'completed' },
];

/**
 * Sends a signal in every phase of a run, from `load` to its end, and measures the time until the process has saved and
 * exited. The resumed run must have the same metrics and bits as a run without signals.
 */
export const signals: TortureScenario = {
  name: 'signals',
  bar: 'in every phase the state is saved within 2 s beyond one step, and resumes to the same bits',
  alone: true,
  async run(request) {
    const rounds = sized(request, { slice: 1, whole: 12 });
    const random = RandomStream.of(request.seed, 'signals');
    const faults: string[] = [];
    const longest = new Map<string, number>();
    for (const phase of phases) {
      const folder = await makeFolder();
      try {
        await writeToyProject(folder, { 'data.ts': data });
        const straight = phase.ends === 'no run' ? '' : await trainUninterrupted(folder, phase);
        for (let round = 0; round < rounds; round++) {
          const signal = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const)[random.below(3)]!;
          const pause = round === 0 ? 0 : random.float() * 60;
          const took = await stopOnce(folder, phase, signal, pause, straight).catch((error: unknown) => {
            faults.push(`${phase.name}, ${signal}: ${messageOf(error)}`);
            return 0;
          });
          longest.set(phase.name, Math.max(longest.get(phase.name) ?? 0, took));
        }
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
      request.say(`${phase.name}: ${Math.round(longest.get(phase.name)!)} ms at most`);
    }
    const table = [...longest].map(([name, took]) => `${name} ${Math.round(took)} ms`);
    return {
      measured: `${rounds} signals in each phase; the longest time until the save: ${table.join(', ')}`,
      faults,
    };
  },
};

function wordsOf(name: string, { flags = [] }: Phase): string[] {
  const limits = ['--steps', String(steps), '--save-every', '100000', '--ms-per-step', String(msPerStep)];
  return ['train', ...toyFlags, '--run-name', name, '--on-hangup', 'stop', ...withoutDuplicates([...limits, ...flags])];
}

/** Keeps the last value of each flag. */
function withoutDuplicates(words: readonly string[]): string[] {
  const values = new Map<string, string>();
  for (let at = 0; at < words.length; at += 2) values.set(words[at]!, words[at + 1]!);
  return [...values].flat();
}

async function trainUninterrupted(folder: string, phase: Phase): Promise<string> {
  const { status, stderr } = await forge(wordsOf('straight', phase), { cwd: folder });
  if (status !== 0) throw new Error(`the run without signals failed: ${stderr}`);
  return contentOf(join(folder, 'results', 'straight', '1'), steps);
}

async function stopOnce(
  folder: string,
  phase: Phase,
  signal: StopSignal,
  pause: number,
  straight: string,
): Promise<number> {
  const name = 'stopped';
  const results = join(folder, 'results');
  await rm(join(results, name), { recursive: true, force: true });
  const path = join(results, name, '1');
  const env = { FORGE_TEST_SLOW: phase.slow };
  const started = startForge(wordsOf(name, phase), { cwd: folder, env });
  await phase.reached(started, path);
  await sleep(pause);
  const signalled = performance.now();
  started.child.kill(signal);
  const end = await started.finished;
  const took = performance.now() - signalled - msPerStep;
  expectEnd(phase, signal, end);
  if (took > longestStop) throw new Error(`it took ${Math.round(took)} ms`);
  if (phase.ends === 'no run') {
    if (existsSync(path)) throw new Error('a run exists');
    return took;
  }
  const record = await readRunRecord(path);
  if (record.status === 'stopped' && record.reason !== signal) throw new Error(`the reason is ${record.reason}`);
  const { problems } = await verifyRun(await findRun(name, results), { deep: true });
  if (problems.length > 0) throw new Error(`${problems[0]!.path} ${problems[0]!.message}`);
  if (record.step > 0 && !existsSync(join(path, 'checkpoints', String(record.step)))) {
    throw new Error(`step ${record.step} was not saved`);
  }
  if (record.status === 'stopped') {
    const resumed = await forge(['train', '--resume', name], { cwd: folder });
    if (resumed.status !== 0) throw new Error(`it does not resume: ${resumed.stderr}`);
  }
  if ((await contentOf(path, steps)) !== straight) throw new Error('it ended with different bits or metrics');
  return took;
}

function expectEnd({ ends }: Phase, signal: StopSignal, { status, stderr }: Finished): void {
  const expected = ends === 'completed' ? 0 : exitStatusOf(signal);
  // A signal during the last line of output finds nothing to stop.
  if (status !== expected && status !== 0) throw new Error(`the exit status is ${status}: ${stderr}`);
}

/** Resolves once a checkpoint is being written, to a folder whose name starts with a dot. */
async function saving(run: string): Promise<void> {
  for (;;) {
    const names = await readdir(join(run, 'checkpoints')).catch((): string[] => []);
    if (names.length > 0) return;
    await sleep(2);
  }
}
