/** Spaces as wide as a digit and as a point, where digits are of one width. */
const digitSpace = '\u2007';
const pointSpace = '\u2008';

/** The part from the decimal point on; of `1e-5` the exponent. */
export function tailOf(text: string): string {
  const at = text.search(/[.e]/);
  return at < 0 ? '' : text.slice(at);
}

/** Pads a number after its end, so that the points of a right-aligned column are above each other. */
export function padded(text: string, tailLength: number): string {
  const missing = tailLength - tailOf(text).length;
  if (missing <= 0 || !/^[-+\d]/.test(text)) return text;
  return tailOf(text) === '' ? text + pointSpace + digitSpace.repeat(missing - 1) : text + digitSpace.repeat(missing);
}
