import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { RandomStream } from '@forge-ml/core';
import { cleanEnvironment } from '../../cli/forge-process.js';
import type { CrashOrder, SweepRole } from './crash-once.js';

const bin = fileURLToPath(new URL('../../../../packages/cli/bin/forge.js', import.meta.url));
const crashOnce = pathToFileURL(fileURLToPath(new URL('crash-once.js', import.meta.url))).href;

/** About as many file operations as each makes in that time. */
const mostOperations: Readonly<Record<SweepRole, number>> = { controller: 200, worker: 600 };
/** After which a sweep counts as stuck, ms. */
const longestLife = 120_000;

export interface LifePlan {
  readonly cwd: string;
  readonly random: RandomStream;
  /** The most kills. */
  readonly most: number;
  /** Longest time to a kill, ms. */
  readonly longest: number;
}

/** How the processes of one controller ended. */
export interface LifeEnd {
  /** The exit status; null if the controller was killed as planned. */
  readonly status: number | 'stuck' | null;
  readonly output: string;
  readonly kills: readonly { readonly who: SweepRole | 'both'; readonly how: 'clock' | 'operation' }[];
}

/** Runs a command that controls a sweep, and kills it or some of its workers, until it ends. */
export async function liveOnce(words: readonly string[], { cwd, random, most, longest }: LifePlan): Promise<LifeEnd> {
  const log = join(cwd, 'sweep.log');
  const crash = most > 0 && random.float() < 0.5 ? crashOrder(cwd, random) : undefined;
  const env = crash && { NODE_OPTIONS: `--import=${crashOnce}`, FORGE_TEST_CRASH: JSON.stringify(crash) };
  const kills: LifeEnd['kills'][number][] = [];
  const child = spawn('sh', ['-c', 'exec "$@" > sweep.log 2>&1', 'sh', process.execPath, bin, ...words], {
    cwd,
    env: { ...cleanEnvironment(), XDG_DATA_HOME: join(cwd, '.data'), ...env },
    stdio: 'ignore',
  });
  const isAlive = () => child.exitCode === null && child.signalCode === null;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  let isStuck = false;
  const stuck = setTimeout(() => {
    isStuck = child.kill('SIGKILL');
  }, longestLife);
  while (crash?.role !== 'controller' && kills.length < most && isAlive()) {
    await Promise.race([sleep(random.float() * longest), ended]);
    if (!isAlive()) break;
    const draw = random.float();
    const who = draw < 0.5 ? 'controller' : draw < 0.85 ? 'worker' : 'both';
    const workers = who === 'controller' ? [] : workersOf(child.pid!);
    if (who === 'worker' && workers.length === 0) continue;
    const victims = who === 'worker' ? [workers[random.below(workers.length)]!] : workers;
    const dead = victims.map((pid) => killNow(pid)).includes(true);
    const killed = who === 'worker' ? dead : child.kill('SIGKILL');
    if (killed) kills.push({ who, how: 'clock' });
    if (who !== 'worker') break;
  }
  await ended;
  clearTimeout(stuck);
  if (crash !== undefined && existsSync(`${crash.marker}.crashed`)) kills.push({ who: crash.role, how: 'operation' });
  return { status: isStuck ? 'stuck' : child.exitCode, output: readFileSync(log, 'utf8'), kills };
}

function crashOrder(cwd: string, random: RandomStream): CrashOrder {
  const role = random.float() < 0.5 ? 'controller' : 'worker';
  const marker = join(cwd, 'crash');
  for (const suffix of ['.taken', '.crashed']) rmSync(marker + suffix, { force: true });
  writeFileSync(marker, '');
  return { role, at: 1 + random.below(mostOperations[role]), marker };
}

function killNow(pid: number): boolean {
  try {
    process.kill(pid, 'SIGKILL');
    return true;
  } catch {
    return false;
  }
}

/** The workers of a controller, by Linux's /proc; none elsewhere. */
function workersOf(pid: number): number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
    return children.filter((child) => readFileSync(`/proc/${child}/cmdline`, 'utf8').includes('--worker')).map(Number);
  } catch {
    return [];
  }
}
