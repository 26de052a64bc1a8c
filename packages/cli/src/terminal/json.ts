import { printableJson } from '@forge-ml/core/text';

/** JSON for programs, which does nothing to a terminal either. What is no finite number is written as it is in a run's files: "NaN", "Infinity", "-Infinity". */
export function toJson(value: unknown): string {
  const json = JSON.stringify(
    value,
    (_key, item) => (typeof item === 'number' && !Number.isFinite(item) ? String(item) : item),
    2,
  );
  return printableJson(json);
}
