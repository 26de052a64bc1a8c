/** The kinds of native objects that have an owner. */
export type Kind = 'ort' | 'session' | 'binding' | 'run options' | 'value' | 'memory info';

const live = new Map<Kind, number>();
const abandoned: Kind[] = [];

/** Counts a native object as made (1) or released (-1). */
export function count(kind: Kind, change: 1 | -1): void {
  live.set(kind, (live.get(kind) ?? 0) + change);
}

/** Reports objects that were garbage-collected without a release. They are released together with what made them. */
export const registry = new FinalizationRegistry<Kind>((kind) => void abandoned.push(kind));

/** The native objects of this thread that are not released, by kind; and what was dropped without a release. For tests. */
export function liveHandles(): {
  readonly live: Readonly<Record<string, number>>;
  readonly abandoned: readonly Kind[];
} {
  return { live: Object.fromEntries([...live].filter(([, many]) => many !== 0)), abandoned: [...abandoned] };
}
