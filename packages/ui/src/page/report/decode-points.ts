import type { EncodedPoints } from '../../protocol/report-content.js';

/** Values of a metric, in the order of the run. */
export interface Points {
  readonly step: Float64Array;
  readonly epoch: Float64Array;
  readonly time: Float64Array;
  readonly value: Float64Array;
}

export function decodePoints({ step, epoch, time, value }: EncodedPoints): Points {
  return { step: decode(step), epoch: decode(epoch), time: decode(time), value: decode(value) };
}

/** Base64 of float64, little endian. */
function decode(text: string): Float64Array {
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  return Float64Array.from({ length: bytes.length / 8 }, (_, at) => view.getFloat64(at * 8, true));
}
