import { printableText } from '../text/printable.js';

/** Where lines for the user go: standard error. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** Time between two changes of the line on a terminal, ms. */
const pause = 200;

/** Lines about a download: on a terminal with one that changes, otherwise only about its start and its end. */
export class DownloadLines {
  readonly #started = performance.now();
  #shown = Number.NEGATIVE_INFINITY;
  #line = '';
  /** Bytes that an earlier download has left. */
  #before: number | undefined;

  constructor(
    private readonly name: string,
    private readonly output: Output,
  ) {}

  start(size: number | undefined, from: string): void {
    const text = `Downloading ${this.name}${size === undefined ? '' : ` (${megabytes(size)})`} from ${from}`;
    if (this.output.isTTY) this.#change(text);
    else this.say(text);
  }

  progress(bytes: number, size: number | undefined): void {
    this.#before ??= bytes;
    const now = performance.now();
    if (!this.output.isTTY || now - this.#shown < pause) return;
    this.#shown = now;
    const done =
      size === undefined
        ? megabytes(bytes)
        : `${Math.floor((100 * bytes) / Math.max(1, size))} % of ${megabytes(size)}`;
    const speed = (bytes - this.#before) / Math.max(0.001, (now - this.#started) / 1000);
    this.#change(`Downloading ${this.name}: ${done}, ${megabytes(speed)}/s`);
  }

  end(bytes: number, folder: string): void {
    const seconds = ((performance.now() - this.#started) / 1000).toFixed(1);
    this.say(`Downloaded ${this.name} (${megabytes(bytes)}, ${seconds} s) to ${folder}`);
  }

  /** A line that stays. */
  say(text: string): void {
    this.clear();
    this.output.write(`${printableText(text)}\n`);
  }

  /** Removes the line that changes. */
  clear(): void {
    if (this.#line !== '') this.output.write('\r\u001b[K');
    this.#line = '';
  }

  #change(text: string): void {
    this.#line = printableText(text).slice(0, Math.max(1, (this.output.columns ?? 80) - 1));
    this.output.write(`\r\u001b[K${this.#line}`);
  }
}

function megabytes(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(2)} GB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
