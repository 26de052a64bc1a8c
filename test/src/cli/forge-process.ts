import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../../../packages/cli/bin/forge.js', import.meta.url));

export interface Finished {
  /** The exit status; null if a signal ended the process. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly child: ChildProcess;
  /** Resolves when stdout, or stderr, matches the pattern. */
  said(pattern: RegExp, stream?: 'stdout' | 'stderr'): Promise<void>;
  readonly finished: Promise<Finished>;
}

export interface ForgeOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly nodeOptions?: readonly string[];
  /** The program. Default: the command line of this repository. */
  readonly program?: string;
  /** A descriptor for its stdout. Default: a pipe. */
  readonly stdout?: number;
  /** Kills the process after this time. Default: no limit. */
  readonly limitMs?: number;
}

/** Starts the command line in a new process. */
export function startForge(
  parameters: readonly string[],
  { cwd, env = {}, nodeOptions = [], program = bin, stdout, limitMs }: ForgeOptions,
): Started {
  const child = spawn(process.execPath, [...nodeOptions, program, ...parameters], {
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
      void finished.then((end) =>
        reject(new Error(`forge exited before it printed ${pattern}: ${JSON.stringify(end)}`)),
      );
    });
  return { child, said, finished };
}

export function forge(parameters: readonly string[], options: ForgeOptions): Promise<Finished> {
  return startForge(parameters, options).finished;
}

/** The environment without settings of the test run: colours, Node options, oclif settings. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  const own = /^(FORCE_COLOR|NO_COLOR|NODE_OPTIONS|NODE_ENV|NODE_V8_COVERAGE|FORGE_|OCLIF_|DEBUG$|CI$)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)));
}
