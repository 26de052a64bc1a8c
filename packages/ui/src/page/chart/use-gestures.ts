import { batch, type Signal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { bestAt } from './best-address.js';
import type { ChartBand, Range } from './chart-data.js';
import type { ChartLayout } from './chart-layout.js';
import { cursorRows } from './cursor-rows.js';
import { nearestRow } from './draw-cursor.js';
import { listenToGestures, rangeOfKey, type Selection } from './gestures.js';
import type { SharedCursor } from './shared-cursor.js';
import type { StyledCurve } from './styled-curves.js';
import type { Zoom } from './use-zoom.js';

interface Gestured {
  readonly layout: ChartLayout | undefined;
  readonly whole: Range;
  readonly curves: readonly StyledCurve[];
  readonly bands: readonly ChartBand[];
  readonly cursor: SharedCursor;
  readonly zoom: Zoom;
  readonly selection: Signal<Selection | null>;
  readonly isHere: Signal<boolean>;
  readonly copyBest: (curve: StyledCurve) => void;
}

/** How far from a line the pointer emphasizes its run, CSS pixels. */
const reach = 24;

/** Connects pointers, fingers, the wheel and keys with the crosshair and the zoom of a chart. */
export function useGestures(frame: RefObject<HTMLElement | null>, gestured: Gestured): void {
  const latest = useRef(gestured);
  latest.current = gestured;
  useEffect(() => {
    const element = frame.current!;
    const stop = listenToGestures(element, {
      layout: () => latest.current.layout,
      hover: (place) => hover(latest.current, element, place),
      select: (selection) => {
        latest.current.selection.value = selection;
      },
      zoom: (across, values) => {
        const { zoom, whole, layout } = latest.current;
        zoom.zoom(across, whole, layout!.x.log);
        if (values !== null) zoom.setValues(values);
      },
      reset: () => latest.current.zoom.reset(),
      click: (left, top) => {
        const { layout, curves, copyBest } = latest.current;
        const best = bestAt(layout!, curves, left, top);
        if (best !== undefined) copyBest(best);
      },
    });
    const key = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || !pressed(latest.current, event)) return;
      event.preventDefault();
      event.stopPropagation();
    };
    const blur = () => hover(latest.current, element, null);
    element.addEventListener('keydown', key);
    element.addEventListener('blur', blur);
    return () => {
      stop();
      element.removeEventListener('keydown', key);
      element.removeEventListener('blur', blur);
    };
  }, []);
}

function hover(
  { layout, curves, bands, cursor, isHere }: Gestured,
  element: HTMLElement,
  place: { readonly left: number; readonly top: number } | null,
): void {
  if (layout === undefined) return;
  const { box } = layout;
  const isInside = place !== null && place.left >= box.left && place.left <= box.right;
  const x = isInside ? layout.x.toValue(place.left) : null;
  const rows = x === null ? [] : cursorRows(curves, bands, x);
  const best = isInside ? bestAt(layout, curves, place.left, place.top) : undefined;
  element.classList.toggle('at-best', best !== undefined);
  batch(() => {
    isHere.value = isInside;
    cursor.x.value = x;
    cursor.run.value = isInside ? (best?.run.id ?? nearestRow({ layout }, rows, place.top, reach)?.id ?? null) : null;
  });
}

/** @returns whether the key means something here */
function pressed(gestured: Gestured, { key, shiftKey }: KeyboardEvent): boolean {
  const { layout, whole, curves, cursor, zoom, isHere, copyBest } = gestured;
  if (layout === undefined) return false;
  const isZoomed = zoom.range !== null || zoom.values !== null;
  if (key === 'Escape') {
    if (isZoomed) zoom.reset();
    return isZoomed;
  }
  if (key === 'b') {
    const withBest = curves.filter(({ curve }) => curve.best !== null);
    const best = withBest.find(({ run }) => run.id === cursor.run.value) ?? withBest[0];
    if (best !== undefined) copyBest(best);
    return best !== undefined;
  }
  const isArrow = key === 'ArrowLeft' || key === 'ArrowRight';
  if (isArrow && (shiftKey || zoom.range === null)) {
    moveCrosshair(layout, cursor, key === 'ArrowLeft' ? -1 : 1);
    isHere.value = true;
    return true;
  }
  const range = rangeOfKey(key, layout, cursor.x.value);
  if (range === undefined) return false;
  zoom.zoom(range, whole, layout.x.log);
  return true;
}

function moveCrosshair({ x, box }: ChartLayout, cursor: SharedCursor, direction: number): void {
  const width = box.right - box.left;
  const at = cursor.x.value === null ? (box.left + box.right) / 2 : x.toPixel(cursor.x.value);
  cursor.x.value = x.toValue(Math.min(Math.max(at + (direction * width) / 100, box.left), box.right));
}
