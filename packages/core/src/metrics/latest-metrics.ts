import { type FileHandle, open } from 'node:fs/promises';
import { fileError, isMissing } from '../files/file-error.js';
import { parseMetricLine } from './metric-line.js';
import type { MetricRecord } from './metric-sink.js';

const firstBytes = 1 << 16;
const mostBytes = 1 << 20;
const newline = 10;

/**
 * The last record of each split, read from the end of a `metrics.jsonl`: its last 64 KiB, and as much more, up to
 * 1 MiB, as it takes to find both `train` and `valid`. Empty for a file that does not exist.
 * Only the lines it needs are parsed.
 * @throws ForgeError RUN_INVALID naming the file and the damaged line, FILE_SYSTEM
 */
export async function latestMetrics(path: string): Promise<Readonly<Record<string, MetricRecord>>> {
  let handle: FileHandle;
  try {
    handle = await open(path, 'r');
  } catch (error) {
    if (isMissing(error)) return {};
    throw fileError(error, path, 'read');
  }
  try {
    const { size } = await handle.stat();
    for (let length = firstBytes; ; length *= 4) {
      const start = Math.max(0, size - Math.min(length, mostBytes));
      const found = lastOfEachSplit(wholeLinesOf(await read(handle, start, size), start > 0), path);
      const complete = found.has('train') && found.has('valid');
      if (complete || start === 0 || length >= mostBytes) return Object.fromEntries(found);
    }
  } catch (error) {
    throw fileError(error, path, 'read');
  } finally {
    await handle.close();
  }
}

async function read(handle: FileHandle, start: number, end: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(end - start), 0, end - start, start);
  return buffer.subarray(0, bytesRead);
}

/** Lines between newlines; where the bytes start inside a file, what stands before the first one is half a line. */
function wholeLinesOf(bytes: Buffer, inside: boolean): string[] {
  const from = inside ? bytes.indexOf(newline) + 1 : 0;
  const to = bytes.lastIndexOf(newline);
  return to < from ? [] : bytes.subarray(from, to).toString().split('\n');
}

function lastOfEachSplit(lines: readonly string[], path: string): Map<string, MetricRecord> {
  const found = new Map<string, MetricRecord>();
  for (const [index, line] of lines.toReversed().entries()) {
    if (found.has(splitAtAGlance(line))) continue;
    const record = parseMetricLine(line, path, index === 0 ? 'The last line' : `Line ${index + 1} from the end`);
    if (!found.has(record.split)) found.set(record.split, record);
  }
  return found;
}

/** The split of a line as Forge writes it, without parsing; for another line, or a name with escapes, a guess. */
function splitAtAGlance(line: string): string {
  return /"split":"([^"\\]*)"/.exec(line)?.[1] ?? '';
}
