import { useSignal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { visibleRows } from './row-window.js';

/** The lines of a scroller that are on screen: hundreds of others are not in the page. */
export function useWindow(count: number, lineHeight: number) {
  const scroller = useRef<HTMLDivElement>(null);
  const top = useSignal(0);
  const height = useSignal(600);
  useLayoutEffect(() => {
    const element = scroller.current!;
    const read = () => {
      top.value = Math.floor(element.scrollTop / lineHeight) * lineHeight;
      height.value = element.clientHeight;
    };
    const observer = new ResizeObserver(read);
    observer.observe(element);
    element.addEventListener('scroll', read, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', read);
    };
  }, [lineHeight]);
  return { scroller, ...visibleRows(top.value, height.value, lineHeight, count, 4) };
}
