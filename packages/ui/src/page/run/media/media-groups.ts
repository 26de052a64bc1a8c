import type { MediaItem } from '../../../protocol/run-view.js';

/** Everything that was logged under one name, by step. */
export interface MediaGroup {
  /** `valid.samples` */
  readonly name: string;
  readonly kind: MediaItem['kind'];
  /** The steps ascending; of each step the last one. */
  readonly items: readonly MediaItem[];
}

const kindOrder: readonly MediaItem['kind'][] = ['image', 'histogram', 'table', 'text'];

export function mediaGroups(entries: readonly MediaItem[]): MediaGroup[] {
  const groups = new Map<string, Map<number, MediaItem>>();
  for (const item of entries) {
    const key = `${kindOrder.indexOf(item.kind)}${item.split}.${item.name}`;
    const group = groups.get(key) ?? new Map<number, MediaItem>();
    groups.set(key, group.set(item.step, item));
  }
  return [...groups]
    .sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }))
    .map(([, byStep]) => {
      const items = [...byStep.values()].sort((a, b) => a.step - b.step);
      return { name: `${items[0]!.split}.${items[0]!.name}`, kind: items[0]!.kind, items };
    });
}

/** The position of the newest item that is not after a step; the newest of all without one. */
export function positionAt(items: readonly MediaItem[], step: number | null): number {
  if (step === null) return items.length - 1;
  const after = items.findIndex((item) => item.step > step);
  return after === -1 ? items.length - 1 : Math.max(0, after - 1);
}

/** At most so many items, evenly spread, with the first and the last. */
export function spread(items: readonly MediaItem[], most: number): readonly MediaItem[] {
  if (items.length <= most) return items;
  return Array.from({ length: most }, (_, at) => items[Math.round((at * (items.length - 1)) / (most - 1))]!);
}
