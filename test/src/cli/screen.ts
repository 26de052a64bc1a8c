import { spawn, spawnSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import xterm from '@xterm/headless';
import { expect } from 'chai';
import { cleanEnvironment, forge } from './forge-process.js';

const bin = fileURLToPath(new URL('../../../packages/cli/bin/forge.js', import.meta.url));
const screens = fileURLToPath(new URL('../../screens/', import.meta.url));

/** `script` of util-linux runs a command on a pseudo-terminal. */
export const hasTerminals = spawnSync('script', ['--version']).stdout?.includes('util-linux') === true;

export interface ScreenOptions {
  readonly cwd: string;
  readonly columns: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** A command on a pseudo-terminal, whose screen a terminal emulator draws. */
export interface StartedScreen {
  /** The lines on the screen, without empty ones at its end; with those that were scrolled off it. */
  lines(): Promise<readonly string[]>;
  /** The lines that were too wide for the terminal, by their first part. */
  tooWide(): Promise<readonly string[]>;
  /** Resolves when a line of the screen matches. Kills the program if none does within 15 seconds. */
  shows(pattern: RegExp): Promise<void>;
  /** Every byte that was written to the terminal. */
  written(): string;
  /** Presses keys. */
  press(keys: string): void;
  /** The exit status. */
  readonly finished: Promise<number | null>;
}

/** Starts the command line on a terminal of that size, without colors unless `env` sets them. */
export function startScreen(words: readonly string[], options: ScreenOptions): StartedScreen {
  return startOnTerminal([process.execPath, bin, ...words], options);
}

/** The same for any program. */
export function startOnTerminal(
  program: readonly string[],
  { cwd, columns, rows = 40, env = {} }: ScreenOptions,
): StartedScreen {
  const terminal = new xterm.Terminal({ cols: columns, rows, scrollback: 10_000, allowProposedApi: true });
  const command = program.map((word) => `'${word}'`).join(' ');
  const child = spawn('script', ['-qec', `stty cols ${columns} rows ${rows}; exec ${command}`, '/dev/null'], {
    cwd,
    env: { ...cleanEnvironment(), NO_COLOR: '1', TERM: 'xterm', LC_ALL: 'C.UTF-8', ...environmentOf(cwd), ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let written = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    written += text;
    terminal.write(text);
  });
  const finished = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const lines = async () => {
    await new Promise<void>((resolve) => terminal.write('', resolve));
    const { active } = terminal.buffer;
    const all = Array.from({ length: active.length }, (_, at) => active.getLine(at)!.translateToString(true));
    return all.slice(0, all.findLastIndex((line) => line !== '') + 1);
  };
  const tooWide = async () => {
    await lines();
    const { active } = terminal.buffer;
    const wrapped = Array.from({ length: active.length }, (_, at) => at).filter((at) => active.getLine(at)!.isWrapped);
    return wrapped.map((at) => active.getLine(at - 1)?.translateToString(true) ?? '');
  };
  let ended = false;
  void finished.then(() => {
    ended = true;
  });
  return {
    lines,
    tooWide,
    finished,
    written: () => written,
    press: (keys) => void child.stdin.write(keys),
    async shows(pattern) {
      const end = performance.now() + 15_000;
      for (;;) {
        const over = ended;
        const shown = await lines();
        if (shown.some((line) => pattern.test(line))) return;
        if (over) throw new Error(`The command ended without showing ${pattern}:\n${shown.join('\n')}`);
        if (performance.now() > end) {
          child.kill('SIGKILL');
          throw new Error(`The command does not show ${pattern}:\n${shown.join('\n')}`);
        }
        await sleep(20);
      }
    },
  };
}

/** The last screen of a command that ends by itself. */
export async function screenOf(words: readonly string[], options: ScreenOptions): Promise<readonly string[]> {
  const screen = startScreen(words, options);
  await screen.finished;
  return screen.lines();
}

function environmentOf(cwd: string) {
  return { XDG_DATA_HOME: join(cwd, '.data'), XDG_CACHE_HOME: join(cwd, '.cache') };
}

export interface Golden {
  /** The name of its files in `test/screens`. */
  readonly name: string;
  /** The command. */
  readonly words: readonly string[];
  /** Whether it prints paths or commands, which are not broken. Default: no line is wider than the terminal. */
  readonly mayBeWider?: boolean;
  /** Its exit status. Default: 0. */
  readonly status?: number;
  /** Replaces what differs between runs of the test: times, versions. */
  readonly steady?: (text: string) => string;
}

/**
 * Defines tests that a command prints the stored screens: on terminals of 40, 80 and 200 columns without color, and
 * piped. `FORGE_UPDATE_SCREENS=1` stores what is printed.
 */
export function itPrintsItsScreens(
  { name, words, mayBeWider = false, status: expected = 0, steady = (text) => text }: Golden,
  cwd: () => string,
): void {
  for (const columns of [40, 80, 200]) {
    it(`${name}: ${columns} columns`, async function () {
      // Only util-linux has a `script` that runs a command on a terminal of a given size.
      if (!hasTerminals) return this.skip();
      const screen = startScreen(words, { cwd: cwd(), columns });
      expect(await screen.finished).to.equal(expected);
      if (!mayBeWider) expect(await screen.tooWide()).to.deep.equal([]);
      await expectScreen(`${name}-${columns}`, steady((await screen.lines()).join('\n')));
    });
  }
  it(`${name}: piped`, async () => {
    const env = { LC_ALL: 'C.UTF-8', ...environmentOf(cwd()) };
    const { status, stdout, stderr } = await forge(words, { cwd: cwd(), env });
    expect([status, stderr]).to.deep.equal([expected, '']);
    expect(stdout).to.not.include(String.fromCharCode(27));
    await expectScreen(`${name}-piped`, steady(stdout.trimEnd()));
  });
}

/** Expects a text to be the stored one. */
export async function expectScreen(name: string, text: string): Promise<void> {
  const file = join(screens, `${name}.txt`);
  if (process.env.FORGE_UPDATE_SCREENS) {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, `${text}\n`);
  }
  const stored = await readFile(file, 'utf8').catch(() => '');
  expect(text, `${file}; FORGE_UPDATE_SCREENS=1 stores the new screen`).to.equal(stored.replace(/\n$/, ''));
}
