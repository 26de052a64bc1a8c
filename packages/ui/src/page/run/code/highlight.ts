/** What a part of code is. */
export type TokenType = 'comment' | 'string' | 'number' | 'keyword' | 'constant' | 'function' | 'type' | 'property';

export interface Token {
  readonly text: string;
  /** Null for all else. */
  readonly type: TokenType | null;
}

const keywords = new Set(
  (
    'abstract as async await break case catch class const continue debugger declare default delete do else enum export ' +
    'extends finally for from function get if implements import in infer instanceof interface is keyof let namespace new ' +
    'of override private protected public readonly return satisfies set static super switch this throw try type typeof ' +
    'unique var void while with yield'
  ).split(' '),
);
const constants = new Set(['true', 'false', 'null', 'undefined', 'NaN', 'Infinity']);

/** Longer texts, and texts with longer lines, are data or were made by a tool: they stay plain. */
const longest = { text: 400_000, line: 2_000 };

const word = /[\p{ID_Start}$_][\p{ID_Continue}$]*/uy;
const number = /\d[\w.]*/y;
const quoted = /(['"])(?:[^\\\n'"]|\\.|(?!\1)['"])*\1?/y;
const expression = /\/(?:[^\\\n/[]|\\.|\[(?:[^\\\n\]]|\\.)*\])+\/[a-z]*/y;

/**
 * TypeScript, JavaScript or JSON in tokens. In time proportional to the length of the text: it may be a stranger's.
 * (Libraries took minutes for 100 kB of a hostile text.)
 */
export function highlight(text: string): readonly Token[] {
  if (text.length > longest.text || hasLongLine(text)) return [{ text, type: null }];
  const tokens: Token[] = [];
  let plain = 0;
  let at = 0;
  /** Whether the last token ends a value: then a slash divides. */
  let isValue = false;
  const add = (end: number, type: TokenType | null) => {
    if (type === null) {
      at = end;
      return;
    }
    if (plain < at) tokens.push({ text: text.slice(plain, at), type: null });
    tokens.push({ text: text.slice(at, end), type });
    at = end;
    plain = end;
  };
  while (at < text.length) {
    const character = text[at]!;
    if (character === ' ' || character === '\n' || character === '\t' || character === '\r') {
      at++;
    } else if (text.startsWith('//', at)) {
      add(endOf(text, '\n', at + 2, 0), 'comment');
    } else if (text.startsWith('/*', at)) {
      add(endOf(text, '*/', at + 2, 2), 'comment');
    } else if (character === '"' || character === "'") {
      const end = matched(quoted, text, at)!;
      add(end, nextCharacter(text, end) === ':' && !isValue ? 'property' : 'string');
      isValue = true;
    } else if (character === '`') {
      add(endOfTemplate(text, at + 1), 'string');
      isValue = true;
    } else if (character >= '0' && character <= '9') {
      add(matched(number, text, at)!, 'number');
      isValue = true;
    } else if (character === '/' && !isValue) {
      const end = matched(expression, text, at);
      add(end ?? at + 1, end === undefined ? null : 'string');
      isValue = end !== undefined;
    } else {
      const end = matched(word, text, at);
      if (end === undefined) {
        isValue = character === ')' || character === ']' || character === '}';
        at++;
      } else {
        const type = typeOfWord(text, at, end);
        add(end, type);
        isValue = type !== 'keyword' || text.slice(at - 4, at) === 'this';
      }
    }
  }
  if (plain < text.length) tokens.push({ text: text.slice(plain), type: null });
  return tokens;
}

function typeOfWord(text: string, start: number, end: number): TokenType | null {
  const name = text.slice(start, end);
  if (text[start - 1] === '.' && text[start - 2] !== '.') return text[end] === '(' ? 'function' : null;
  if (constants.has(name)) return 'constant';
  const next = nextCharacter(text, end);
  // `type: 'relu'` is a property, whatever its name.
  if (keywords.has(name) && (next !== ':' || name === 'default')) return 'keyword';
  if (next === '(' || (next === '<' && text[end] === '<')) return 'function';
  return /^[A-Z]/.test(name) ? 'type' : null;
}

/** The next character on the same line that is no space. */
function nextCharacter(text: string, from: number): string | undefined {
  let at = from;
  while (text[at] === ' ') at++;
  return text[at];
}

function matched(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

function endOf(text: string, ending: string, from: number, length: number): number {
  const at = text.indexOf(ending, from);
  return at === -1 ? text.length : at + length;
}

function endOfTemplate(text: string, from: number): number {
  let at = from;
  while (at < text.length && text[at] !== '`') at += text[at] === '\\' ? 2 : 1;
  return Math.min(at + 1, text.length);
}

function hasLongLine(text: string): boolean {
  let start = 0;
  while (start < text.length) {
    const end = endOf(text, '\n', start, 1);
    if (end - start > longest.line) return true;
    start = end;
  }
  return false;
}
