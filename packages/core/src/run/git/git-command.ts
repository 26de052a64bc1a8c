import { execFile } from 'node:child_process';
import { devNull } from 'node:os';
import { promisify } from 'node:util';

export interface GitOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly input?: Uint8Array;
  readonly maxBytes?: number;
  /** Paths mean themselves, whatever `*` and `:` they hold. */
  readonly literal?: boolean;
}

/** Runs git in one folder and gives what it printed; rejects where it fails, takes too long or prints too much. */
export type Git = (parameters: readonly string[], options?: GitOptions) => Promise<Buffer>;

const timeout = 15_000;
const defaultMaxBytes = 64 << 20;

/** Looking changes nothing and runs none of what a repository's settings name: hooks, file monitors, pagers. */
const harmless = ['core.quotePath=false', `core.hooksPath=${devNull}`, 'core.fsmonitor=false', 'core.splitIndex=false'];

export function gitIn(directory: string): Git {
  const settings = harmless.flatMap((setting) => ['-c', setting]);
  const env = cleanEnvironment();
  return async (parameters, { environment = {}, input, maxBytes = defaultMaxBytes, literal = false } = {}) => {
    const pathspecs = literal ? ['--literal-pathspecs'] : [];
    const running = promisify(execFile)(
      'git',
      ['-C', directory, '--no-pager', ...pathspecs, ...settings, ...parameters],
      {
        encoding: 'buffer',
        timeout,
        killSignal: 'SIGKILL',
        maxBuffer: maxBytes,
        windowsHide: true,
        env: { ...env, ...environment },
      },
    );
    // git may end before it has read everything; its exit status says whether that matters.
    running.child.stdin?.on('error', () => undefined).end(input);
    try {
      return (await running).stdout;
    } catch (error) {
      throw describe(error, parameters[0]);
    }
  };
}

/** A patch that is too long, or takes too long: asking for less may help. */
export class TooMuch extends Error {}

function describe(error: unknown, command = ''): Error {
  if (error instanceof RangeError) return new TooMuch(`git ${command} prints too much`);
  if (!(error instanceof Error)) return new Error(String(error));
  if ('killed' in error && error.killed === true) return new TooMuch(`git ${command} takes over ${timeout / 1000} s`);
  const said = 'stderr' in error ? String(error.stderr).trim() : '';
  return new Error(said.split('\n').at(-1) || error.message, { cause: error });
}

/** Without what points git at another repository or changes how it prints, as inside a git hook. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const kept = /^(?!GIT_)|^GIT_(CONFIG_|CEILING_DIRECTORIES$|DISCOVERY_ACROSS_FILESYSTEM$|EXEC_PATH$)/;
  const entries = Object.entries(process.env).filter(([name]) => kept.test(name));
  return {
    ...Object.fromEntries(entries),
    LC_ALL: 'C',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_LAZY_FETCH: '1',
    GIT_TERMINAL_PROMPT: '0',
  };
}
