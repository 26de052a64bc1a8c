import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../../../packages/cli/bin/forge.js', import.meta.url));

export interface Finished {
  /** The exit status; null where a signal ended it. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly child: ChildProcess;
  /** Resolves when stdout, or stderr, has said so. */
  said(pattern: RegExp, stream?: 'stdout' | 'stderr'): Promise<void>;
  readonly finished: Promise<Finished>;
}

export interface ForgeOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly nodeOptions?: readonly string[];
  /** A descriptor for its stdout, instead of a pipe that is read. */
  readonly stdout?: number;
  /** It is killed if it takes longer. Default: no limit. */
  readonly limitMs?: number;
}

/** Starts the command line as a person would, in a process of its own. */
export function startForge(
  parameters: readonly string[],
  { cwd, env = {}, nodeOptions = [], stdout, limitMs }: ForgeOptions,
): Started {
  const child = spawn(process.execPath, [...nodeOptions, bin, ...parameters], {
    cwd,
    env: { ...cleanEnvironment(), XDG_DATA_HOME: join(cwd, '.data'), ...env },
    stdio: ['ignore', stdout ?? 'pipe', 'pipe'],
  });
  const timer = limitMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), limitMs);
  child.once('exit', () => clearTimeout(timer));
  const texts = { stdout: '', stderr: '' };
  const listeners = new Set<() => void>();
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (chunk: string) => {
      texts[name] += chunk;
      for (const listener of listeners) listener();
    });
  }
  const finished = new Promise<Finished>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, ...texts }));
  });
  const said = (pattern: RegExp, stream: 'stdout' | 'stderr' = 'stdout') =>
    new Promise<void>((resolve, reject) => {
      const look = () => pattern.test(texts[stream]) && resolve();
      listeners.add(look);
      look();
      void finished.then((end) => reject(new Error(`forge ended without saying ${pattern}: ${JSON.stringify(end)}`)));
    });
  return { child, said, finished };
}

export function forge(parameters: readonly string[], options: ForgeOptions): Promise<Finished> {
  return startForge(parameters, options).finished;
}

/** Nothing of the test run's own reaches the process: colours, Node options, oclif settings. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  const own = /^(FORCE_COLOR|NO_COLOR|NODE_OPTIONS|NODE_ENV|NODE_V8_COVERAGE|FORGE_|OCLIF_|DEBUG$|CI$)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)));
}
