/** The longest text of a flag, a fact or a message: longer ones are read in their file. */
const longest = 20_000;

/** A text, or its start with how much more there is. */
export function boundedText(text: string): string {
  if (text.length <= longest) return text;
  return `${text.slice(0, longest).replace(/[\ud800-\udbff]$/, '')} … (${text.length - longest} more characters)`;
}

/** The same for what may be a text. */
export function bounded<T>(value: T): T | string {
  return typeof value === 'string' ? boundedText(value) : value;
}
