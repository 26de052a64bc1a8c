const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
/** Graphemes of this many bytes are looked up as a whole. */
const mostBytes = 5;

/**
 * The character map of a SentencePiece model, as `precompiled_charsmap` of a `Precompiled` normalizer has it, in base64: the
 * bytes of a double-array trie (Darts-clone) from byte strings to offsets, then the replacements, each ended by a zero byte.
 * @returns a function that replaces graphemes, and where there is none for a grapheme, its characters
 */
export function precompiledNormalizer(charsmap: string): (text: string) => string {
  const bytes = Buffer.from(charsmap, 'base64');
  const trieBytes = bytes.length < 4 ? 0 : bytes.readUInt32LE(0);
  const end = Math.min(bytes.length, 4 + trieBytes);
  const units = Uint32Array.from({ length: (end - 4) >> 2 }, (_, at) => bytes.readUInt32LE(4 + 4 * at));
  const replacements = bytes.subarray(end);
  const known = new Map<string, string | undefined>();
  const replacementOf = (piece: string): string | undefined => {
    if (!known.has(piece)) {
      const at = firstPrefix(units, Buffer.from(piece));
      known.set(piece, at === undefined ? undefined : replacements.toString('utf8', at, zeroAfter(replacements, at)));
    }
    return known.get(piece);
  };
  return (text) => {
    let out = '';
    for (const { segment } of segmenter.segment(text)) {
      const whole = Buffer.byteLength(segment) <= mostBytes ? replacementOf(segment) : undefined;
      if (whole !== undefined) out += whole;
      else for (const char of segment) out += replacementOf(char) ?? char;
    }
    return out;
  };
}

/** The value of the shortest key that the bytes begin with. */
function firstPrefix(units: Uint32Array, key: Uint8Array): number | undefined {
  let at = offsetOf(units[0] ?? 0);
  for (const byte of key) {
    if (byte === 0) return undefined;
    at ^= byte;
    const unit = units[at];
    if (unit === undefined || (unit & 0x800000ff) !== byte) return undefined;
    at ^= offsetOf(unit);
    if ((unit >>> 8) & 1) return (units[at] ?? 0) & 0x7fffffff;
  }
  return undefined;
}

function offsetOf(unit: number): number {
  return (unit >>> 10) << ((unit & (1 << 9)) >>> 6);
}

function zeroAfter(bytes: Buffer, at: number): number {
  const zero = bytes.indexOf(0, at);
  return zero < 0 ? bytes.length : zero;
}
