import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import { FigureMenu } from '../chart/figure-menu.js';
import { useFrame } from '../chart/use-frame.js';

interface FigureFrameProps {
  readonly title: string;
  /** Beside the title: what a person can choose. */
  readonly controls?: ComponentChildren;
  readonly note?: string;
  /** CSS pixels that it has before it is drawn: when it is near the visible part of the page. */
  readonly height: number;
  /** The figure for a paper, as SVG. */
  readonly save: (inches: number) => string;
  /** Draws the figure in a width of CSS pixels. */
  readonly children: (width: number) => ComponentChildren;
}

/** A figure as wide as its place, with its title and the menu that saves it. It is drawn when a person is near it. */
export function FigureFrame({ title, controls, note, height, save, children }: FigureFrameProps) {
  const place = useRef<HTMLDivElement>(null);
  const { size } = useFrame(place);
  return (
    <figure class="figure">
      <figcaption>
        <span class="chart-title">{title}</span>
        {controls}
        <span class="muted chart-note">{note}</span>
        <FigureMenu title={title} draw={save} />
      </figcaption>
      <div ref={place} style={{ minHeight: `${height}px` }}>
        {size !== undefined && children(size.width)}
      </div>
    </figure>
  );
}
