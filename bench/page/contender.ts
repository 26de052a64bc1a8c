import type { Line } from '../../packages/ui/src/protocol/curves.js';

/** What a chart is timed with. */
export interface Task {
  readonly lines: readonly Line[];
  /** CSS pixels. */
  readonly lineWidth: number;
  readonly width: number;
  readonly height: number;
  readonly hasCursor: boolean;
}

/** A chart that is on the page. */
export interface Chart {
  readonly zoom: (from: number, to: number) => void;
  /** Moves the pointer, in CSS pixels of the area with the lines. */
  readonly hover: (left: number, top: number) => void;
  /** Adds a point to the only line. */
  readonly append: (x: number, y: number) => void;
  readonly remove: () => void;
}

export type Contender = (host: HTMLElement, task: Task) => Chart;
