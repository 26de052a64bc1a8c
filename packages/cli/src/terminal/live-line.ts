import { stripVTControlCharacters } from 'node:util';
import { printableLines } from '@forge-ml/core/text';
import cliCursor from 'cli-cursor';
import { createLogUpdate } from 'log-update';

type Write = NodeJS.WriteStream['write'];

/**
 * The last line of a terminal, redrawn in place. Other output appears above it.
 * It does not write through wrappers added to the stream later, such as a copy into a log.
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
    // By default log-update hides the cursor by a write to stderr, which would count as other output here.
    this.update = createLogUpdate(this.terminal, { showCursor: true });
  }

  start(others: readonly NodeJS.WriteStream[] = [process.stdout, process.stderr]): void {
    if (this.restore.length > 0) return;
    this.restore = others.filter((other) => other.isTTY).map((other) => this.wrapWrites(other));
    process.once('exit', this.onExit);
    cliCursor.hide(this.terminal);
  }

  draw(line: string): void {
    this.drawn = printableLines(line);
    if (this.atLineStart) this.update(this.drawn);
  }

  /** Terminal columns available to a line. */
  get columns(): number {
    return Math.max(20, (this.terminal.columns ?? 80) - 1);
  }

  /** Removes the line and restores the terminal. */
  stop(): void {
    if (this.restore.length === 0) return;
    this.update.clear();
    cliCursor.show(this.terminal);
    for (const restore of this.restore.splice(0)) restore();
    process.off('exit', this.onExit);
  }

  private wrapWrites(other: NodeJS.WriteStream): () => void {
    const write = other.write;
    const wrapped = (...parameters: Parameters<Write>): boolean => {
      this.update.clear();
      const accepted = write.apply(other, parameters);
      const [chunk] = parameters as [string | Uint8Array];
      const text = stripVTControlCharacters(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString());
      this.atLineStart = text === '' ? this.atLineStart : text.endsWith('\n');
      if (this.atLineStart && this.drawn !== '') this.update(this.drawn);
      return accepted;
    };
    other.write = wrapped as Write;
    return () => {
      if (other.write === wrapped) other.write = write;
    };
  }
}
