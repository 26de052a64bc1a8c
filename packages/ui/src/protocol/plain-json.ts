/** JSON has no NaN or ±Infinity: `{ "$number": "NaN" }` stands for them. */
interface EncodedNumber {
  readonly $number: string;
}

export function encodeJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'number' && !Number.isFinite(item) ? ({ $number: String(item) } satisfies EncodedNumber) : item,
  );
}

/** Only text that has such numbers is parsed the slow way. */
export function decodeJson(text: string): unknown {
  return text.includes('{"$number":') ? JSON.parse(text, decodeNumber) : JSON.parse(text);
}

function decodeNumber(_key: string, item: unknown): unknown {
  if (typeof item !== 'object' || item === null) return item;
  const { $number } = item as Partial<EncodedNumber>;
  return typeof $number === 'string' && Object.keys(item).length === 1 ? Number($number) : item;
}
