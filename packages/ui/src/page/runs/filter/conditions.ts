/** A value in an expression of `forge runs --where`, in quotes where it needs them. */
export function quoted(value: string): string {
  const isPlain = /^[^\s,()'"=<>!~\\]+$/.test(value) && !/^(and|or|not|in)$/i.test(value);
  return isPlain ? value : `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/** A field as it is written in an expression: `last.valid.'my metric'`. @param key as of `TableField` */
export function writtenField(key: string): string {
  if (/^[^\s,()'"=<>!~]+$/.test(key)) return key;
  const [, start, name] = /^(flags\.|(?:best|last)\.[^.]*\.|)(.*)$/s.exec(key)!;
  return `${start}${quoted(name!)}`;
}

/** Requires one more condition; an expression that has it stays as it is. */
export function withCondition(where: string, condition: string): string {
  const present = where.trim();
  if (present === '' || present === condition) return condition;
  // "and" binds more strongly than "or".
  if (/\bor\b/i.test(present)) return `(${present}) and ${condition}`;
  const isThere = present.endsWith(` and ${condition}`) || present.startsWith(`${condition} and `);
  return isThere ? where : `${present} and ${condition}`;
}
