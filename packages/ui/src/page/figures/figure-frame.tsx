import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { FigureMenu } from '../chart/figure-menu.js';

interface FigureFrameProps {
  readonly title: string;
  /** Beside the title: what a person can choose. */
  readonly controls?: ComponentChildren;
  readonly note?: string;
  /** The figure for a paper, as SVG. */
  readonly save: (inches: number) => string;
  /** Draws the figure in a width of CSS pixels. */
  readonly children: (width: number) => ComponentChildren;
}

/** A figure as wide as its place, with its title and the menu that saves it. */
export function FigureFrame({ title, controls, note, save, children }: FigureFrameProps) {
  const place = useRef<HTMLDivElement>(null);
  const width = useSignal(0);
  useLayoutEffect(() => {
    const observer = new ResizeObserver(() => {
      width.value = place.current!.clientWidth;
    });
    observer.observe(place.current!);
    width.value = place.current!.clientWidth;
    return () => observer.disconnect();
  }, []);
  return (
    <figure class="figure">
      <figcaption>
        <span class="chart-title">{title}</span>
        {controls}
        <span class="muted chart-note">{note}</span>
        <FigureMenu title={title} draw={save} />
      </figcaption>
      <div ref={place}>{width.value > 0 && children(width.value)}</div>
    </figure>
  );
}
