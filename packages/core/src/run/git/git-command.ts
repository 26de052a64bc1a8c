import { execFile } from 'node:child_process';
import { devNull } from 'node:os';
import { promisify } from 'node:util';

export interface GitOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly input?: Uint8Array;
  readonly maxBytes?: number;
  /** Take paths literally: `*` and `:` have no special meaning. */
  readonly literal?: boolean;
}

/** Runs git in one folder and returns its output; rejects if it fails, takes too long or prints too much. */
export type Git = (parameters: readonly string[], options?: GitOptions) => Promise<Buffer>;

const timeout = 15_000;
const defaultMaxBytes = 64 << 20;

/** Reading must change nothing and run no program that a repository configures: hooks, file monitors, pagers. */
const safeSettings = [
  'core.quotePath=false',
  `core.hooksPath=${devNull}`,
  'core.fsmonitor=false',
  'core.splitIndex=false',
];

export function gitIn(directory: string): Git {
  const settings = safeSettings.flatMap((setting) => ['-c', setting]);
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
    // git may exit before it has read all input; its exit status shows whether that is an error.
    running.child.stdin?.on('error', () => undefined).end(input);
    try {
      return (await running).stdout;
    } catch (error) {
      throw describe(error, parameters[0]);
    }
  };
}

/** The output is too long or takes too long: a smaller request may succeed. */
export class LimitExceeded extends Error {}

function describe(error: unknown, command = ''): Error {
  if (error instanceof RangeError) return new LimitExceeded(`the output of git ${command} is too long`);
  if (!(error instanceof Error)) return new Error(String(error));
  if ('killed' in error && error.killed === true)
    return new LimitExceeded(`git ${command} took over ${timeout / 1000} s`);
  const message = 'stderr' in error ? String(error.stderr).trim() : '';
  return new Error(message.split('\n').at(-1) || error.message, { cause: error });
}

/** Without variables that point git at another repository or change its output, as in a git hook. */
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
