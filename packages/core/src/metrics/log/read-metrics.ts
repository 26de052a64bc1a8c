import { checkOptions } from '../../errors/check-options.js';
import type { MetricRecord } from '../metric-sink.js';
import { parseMetricLine } from './metric-line.js';
import { wholeLines } from './whole-lines.js';

export interface ReadMetricsOptions {
  /** Yield only the records of this split: many times faster when most are of another. */
  readonly split?: string;
}

/**
 * Streams the records of a `metrics.jsonl` in file order, holding some hundred lines in memory. A last line without a
 * newline is ignored; a file that does not exist has no records.
 * @throws ForgeError RUN_INVALID naming the file and the invalid line, FILE_SYSTEM
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

/** Finds the split of a line in Forge's own format without parsing it; false if the split cannot be found that way. */
function isOfOther(line: string, split: string): boolean {
  const found = /^\{"step":\d+,"epoch":\d+,"time":\d+,"split":"([^"\\]*)"/.exec(line)?.[1];
  return found !== undefined && found !== split && line.endsWith('}}');
}
