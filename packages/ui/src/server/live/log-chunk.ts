import { openRegularFile } from '@forge-ml/core/runs';
import { characterEnd } from '@forge-ml/core/text';
import type { LogEvent } from '../../protocol/live.js';
import type { RunId } from '../../protocol/overview.js';
import { eventBytes } from './event-text.js';
import type { Chunk } from './metrics-chunk.js';

const most = 64 * 1024;

/** The next text of a console log, as an event; undefined if there is none, or only a part of a character. */
export async function logChunk(run: RunId, path: string, from: number): Promise<Chunk | undefined> {
  const handle = await openRegularFile(path, { link: 'refuse' });
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(most), 0, most, from);
    const bytes = buffer.subarray(0, characterEnd(buffer.subarray(0, bytesRead)));
    if (bytes.length === 0) return undefined;
    const end = from + bytes.length;
    return { event: eventBytes('log', { run, from, to: end, text: bytes.toString('utf8') } satisfies LogEvent), end };
  } finally {
    await handle.close();
  }
}
