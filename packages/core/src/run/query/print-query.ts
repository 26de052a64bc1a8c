import type { FieldPath, Literal, Pattern, Query } from './query.js';

/** The text of an expression: parsing it gives the same expression again. */
export function printQuery(query: Query): string {
  switch (query.kind) {
    case 'and':
    case 'or':
      return query.of
        .map((part) => (isCombined(part) ? `(${printQuery(part)})` : printQuery(part)))
        .join(` ${query.kind} `);
    case 'not':
      return `not ${isCombined(query.of) ? `(${printQuery(query.of)})` : printQuery(query.of)}`;
    case 'has':
      return `has(${printField(query.field)})`;
    case 'in':
      return `${printField(query.field)} in (${query.values.map(printLiteral).join(', ')})`;
    case 'matches':
      return `${printField(query.field)} ~ ${printPattern(query.pattern)}`;
    case 'compare':
      return `${printField(query.field)} ${query.operator} ${printLiteral(query.value)}`;
  }
}

function isCombined({ kind }: Query): boolean {
  return kind === 'and' || kind === 'or';
}

/** A field as it is written in expressions: `flags.hidden`, `last.valid.'my metric'`. */
export function printField({ path }: Pick<FieldPath, 'path'>): string {
  return path
    .map((name, index) => {
      const isBare = /^[^\s.,()<>=!~'"]+$/.test(name) && !(index === 0 && /^(and|or|not|in)$/i.test(name));
      return isBare ? name : quoted(name);
    })
    .join('.');
}

function printPattern(pattern: Pattern | Literal): string {
  return 'flags' in pattern ? `/${pattern.text}/${pattern.flags}` : printLiteral(pattern);
}

function printLiteral({ text, quoted: wasQuoted }: Literal): string {
  return wasQuoted ? quoted(text) : text;
}

function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
