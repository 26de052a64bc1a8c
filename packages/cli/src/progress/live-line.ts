import { stripVTControlCharacters } from 'node:util';

const hideCursor = '\u001b[?25l';
const showCursor = '\u001b[?25h';
const eraseLine = '\r\u001b[K';

type Write = NodeJS.WriteStream['write'];

/**
 * The last line of a terminal, drawn again and again. Whatever else is written meanwhile appears above it, whole.
 * What it draws itself does not pass through wrappers put around the stream later, such as a copy into a log.
 */
export class LiveLine {
  private readonly raw: Write;
  private restore: (() => void)[] = [];
  private drawn = '';
  private atLineStart = true;
  private readonly onExit = () => this.stop();

  constructor(private readonly stream: NodeJS.WriteStream = process.stdout) {
    this.raw = stream.write.bind(stream) as Write;
  }

  start(others: readonly NodeJS.WriteStream[] = [process.stdout, process.stderr]): void {
    if (this.restore.length > 0) return;
    this.restore = others.filter((other) => other.isTTY).map((other) => this.stepAsideFor(other));
    process.once('exit', this.onExit);
    this.raw(hideCursor);
  }

  draw(line: string): void {
    this.drawn = line;
    if (this.atLineStart) this.raw(`${eraseLine}${line}`);
  }

  /** Columns that a drawn line may fill. */
  get columns(): number {
    return Math.max(20, (this.stream.columns ?? 80) - 1);
  }

  /** Takes the line away and leaves the terminal as it was. */
  stop(): void {
    if (this.restore.length === 0) return;
    if (this.atLineStart) this.raw(eraseLine);
    this.raw(showCursor);
    for (const restore of this.restore.splice(0)) restore();
    process.off('exit', this.onExit);
  }

  private stepAsideFor(other: NodeJS.WriteStream): () => void {
    const write = other.write;
    const aside = (...parameters: Parameters<Write>): boolean => {
      if (this.atLineStart) this.raw(eraseLine);
      const accepted = write.apply(other, parameters);
      const [chunk] = parameters as [string | Uint8Array];
      const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
      this.atLineStart = text === '' ? this.atLineStart : stripVTControlCharacters(text).endsWith('\n');
      if (this.atLineStart) this.raw(this.drawn);
      return accepted;
    };
    other.write = aside as Write;
    return () => {
      if (other.write === aside) other.write = write;
    };
  }
}
