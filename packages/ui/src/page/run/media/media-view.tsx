import { formatCount, printableText } from '@forge-ml/core/text';
import { useMemo } from 'preact/hooks';
import type { MediaItem, RunView } from '../../../protocol/run-view.js';
import { location, setQuery } from '../../address/location.js';
import { Problem } from '../../parts/problem.js';
import { useLoad } from '../../parts/use-load.js';
import { useSource } from '../../source/use-source.js';
import { HistogramMedia } from './histogram-media.js';
import { ImageMedia } from './image-media.js';
import { type MediaGroup, mediaGroups, positionAt } from './media-groups.js';
import { chosenStep, withStep } from './media-steps.js';
import { TableMedia } from './table-media.js';
import { TextMedia } from './text-media.js';

/** What a run has logged besides metrics: each name with a slider over its steps. */
export function MediaView({ run: { id, media } }: { readonly run: RunView }) {
  const source = useSource();
  const { data, error } = useLoad(`${id} ${media}`, (signal) => source.media(id, signal));
  const groups = useMemo(() => mediaGroups(data?.entries ?? []), [data]);
  if (error !== undefined) return <Problem message={error.message} hint={error.hint} />;
  if (data === undefined) return null;
  if (groups.length === 0) return <p class="muted run-empty">Nothing has been logged yet besides metrics.</p>;
  return (
    <>
      <div class="media">
        {groups.map((group) => (
          <Group key={`${group.kind} ${group.name}`} id={id} group={group} />
        ))}
      </div>
      {data.omitted > 0 && (
        <p class="muted">{formatCount(data.omitted)} older ones are in the folder of the run, under media/.</p>
      )}
    </>
  );
}

function Group({ id, group }: { readonly id: string; readonly group: MediaGroup }) {
  const { name, items } = group;
  const steps = location.value.query.get('steps');
  const at = positionAt(items, chosenStep(steps, name));
  const item = items[at]!;
  const choose = (to: number) =>
    setQuery({ steps: withStep(steps, name, to === items.length - 1 ? null : items[to]!.step) });
  return (
    <figure class={`media-group media-${group.kind}`}>
      <figcaption>
        <strong>{printableText(name)}</strong>
        <div class="media-steps">
          <span class="muted">step {formatCount(item.step)}</span>
          {items.length > 1 && (
            <input
              type="range"
              min={0}
              max={items.length - 1}
              value={at}
              aria-label={`Step of ${printableText(name)}`}
              aria-valuetext={`step ${item.step}`}
              onInput={({ currentTarget }) => choose(Number(currentTarget.value))}
            />
          )}
        </div>
      </figcaption>
      <Content id={id} item={item} group={group} />
    </figure>
  );
}

function Content({ id, item, group }: { readonly id: string; readonly item: MediaItem; readonly group: MediaGroup }) {
  switch (item.kind) {
    case 'image':
      return <ImageMedia id={id} item={item} />;
    case 'histogram':
      return <HistogramMedia id={id} item={item} items={group.items} />;
    case 'table':
      return <TableMedia id={id} item={item} />;
    case 'text':
      return <TextMedia id={id} item={item} />;
  }
}
