import type { Config } from './config.js';

/**
 * A Unigram model whose scores are those that the reference reads: its JSON parser multiplies or divides the digits by a power
 * of ten, which may be one unit in the last place away. That decides between two ways to split a text that are as likely.
 */
export function withParsedScores(model: Config): Config {
  const vocab = (model.vocab as readonly (readonly [string, number])[]).map(([piece, score]) => [piece, parsed(score)]);
  return { ...model, vocab };
}

function parsed(score: number): number {
  const [digits, power] = String(Math.abs(score)).split('e') as [string, string?];
  const [whole, fraction = ''] = digits.split('.') as [string, string?];
  const exponent = Number(power ?? 0) - fraction.length;
  const value = Number(whole + fraction);
  const found = exponent < 0 ? value / 10 ** -exponent : value * 10 ** exponent;
  return score < 0 ? -found : found;
}
