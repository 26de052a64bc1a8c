/** A value to send to another thread. */
export interface Packed {
  readonly value: unknown;
  /** Memory to move instead of copying it: only the packed value uses it. */
  readonly memory: ArrayBuffer[];
}

/**
 * Copies the arrays of a value, each into memory of its own, and refuses what would arrive as something else. A view of
 * a large buffer is sent without the rest of the buffer, and the owner's arrays stay usable: another element, or a
 * cache, may use the same memory.
 * @throws TypeError naming the part that cannot be sent
 */
export function pack(value: unknown): Packed {
  const memory: ArrayBuffer[] = [];
  return { value: packPart(value, [], new Map(), memory), memory };
}

function packPart(value: unknown, path: readonly string[], seen: Map<object, unknown>, memory: ArrayBuffer[]): unknown {
  if (typeof value === 'function' || typeof value === 'symbol') throw notSendable(path, `a ${typeof value}`);
  if (typeof value !== 'object' || value === null) return value;
  const known = seen.get(value);
  if (known !== undefined) return known;
  if (ArrayBuffer.isView(value)) {
    const copy = copyOf(value);
    seen.set(value, copy);
    memory.push(copy.buffer as ArrayBuffer);
    return copy;
  }
  if (Array.isArray(value)) {
    const list: unknown[] = [];
    seen.set(value, list);
    value.forEach((part, index) => {
      list[index] = packPart(part, [...path, String(index)], seen, memory);
    });
    return list;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) {
    const fields: Record<string, unknown> = {};
    seen.set(value, fields);
    for (const [name, part] of Object.entries(value)) fields[name] = packPart(part, [...path, name], seen, memory);
    return fields;
  }
  if (cloned.some((type) => value instanceof type)) return value;
  throw notSendable(path, `an instance of ${value.constructor?.name || 'a class'}`);
}

/** What the structured clone algorithm keeps as it is, apart from arrays and plain objects. */
const cloned = [Date, RegExp, Map, Set, Error, ArrayBuffer, SharedArrayBuffer] as const;

function copyOf(view: ArrayBufferView): ArrayBufferView {
  // Always an ArrayBuffer: a SharedArrayBuffer cannot be moved.
  const { buffer } = new Uint8Array(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
  // A Buffer arrives as what it extends.
  if (view instanceof Uint8Array && !(view instanceof Uint8ClampedArray)) return new Uint8Array(buffer);
  return new (view.constructor as new (buffer: ArrayBufferLike) => ArrayBufferView)(buffer);
}

function notSendable(path: readonly string[], what: string): TypeError {
  const part = path.length === 0 ? 'the element' : `"${path.join('.')}" of the element`;
  return new TypeError(`${part} is ${what}, which a thread cannot send to another; use plain objects and arrays`);
}
