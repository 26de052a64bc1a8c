import { type Signal, signal } from '@preact/signals';
import type { RunId } from '../../protocol/overview.js';

/** What the charts of a page share: the crosshair, and the run under the pointer. */
export interface SharedCursor {
  /** The place of the crosshair on the horizontal axis, in its unit; null for none. */
  readonly x: Signal<number | null>;
  /** The emphasized run: set it from a table too. The others fade. */
  readonly run: Signal<RunId | null>;
}

export function sharedCursor(): SharedCursor {
  return { x: signal<number | null>(null), run: signal<RunId | null>(null) };
}
