import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

interface WhenNearProps {
  /** CSS pixels that it has while its content is far away. */
  readonly height: number;
  readonly children: () => ComponentChildren;
}

/** Content that exists only near the visible part of the page: a run may have 300 metrics, but no page draws 300 canvases. */
export function WhenNear({ height, children }: WhenNearProps) {
  const place = useRef<HTMLDivElement>(null);
  const isNear = useSignal(false);
  useEffect(() => {
    const observer = new IntersectionObserver(
      (entries) => {
        isNear.value = entries.at(-1)!.isIntersecting || isPrinted();
      },
      { rootMargin: '100%' },
    );
    observer.observe(place.current!);
    const print = () => {
      isNear.value = true;
    };
    addEventListener('beforeprint', print);
    return () => {
      observer.disconnect();
      removeEventListener('beforeprint', print);
    };
  }, []);
  return (
    <div ref={place} style={{ minHeight: `${height}px` }}>
      {isNear.value && children()}
    </div>
  );
}

function isPrinted(): boolean {
  return matchMedia('print').matches;
}
