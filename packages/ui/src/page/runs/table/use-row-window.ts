import type { RefObject } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { type RowRange, visibleRows } from '../../tables/row-window.js';

export interface RowWindow {
  readonly scroller: RefObject<HTMLDivElement | null>;
  /** The lines to draw. */
  readonly range: RowRange;
  /** The line at the top of the screen. */
  readonly topLine: () => number;
}

/** Lines that are drawn above and below those on screen. */
const around = 8;

/** Follows which lines of a long list are on screen. @param above pixels of a header that scrolls over the lines */
export function useRowWindow(count: number, lineHeight: number, above: number): RowWindow {
  const scroller = useRef<HTMLDivElement>(null);
  const [range, setRange] = useState<RowRange>(() => visibleRows(0, innerHeight, lineHeight, count, 0));
  const latest = useRef(count);
  latest.current = count;
  const measure = () => {
    const { scrollTop, clientHeight } = scroller.current!;
    const next = visibleRows(scrollTop, clientHeight - above, lineHeight, latest.current, around);
    setRange((before) => (before.first === next.first && before.end === next.end ? before : next));
  };
  useLayoutEffect(measure, [count, lineHeight]);
  useLayoutEffect(() => {
    const element = scroller.current!;
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    element.addEventListener('scroll', measure, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', measure);
    };
  }, [lineHeight]);
  return { scroller, range, topLine: () => Math.floor(scroller.current!.scrollTop / lineHeight) };
}
