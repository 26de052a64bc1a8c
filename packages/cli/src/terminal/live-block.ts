import { printableLines } from '@forge-ml/core/text';
import cliCursor from 'cli-cursor';

/** Lines at the end of a terminal, of which only those that change are written again. */
export class LiveBlock {
  private lines: readonly string[] = [];
  private readonly onExit = () => this.stop();

  constructor(private readonly stream: NodeJS.WriteStream) {
    cliCursor.hide(stream);
    process.once('exit', this.onExit);
  }

  /** @param text no wider and no higher than the terminal */
  draw(text: string): void {
    const lines = printableLines(text).split('\n');
    const before = this.lines;
    let written = before.length > 1 ? `\u001b[${before.length - 1}A` : '';
    // The cursor is at the start of the first line here, and of the last one in the end.
    let at = 0;
    const goTo = (line: number) => {
      if (line > at) written += '\r\n'.repeat(line - at);
      at = line;
    };
    for (const [index, line] of lines.entries()) {
      if (line === before[index]) continue;
      goTo(index);
      written += `\r\u001b[2K${line}\r`;
    }
    if (before.length > lines.length) {
      goTo(lines.length);
      written += '\r\u001b[J';
    }
    if (at > lines.length - 1) written += `\u001b[${at - (lines.length - 1)}A`;
    else goTo(lines.length - 1);
    this.lines = lines;
    if (lines.some((line, index) => line !== before[index]) || before.length !== lines.length)
      this.stream.write(written);
  }

  /** Forgets what is drawn, as the terminal has broken its lines. */
  resized(): void {
    this.stream.write('\u001b[2J\u001b[H');
    this.lines = [];
  }

  /** Leaves the lines, and the cursor below them. */
  stop(): void {
    process.off('exit', this.onExit);
    if (this.lines.length > 0) this.stream.write('\r\n');
    this.lines = [];
    cliCursor.show(this.stream);
  }
}
