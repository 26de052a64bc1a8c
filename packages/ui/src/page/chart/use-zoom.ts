import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Axis } from '../../protocol/curves.js';
import type { Range } from './chart-data.js';
import { withinWhole } from './zoom.js';

/** The owner of a chart hears of its range at most this often, ms: a wheel and fingers send many. */
const pause = 300;

/** The visible part of a chart: at once here, and soon with its owner, who shares it with other charts. */
export interface Zoom {
  readonly range: Range | null;
  /** The visible values; null for those of the curves. Only this chart has them. */
  readonly values: Range | null;
  readonly zoom: (across: Range, whole: Range, log: boolean) => void;
  readonly setValues: (values: Range | null) => void;
  readonly reset: () => void;
}

export function useZoom(axis: Axis, logY: boolean, range: Range | null, onRange: (range: Range | null) => void): Zoom {
  /** Undefined if the owner's range is shown. */
  const own: Signal<Range | null | undefined> = useSignal<Range | null | undefined>(undefined);
  const values = useSignal<Range | null>(null);
  const waiting = useRef<ReturnType<typeof setTimeout>>(undefined);
  const reported = useRef<Range | null | undefined>(undefined);
  const latest = useRef(onRange);
  latest.current = onRange;
  useEffect(() => {
    if (waiting.current === undefined) own.value = undefined;
  }, [range?.from, range?.to, axis]);
  useEffect(() => () => clearTimeout(waiting.current), []);
  useEffect(() => {
    values.value = null;
  }, [logY]);
  const tell = () => {
    waiting.current = undefined;
    if (own.value === undefined) return;
    if (own.value === reported.current) {
      own.value = undefined;
      return;
    }
    reported.current = own.value;
    waiting.current = setTimeout(tell, pause);
    latest.current(own.value);
  };
  const show = (wanted: Range | null) => {
    own.value = wanted;
    if (waiting.current !== undefined) return;
    reported.current = undefined;
    tell();
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
