import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Axis } from '../../protocol/curves.js';
import type { Range } from './chart-data.js';
import { withinWhole } from './zoom.js';

/** How long a zoom rests before its owner hears of it, ms: a wheel and fingers send many steps. */
const rest = 150;

/** The visible part of a chart: at once here, and soon with its owner, who shares it with other charts. */
export interface Zoom {
  readonly range: Range | null;
  /** The visible values; null for those of the curves. Only this chart has them. */
  readonly values: Range | null;
  readonly zoom: (across: Range, whole: Range, log: boolean) => void;
  readonly setValues: (values: Range | null) => void;
  readonly reset: () => void;
}

export function useZoom(axis: Axis, range: Range | null, onRange: (range: Range | null) => void): Zoom {
  /** Undefined if the owner's range is shown. */
  const own: Signal<Range | null | undefined> = useSignal<Range | null | undefined>(undefined);
  const values = useSignal<Range | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const latest = useRef(onRange);
  latest.current = onRange;
  useEffect(() => {
    own.value = undefined;
    return () => clearTimeout(timer.current);
  }, [range?.from, range?.to, axis]);
  const show = (wanted: Range | null) => {
    own.value = wanted;
    clearTimeout(timer.current);
    timer.current = setTimeout(() => latest.current(wanted), rest);
  };
  return {
    range: own.value === undefined ? range : own.value,
    values: values.value,
    zoom: (across, whole, log) => {
      const least = axis === 'step' ? 2 : (whole.to - whole.from) * 1e-6;
      show(withinWhole(across, whole, log, least));
    },
    setValues: (wanted) => {
      values.value = wanted;
    },
    reset: () => {
      values.value = null;
      show(null);
    },
  };
}
