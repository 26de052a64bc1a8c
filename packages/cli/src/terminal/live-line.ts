import { stripVTControlCharacters } from 'node:util';
import { printableLines } from '@forge-ml/core/text';
import cliCursor from 'cli-cursor';
import { createLogUpdate } from 'log-update';

type Write = NodeJS.WriteStream['write'];

/**
 * The last line of a terminal, drawn again and again. Whatever else is written meanwhile appears above it, whole.
 * What it draws itself does not pass through wrappers put around the stream later, such as a copy into a log.
 */
export class LiveLine {
  private readonly terminal: NodeJS.WriteStream;
  private readonly update: ReturnType<typeof createLogUpdate>;
  private restore: (() => void)[] = [];
  private drawn = '';
  private atLineStart = true;
  private readonly onExit = () => this.stop();

  constructor(stream: NodeJS.WriteStream = process.stdout) {
    this.terminal = Object.create(stream, { write: { value: stream.write.bind(stream) } });
    // Left to itself, log-update hides the cursor with a write to stderr, which we would take for somebody else's.
    this.update = createLogUpdate(this.terminal, { showCursor: true });
  }

  start(others: readonly NodeJS.WriteStream[] = [process.stdout, process.stderr]): void {
    if (this.restore.length > 0) return;
    this.restore = others.filter((other) => other.isTTY).map((other) => this.stepAsideFor(other));
    process.once('exit', this.onExit);
    cliCursor.hide(this.terminal);
  }

  draw(line: string): void {
    this.drawn = printableLines(line);
    if (this.atLineStart) this.update(this.drawn);
  }

  /** Columns that a drawn line may fill. */
  get columns(): number {
    return Math.max(20, (this.terminal.columns ?? 80) - 1);
  }

  /** Takes the line away and leaves the terminal as it was. */
  stop(): void {
    if (this.restore.length === 0) return;
    this.update.clear();
    cliCursor.show(this.terminal);
    for (const restore of this.restore.splice(0)) restore();
    process.off('exit', this.onExit);
  }

  private stepAsideFor(other: NodeJS.WriteStream): () => void {
    const write = other.write;
    const aside = (...parameters: Parameters<Write>): boolean => {
      this.update.clear();
      const accepted = write.apply(other, parameters);
      const [chunk] = parameters as [string | Uint8Array];
      const text = stripVTControlCharacters(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString());
      this.atLineStart = text === '' ? this.atLineStart : text.endsWith('\n');
      if (this.atLineStart && this.drawn !== '') this.update(this.drawn);
      return accepted;
    };
    other.write = aside as Write;
    return () => {
      if (other.write === aside) other.write = write;
    };
  }
}
