/** A JSON value whose objects are Maps: keys keep their order, and a key such as `__proto__` is only a key. */
export type StrictJson = null | boolean | number | string | readonly StrictJson[] | ReadonlyMap<string, StrictJson>;

/** An error in a JSON text: `position` counts UTF-16 units from 0. */
export class JsonProblem extends Error {
  constructor(
    message: string,
    readonly position: number,
  ) {
    super(message);
  }
}

/**
 * Parses JSON (RFC 8259), stricter than `JSON.parse`: refuses duplicate keys and deep nesting.
 * @throws JsonProblem
 */
export function parseStrictJson(text: string, maxDepth = 32): StrictJson {
  const parser = new Parser(text, maxDepth);
  return parser.document();
}

/** Shortens a text from a file for an error message: a file can hold a name of a hundred megabytes. */
export function shorten(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}

/** `line 3, column 5`, as editors count. */
export function placeIn(text: string, position: number): string {
  const before = text.slice(0, position);
  const line = before.split('\n').length;
  return `line ${line}, column ${position - before.lastIndexOf('\n')}`;
}

class Parser {
  private at = 0;

  constructor(
    private readonly text: string,
    private readonly maxDepth: number,
  ) {}

  document(): StrictJson {
    const value = this.value(0);
    this.skipSpace();
    if (this.at < this.text.length) throw new JsonProblem('unexpected text after the value', this.at);
    return value;
  }

  private value(depth: number): StrictJson {
    this.skipSpace();
    if (depth > this.maxDepth) throw new JsonProblem(`nested deeper than ${this.maxDepth} levels`, this.at);
    switch (this.text[this.at]) {
      case '{':
        return this.object(depth);
      case '[':
        return this.array(depth);
      case '"':
        return this.string();
      default:
        return this.literal();
    }
  }

  private object(depth: number): ReadonlyMap<string, StrictJson> {
    const entries = new Map<string, StrictJson>();
    this.at++;
    if (this.consume('}')) return entries;
    do {
      this.skipSpace();
      const start = this.at;
      if (this.text[start] !== '"') throw this.unexpected('a key in quotes');
      const key = this.string();
      if (entries.has(key)) throw new JsonProblem(`duplicate key ${shorten(JSON.stringify(key))}`, start);
      if (!this.consume(':')) throw this.unexpected('":"');
      entries.set(key, this.value(depth + 1));
    } while (this.consume(','));
    if (!this.consume('}')) throw this.unexpected('"," or "}"');
    return entries;
  }

  private array(depth: number): readonly StrictJson[] {
    const items: StrictJson[] = [];
    this.at++;
    if (this.consume(']')) return items;
    do items.push(this.value(depth + 1));
    while (this.consume(','));
    if (!this.consume(']')) throw this.unexpected('"," or "]"');
    return items;
  }

  private string(): string {
    const start = this.at;
    let escaped = false;
    for (this.at++; this.text[this.at] !== '"'; this.at++) {
      const unit = this.text.charCodeAt(this.at);
      if (Number.isNaN(unit)) throw new JsonProblem('unterminated string', start);
      if (unit < 0x20) throw new JsonProblem('a string contains a control character', this.at);
      if (unit === 0x5c) {
        escaped = true;
        this.at++;
      }
    }
    this.at++;
    if (!escaped) return this.text.slice(start + 1, this.at - 1);
    try {
      return JSON.parse(this.text.slice(start, this.at)) as string;
    } catch {
      throw new JsonProblem('a string has an invalid escape', start);
    }
  }

  private literal(): StrictJson {
    const word = /true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
    word.lastIndex = this.at;
    const found = word.exec(this.text)?.[0];
    if (found === undefined) throw this.unexpected('a value');
    this.at += found.length;
    return JSON.parse(found) as StrictJson;
  }

  private consume(mark: string): boolean {
    this.skipSpace();
    if (this.text[this.at] !== mark) return false;
    this.at++;
    return true;
  }

  private skipSpace(): void {
    for (;;) {
      const unit = this.text.charCodeAt(this.at);
      if (unit !== 0x20 && unit !== 0x0a && unit !== 0x0d && unit !== 0x09) return;
      this.at++;
    }
  }

  private unexpected(expected: string): JsonProblem {
    const found = this.text[this.at];
    const actual = found === undefined ? 'the end' : JSON.stringify(found);
    return new JsonProblem(`expected ${expected}, found ${actual}`, this.at);
  }
}
