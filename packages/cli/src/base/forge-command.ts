import type { FlagSpecs, ForgeError, ForgeLibrary } from '@forge-ml/core';
import { printableLines, printableText } from '@forge-ml/core/text';
import { Command } from '@oclif/core/command';
import * as Flags from '@oclif/core/flags';
import { reportError } from '../errors/report-error.js';
import type { CommandLine } from '../flags/read-command-line.js';
import { reserveStdout } from '../process/reserve-stdout.js';
import { colorsFor } from '../terminal/colors.js';
import { toJson } from '../terminal/json.js';
import type { LiveLine } from '../terminal/live-line.js';
import type { FittedTable } from '../terminal/table.js';
import { columnsOf } from '../terminal/terminal-width.js';
import { wrapWords } from '../terminal/wrap.js';

/** The base of all commands. `run` returns data for `--json`; `show` prints text. */
export abstract class ForgeCommand extends Command {
  static override enableJsonFlag = true;
  static override baseFlags = { debug: Flags.boolean({ description: 'Show stack traces.', helpGroup: 'GLOBAL' }) };

  /** The exit status of later failures. Default: that of the error. */
  protected failureStatus: number | undefined;
  /** What was done before a failure, for `--json`. */
  protected failureData: object | undefined;
  /** Releases stdout, which `--json` reserves for its one object. */
  protected releaseStdout = (): void => {};

  protected override async init(): Promise<void> {
    await super.init();
    this.parsed = true;
    if (this.jsonEnabled()) this.releaseStdout = reserveStdout();
  }

  /**
   * Parses this command's flags and words with Forge's own parser.
   * @param repeatable names of flags that may be given several times
   */
  protected async read<F extends FlagSpecs>(specs: F, repeatable: readonly string[] = []): Promise<CommandLine<F>> {
    const { readCommandLine } = await import('../flags/read-command-line.js');
    const words = Object.entries(this.ctor.args).map(([name, { required = false, multiple = false }]) => {
      return { name, required, multiple };
    });
    const id = this.id!;
    // `forge runs shw` is `forge runs` with an extra word, or a misspelled command.
    const stray = (word: string) => (this.hasCommandsBelow(id) ? this.unknownCommand(word) : undefined);
    return readCommandLine(this.argv, specs, words, { command: id.replaceAll(':', ' '), repeatable, stray });
  }

  private hasCommandsBelow(id: string): boolean {
    return this.config.commandIDs.some((known) => known.startsWith(`${id}:`));
  }

  /** An error that suggests the subcommand closest to a word. */
  protected async unknownCommand(word: string): Promise<ForgeError> {
    const { unknownCommand } = await import('../errors/unknown-command.js');
    return unknownCommand(`${this.id}:${word}`, this.config.commandIDs);
  }

  /** The library, for the current directory and the plugins installed with `forge plugins install`. */
  protected async library(argv: readonly string[] = this.argv): Promise<ForgeLibrary> {
    const { openLibrary } = await import('../plugins/open-library.js');
    return openLibrary(this.config.dataDir, { argv, warn: (message) => this.showWarning(message) });
  }

  /** The folder of all experiments, without the library: for commands that load no training code. */
  protected async resultsFolder(): Promise<string> {
    const { resultsFolder } = await import('@forge-ml/core/runs');
    return resultsFolder({
      directory: process.cwd(),
      argv: this.argv,
      env: process.env,
      warn: (message) => this.showWarning(message),
    });
  }

  /** A line that shows what a long command is doing; undefined without a terminal, and with `--json`. */
  protected async liveLine(): Promise<LiveLine | undefined> {
    if (this.jsonEnabled() || !process.stdout.isTTY || process.env.TERM === 'dumb') return undefined;
    const { LiveLine } = await import('../terminal/live-line.js');
    const line = new LiveLine();
    line.start();
    return line;
  }

  protected showWarning(message: string): void {
    process.stderr.write(`${colorsFor(process.stderr).yellow('Warning:')} ${printableText(message)}\n`);
  }

  /** Prints text; nothing with `--json`. */
  protected show(text: string): void {
    if (!this.jsonEnabled()) process.stdout.write(`${printableLines(text)}\n`);
  }

  /** Prints a table, and on stderr, so that it is seen when the table is piped, the columns without room. */
  protected showTable({ text, dropped }: FittedTable): void {
    this.show(text);
    if (dropped.length === 0 || this.jsonEnabled()) return;
    const note = `No room for ${dropped.join(', ')}: a wider terminal, or --json, shows all.`;
    const lines = wrapWords(printableText(note), columnsOf(process.stderr));
    process.stderr.write(`${colorsFor(process.stderr).dim(lines)}\n`);
  }

  protected override logJson(value: unknown): void {
    this.releaseStdout();
    process.stdout.write(`${toJson(value)}\n`);
  }

  protected override async catch(error: Error): Promise<void> {
    this.releaseStdout();
    process.exitCode = await reportError(error, {
      json: this.jsonEnabled(),
      debug: this.argv.includes('--debug'),
      exit: this.failureStatus,
      data: this.failureData,
    });
  }
}
