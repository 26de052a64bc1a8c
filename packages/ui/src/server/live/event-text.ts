import { encodeJson } from '../../protocol/plain-json.js';

/** A server-sent event. Encoded once, and sent to all pages. */
export function eventBytes(name: string, data: object): Buffer {
  return Buffer.from(`event: ${name}\ndata: ${encodeJson(data)}\n\n`);
}
