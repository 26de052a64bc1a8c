import type { Dim } from './types.js';

/**
 * Arithmetic on sizes that may be names. A sum of products of names with whole factors is written in one normal form
 * (`2*batch*seq + 1`), so that equal results have equal names; any other result becomes a name that describes its
 * computation (`floor((height - 1)/2)`), so that equal computations have equal names.
 */

/** Products of names, each with its factor; the constant term has the key ''. */
type Polynomial = Map<string, number>;

export function addDims(a: Dim, b: Dim): Dim {
  if (typeof a === 'number' && typeof b === 'number') return a + b;
  const sum = parse(a);
  for (const [product, factor] of parse(b)) addTerm(sum, product, factor);
  return print(sum);
}

export function subtractDims(a: Dim, b: Dim): Dim {
  return addDims(a, multiplyDims(b, -1));
}

export function multiplyDims(a: Dim, b: Dim): Dim {
  if (typeof a === 'number' && typeof b === 'number') return a * b;
  if (a === 1) return b;
  if (b === 1) return a;
  const result: Polynomial = new Map();
  const right = parse(b);
  for (const [product, factor] of parse(a)) {
    for (const [other, otherFactor] of right) {
      addTerm(result, joinNames([...namesOf(product), ...namesOf(other)]), factor * otherFactor);
    }
  }
  return print(result);
}

/** a / b rounded down. Exact where every product of `a` with a name in it can be divided by `b`. */
export function floorDivideDims(a: Dim, b: Dim): Dim {
  if (typeof a === 'number' && typeof b === 'number') return Math.floor(a / b);
  if (b === 1) return a;
  if (a === b) return 1;
  return dividedTerms(parse(a), parse(b)) ?? `floor((${a})/${typeof b === 'number' ? b : `(${b})`})`;
}

export function ceilDivideDims(a: Dim, b: number): Dim {
  return floorDivideDims(addDims(a, b - 1), b);
}

export function productOfDims(shape: readonly Dim[]): Dim {
  return shape.reduce(multiplyDims, 1);
}

/** Whether it cannot be negative, given that names are sizes. */
export function isNonNegative(dim: Dim): boolean {
  if (typeof dim === 'number') return dim >= 0;
  for (const factor of parse(dim).values()) if (factor < 0) return false;
  return true;
}

let unknowns = 0;

/** An unknown size: a unique name. */
export function unknownDim(): Dim {
  unknowns += 1;
  return `?${unknowns}`;
}

function dividedTerms(dividend: Polynomial, divisor: Polynomial): Dim | undefined {
  if (divisor.size !== 1) return undefined;
  const [[divisorProduct, divisorFactor]] = [...divisor] as [[string, number]];
  if (divisorFactor <= 0) return undefined;
  const quotient: Polynomial = new Map();
  for (const [product, factor] of dividend) {
    const rest = namesOf(product);
    for (const name of namesOf(divisorProduct)) {
      const at = rest.indexOf(name);
      if (at < 0) return undefined;
      rest.splice(at, 1);
    }
    // Only the constant may leave a remainder: the other terms are then whole for any values of the names.
    if (factor % divisorFactor !== 0 && product !== '') return undefined;
    addTerm(quotient, joinNames(rest), Math.floor(factor / divisorFactor));
  }
  return print(quotient);
}

function addTerm(polynomial: Polynomial, product: string, factor: number): void {
  const sum = (polynomial.get(product) ?? 0) + factor;
  if (sum === 0) polynomial.delete(product);
  else polynomial.set(product, sum);
}

function parse(dim: Dim): Polynomial {
  const polynomial: Polynomial = new Map();
  if (typeof dim === 'number') {
    addTerm(polynomial, '', dim);
    return polynomial;
  }
  for (const { sign, body } of termsOf(dim)) {
    let factor = sign;
    const names: string[] = [];
    for (const part of splitOutside(body, '*')) {
      if (/^\d+$/.test(part)) factor *= Number(part);
      else names.push(part);
    }
    addTerm(polynomial, joinNames(names), factor);
  }
  return polynomial;
}

function print(polynomial: Polynomial): Dim {
  const constant = polynomial.get('') ?? 0;
  const terms = [...polynomial].filter(([product]) => product !== '').sort(([a], [b]) => (a < b ? -1 : 1));
  if (terms.length === 0) return constant;
  if (constant !== 0) terms.push(['', constant]);
  let text = '';
  for (const [product, factor] of terms) {
    const size = Math.abs(factor);
    const body = product === '' ? `${size}` : size === 1 ? product : `${size}*${product}`;
    if (text === '') text = factor < 0 ? `-${body}` : body;
    else text += factor < 0 ? ` - ${body}` : ` + ${body}`;
  }
  return text;
}

function termsOf(text: string): { sign: 1 | -1; body: string }[] {
  const negative = text.startsWith('-');
  const pieces = splitOutside(negative ? text.slice(1) : text, ' + ').flatMap((sum) =>
    splitOutside(sum, ' - ').map((body, index) => ({ sign: index === 0 ? (1 as const) : (-1 as const), body })),
  );
  if (negative && pieces[0] !== undefined) pieces[0] = { sign: -1, body: pieces[0].body };
  return pieces;
}

/** Splits at each `separator` outside all parentheses. */
function splitOutside(text: string, separator: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '(') depth += 1;
    else if (text[at] === ')') depth -= 1;
    else if (depth === 0 && text.startsWith(separator, at)) {
      parts.push(text.slice(start, at));
      at += separator.length - 1;
      start = at + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}

function namesOf(product: string): string[] {
  return product === '' ? [] : splitOutside(product, '*');
}

function joinNames(names: readonly string[]): string {
  return [...names].sort().join('*');
}
