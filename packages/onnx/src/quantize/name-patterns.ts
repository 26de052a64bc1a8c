import { invalidModel } from '../errors/onnx-error.js';

/** Whether a name matches a pattern, in which `*` stands for any text. */
export function matchesAny(names: readonly string[], patterns: readonly string[]): boolean {
  return patterns.some((pattern) => names.some((name) => toExpression(pattern).test(name)));
}

/** @throws OnnxError MODEL_INVALID for a pattern that matches none of the names */
export function requireMatches(patterns: readonly string[], names: readonly string[]): void {
  const useless = patterns.find((pattern) => !matchesAny(names, [pattern]));
  if (useless === undefined) return;
  const shown = [...new Set(names)].filter((name) => name !== '').slice(0, 8);
  throw invalidModel(
    `The pattern "${useless}" matches no weight and no node of a product.`,
    useless,
    shown.length === 0 ? 'The model has none.' : `Among them are ${shown.map((name) => `"${name}"`).join(', ')}.`,
  );
}

function toExpression(pattern: string): RegExp {
  const escaped = pattern.split('*').map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${escaped.join('.*')}$`, 's');
}
