import { formatNumber, printableText } from '@forge-ml/core/text';
import type { MediaItem } from '../../../protocol/run-view.js';
import { Problem } from '../../parts/problem.js';
import { useLoad } from '../../parts/use-load.js';
import type { Source } from '../../source/source.js';
import { useSource } from '../../source/use-source.js';
import { parseHistogram } from './histogram.js';
import { HistogramBars } from './histogram-bars.js';
import { HistogramHeat, type StepHistogram } from './histogram-heat.js';
import { spread } from './media-groups.js';

interface HistogramMediaProps {
  readonly id: string;
  /** The one at the slider. */
  readonly item: MediaItem;
  readonly items: readonly MediaItem[];
}

/** Columns of the heat map: each is a file to read. */
const mostColumns = 64;

/** The histogram at the slider, and all steps as a heat map. */
export function HistogramMedia({ id, item, items }: HistogramMediaProps) {
  const source = useSource();
  const one = useLoad(item.file, async (signal) =>
    parseHistogram((await source.mediaText(id, item.file, signal)).text),
  );
  const key = `${items.length} ${items.at(-1)!.file}`;
  const all = useLoad(key, (signal) => readAll(source, id, spread(items, mostColumns), signal));
  const { error, data } = one;
  if (error !== undefined) return <Problem message={error.message} hint={error.hint} />;
  const steps = all.data ?? [];
  const low = Math.min(...steps.map(({ histogram }) => histogram.edges[0]!));
  const high = Math.max(...steps.map(({ histogram }) => histogram.edges.at(-1)!));
  const name = printableText(`${item.split}.${item.name}`);
  return (
    <>
      {data === undefined ? (
        <div class="histogram" />
      ) : (
        <HistogramBars histogram={data} label={`${name} at step ${item.step}`} />
      )}
      {steps.length > 1 && (
        <>
          <HistogramHeat steps={steps} from={low} to={high} step={item.step} label={`${name} over all steps`} />
          <p class="muted histogram-range">
            {formatNumber(low)} to {formatNumber(high)}, over steps
          </p>
        </>
      )}
    </>
  );
}

async function readAll(
  source: Source,
  id: string,
  items: readonly MediaItem[],
  signal: AbortSignal,
): Promise<StepHistogram[]> {
  const read: StepHistogram[] = [];
  for (const { file, step } of items) {
    const histogram = parseHistogram((await source.mediaText(id, file, signal)).text);
    if (histogram !== undefined) read.push({ step, histogram });
  }
  return read;
}
