import type { Fact } from '@forge-ml/core/runs';
import { formatNumber, printableText } from '@forge-ml/core/text';

/** A value on one line; a hash by its first digits, as git does. */
export function formatFact(value: Fact): string {
  if (value === null) return '–';
  const short = String(value).replace(/\b((?:sha256:)?[0-9a-f]{12})(?:[0-9a-f]{28}|[0-9a-f]{52})\b/g, '$1');
  return printableText(short);
}

/** Metrics of several runs: rounded, but exact where rounding would hide that two differ. */
export function formatMetrics(values: readonly (number | null)[]): string[] {
  const rounded = values.map((value) => (value === null ? '' : formatNumber(value)));
  return rounded.map((text, at) => {
    const hidden = rounded.some((other, place) => other === text && !Object.is(values[place], values[at]));
    return hidden ? exact(values[at]!) : text;
  });
}

function exact(value: number | null): string {
  return value === null ? '' : Object.is(value, -0) ? '-0' : String(value);
}
