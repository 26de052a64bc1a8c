import { checkOptions } from '../../errors/check-options.js';
import type { MetricRecord } from '../metric-sink.js';
import { parseMetricLine } from './metric-line.js';
import { wholeLines } from './whole-lines.js';

export interface ReadMetricsOptions {
  /** Only the records of this split: many times faster where most are of another. */
  readonly split?: string;
}

/**
 * The records of a `metrics.jsonl`, in the order they were written, in the memory of some hundred lines. A last line
 * without its newline is not there yet; a file that does not exist holds no records.
 * @throws ForgeError RUN_INVALID naming the file and the line that is damaged, FILE_SYSTEM
 */
export function readMetrics(path: string, options: ReadMetricsOptions = {}): AsyncGenerator<MetricRecord> {
  checkOptions(options, ['split'], { of: 'readMetrics(path, options)' });
  return records(path, options);
}

async function* records(path: string, { split }: ReadMetricsOptions): AsyncGenerator<MetricRecord> {
  for await (const { first, lines } of wholeLines(path)) {
    for (const [index, line] of lines.entries()) {
      if (split !== undefined && isOfOther(line, split)) continue;
      const record = parseMetricLine(line, path, `Line ${first + index}`);
      if (split === undefined || record.split === split) yield record;
    }
  }
}

/** Lines as Forge writes them give their split away without being parsed; false where this one does not. */
function isOfOther(line: string, split: string): boolean {
  const found = /^\{"step":\d+,"epoch":\d+,"time":\d+,"split":"([^"\\]*)"/.exec(line)?.[1];
  return found !== undefined && found !== split && line.endsWith('}}');
}
