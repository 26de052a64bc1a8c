import type { ParameterValue } from '@forge-ml/core/sweeps';
import { printableText } from '@forge-ml/core/text';

/** The value of a parameter in a table: numbers with four significant digits. */
export function renderParameterValue(value: ParameterValue | undefined): string {
  if (value === undefined) return '';
  if (typeof value !== 'number') return value === null ? 'none' : printableText(String(value));
  const rounded = Number(value.toPrecision(4));
  const size = Math.abs(rounded);
  return (size > 0 && size < 1e-3) || size >= 1e6 ? rounded.toExponential() : String(rounded);
}
