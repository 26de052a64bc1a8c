import fc from 'fast-check';

/** One change to a byte array. Positions are fractions of its length. */
const edit = fc.oneof(
  fc.record({ kind: fc.constant('flip' as const), at: fc.double({ min: 0, max: 1, noNaN: true }), bit: fc.nat(7) }),
  fc.record({ kind: fc.constant('set' as const), at: fc.double({ min: 0, max: 1, noNaN: true }), byte: fc.nat(255) }),
  fc.record({ kind: fc.constant('cut' as const), at: fc.double({ min: 0, max: 1, noNaN: true }) }),
  fc.record({
    kind: fc.constant('insert' as const),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    bytes: fc.uint8Array({ maxLength: 24 }),
  }),
  fc.record({
    kind: fc.constant('repeat' as const),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.nat(64),
    times: fc.integer({ min: 2, max: 400 }),
  }),
);
type Edit = typeof edit extends fc.Arbitrary<infer T> ? T : never;

/** Valid bytes with a few changes, or random bytes. */
export function bytesLike(valid: Uint8Array): fc.Arbitrary<Uint8Array> {
  const changed = fc.array(edit, { minLength: 1, maxLength: 5 }).map((edits) => edits.reduce(applyEdit, valid));
  return fc.oneof({ weight: 8, arbitrary: changed }, { weight: 1, arbitrary: fc.uint8Array({ maxLength: 400 }) });
}

function applyEdit(bytes: Uint8Array, change: Edit): Uint8Array {
  const at = Math.min(Math.floor(change.at * bytes.length), Math.max(0, bytes.length - 1));
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
  switch (change.kind) {
    case 'flip':
      return Uint8Array.from(bytes, (byte, index) => (index === at ? byte ^ (1 << change.bit) : byte));
    case 'set':
      return Uint8Array.from(bytes, (byte, index) => (index === at ? change.byte : byte));
    case 'cut':
      return before;
    case 'insert':
      return Buffer.concat([before, change.bytes, after]);
    case 'repeat': {
      const piece = after.subarray(0, change.length);
      return Buffer.concat([before, ...Array.from({ length: change.times }, () => piece), after]);
    }
  }
}

/** Unexpected values of a JSON file. */
const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<unknown>(
    -1,
    0,
    -0,
    0.5,
    1e21,
    2 ** 53,
    2 ** 32,
    'NaN',
    'Infinity',
    '',
    '../../etc/passwd',
    '/etc/passwd',
  ),
  fc.constantFrom<unknown>('\0', 'con', '__proto__', 'a/../../b', [], {}, [[]], [null], { __proto__: null, length: 3 }),
  fc.integer({ min: 1, max: 40_000 }).map((depth) => `deep:${depth}`),
);

/** Inserts nesting into the text that is too deep to be built as an object. */
function deepened(text: string): string {
  return text.replace(/"deep:(\d+)"/g, (_, depth) => '{"a":['.repeat(Number(depth)) + ']}'.repeat(Number(depth)));
}

const nodeEdit = fc.record({
  /** Which of its values, as a fraction of their number. */
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  kind: fc.constantFrom('replace', 'replace', 'remove', 'add', 'duplicate'),
  key: fc.oneof(fc.constantFrom('__proto__', 'constructor', 'formatVersion', 'files', ''), fc.string({ maxLength: 8 })),
  value: anything,
});
type NodeEdit = typeof nodeEdit extends fc.Arbitrary<infer T> ? T : never;

/** The text of a valid JSON object with some of its values replaced, removed, added or duplicated. */
export function jsonLike(valid: unknown): fc.Arbitrary<string> {
  return fc.array(nodeEdit, { minLength: 1, maxLength: 3 }).map((edits) => {
    const copy = structuredClone(valid);
    let text: string | undefined;
    for (const change of edits) text = applyToNode(copy, change) ?? text;
    return deepened(text ?? JSON.stringify(copy));
  });
}

type Place = readonly [holder: Record<string, unknown>, key: string];

function applyToNode(root: unknown, { at, kind, key, value: shared }: NodeEdit): string | undefined {
  // A later edit may change the inserted value, so it must be a copy.
  const value = structuredClone(shared);
  const places = placesIn(root);
  const place = places[Math.min(Math.floor(at * places.length), places.length - 1)];
  if (place === undefined) return undefined;
  const [holder, name] = place;
  if (kind === 'remove') delete holder[name];
  else if (kind === 'replace') holder[name] = value;
  else if (kind === 'add')
    Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
  else {
    // A duplicate key cannot be in an object: it is appended to the text.
    const text = JSON.stringify(root);
    return `${text.slice(0, -1)},${JSON.stringify(name)}:${JSON.stringify(value ?? null)}}`;
  }
  return undefined;
}

function placesIn(value: unknown, depth = 0): Place[] {
  if (typeof value !== 'object' || value === null || depth > 8) return [];
  const holder = value as Record<string, unknown>;
  return Object.keys(holder).flatMap((key) => [[holder, key] as const, ...placesIn(holder[key], depth + 1)]);
}
