import type { TextAnswer } from '../protocol/run-view.js';

/** Null for a text that is altered or cannot be read. */
export async function textOf(read: () => Promise<TextAnswer>): Promise<TextAnswer | null> {
  try {
    return await read();
  } catch {
    return null;
  }
}
