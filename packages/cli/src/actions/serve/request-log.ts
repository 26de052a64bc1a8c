import type { ErrorBody } from './http-problem.js';

/** A request that was answered. */
export interface AnsweredRequest {
  readonly path: string;
  readonly status: number;
  readonly examples: number;
  /** From the request's head to its answer, ms. */
  readonly ms: number;
  readonly error?: ErrorBody;
}

export interface RequestLog {
  request(answered: AnsweredRequest): void;
  /** A fault of the server, as text. */
  unexpected(text: string): void;
}

/** Lines are written this long after the first of them, ms: one write for many requests. */
const delay = 100;

/** Collects lines, and writes them together. */
export class LineBuffer {
  #lines: string[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly write: (text: string) => void) {}

  add(line: string): void {
    this.#lines.push(line);
    this.#timer ??= setTimeout(() => this.flush(), delay);
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#lines.length > 0) this.write(`${this.#lines.join('\n')}\n`);
    this.#lines = [];
  }
}
