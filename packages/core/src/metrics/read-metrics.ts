import { parseMetricLine } from './metric-line.js';
import type { MetricRecord } from './metric-sink.js';
import { wholeLines } from './whole-lines.js';

/**
 * The records of a `metrics.jsonl`, in the order they were written. A last line without its newline is not there
 * yet; a file that does not exist holds no records.
 * @throws ForgeError RUN_INVALID naming the file and the line that is damaged, FILE_SYSTEM
 */
export async function* readMetrics(path: string): AsyncGenerator<MetricRecord> {
  for await (const { first, lines } of wholeLines(path)) {
    for (const [index, line] of lines.entries()) yield parseMetricLine(line, path, `Line ${first + index}`);
  }
}
