import { type ReadonlySignal, useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useLayoutEffect } from 'preact/hooks';

/** The size of an element in CSS pixels, and device pixels of one of them. */
export interface FrameSize {
  readonly width: number;
  readonly height: number;
  readonly ratio: number;
}

/** The size of an element as it changes, from when it is first near the visible part of the page, and whether it is now. */
export function useFrame(element: RefObject<HTMLElement | null>): {
  readonly size: FrameSize | undefined;
  readonly isNear: ReadonlySignal<boolean>;
} {
  const size = useSignal<FrameSize | undefined>(undefined);
  const isNear = useSignal(false);
  useLayoutEffect(() => {
    const frame = element.current!;
    const measure = () => {
      if (!isNear.peek()) return;
      const { clientWidth: width, clientHeight: height } = frame;
      const ratio = devicePixelRatio;
      const known = size.peek();
      if (width === 0 || (width === known?.width && height === known.height && ratio === known.ratio)) return;
      size.value = { width, height, ratio };
    };
    const resized = new ResizeObserver(measure);
    const seen = new IntersectionObserver(
      (entries) => {
        isNear.value = entries.at(-1)!.isIntersecting;
        measure();
      },
      { rootMargin: '50%' },
    );
    resized.observe(frame);
    seen.observe(frame);
    const unfollow = followRatio(measure);
    return () => {
      seen.disconnect();
      resized.disconnect();
      unfollow();
    };
  }, []);
  return { size: size.value, isNear };
}

/** Listens to a window that moves to another screen, and to a page that is zoomed. @returns stops it */
function followRatio(listener: () => void): () => void {
  const queryNow = () => matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
  let query = queryNow();
  const changed = () => {
    query.removeEventListener('change', changed);
    query = queryNow();
    query.addEventListener('change', changed);
    listener();
  };
  query.addEventListener('change', changed);
  return () => query.removeEventListener('change', changed);
}
