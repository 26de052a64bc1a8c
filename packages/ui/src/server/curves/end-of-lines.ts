import { openRegularFile } from '@forge-ml/core/runs';

const piece = 64 * 1024;

/** The byte after the last whole line of a file; 0 if there is none near its end. */
export async function endOfLines(path: string): Promise<number> {
  const handle = await openRegularFile(path, { link: 'refuse' }).catch(() => undefined);
  if (handle === undefined) return 0;
  try {
    const { size } = await handle.stat();
    const start = Math.max(0, size - piece);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(piece), 0, size - start, start);
    return start + buffer.subarray(0, bytesRead).lastIndexOf(10) + 1;
  } finally {
    await handle.close();
  }
}
