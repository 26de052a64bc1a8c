import { printableJson } from '@forge-ml/core/text';

/** JSON without control characters. Numbers that are not finite become strings, as in a run's files: "NaN", "-Infinity". */
export function toJson(value: unknown, indent = 2): string {
  const json = JSON.stringify(
    value,
    (_key, item) => (typeof item === 'number' && !Number.isFinite(item) ? String(item) : item),
    indent,
  );
  return printableJson(json);
}
