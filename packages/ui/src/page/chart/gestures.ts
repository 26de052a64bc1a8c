import { axisScale } from './axis-scale.js';
import type { Range } from './chart-data.js';
import type { ChartLayout } from './chart-layout.js';
import { zoomed } from './zoom.js';

/** An area that is being selected, in CSS pixels of the frame. */
export interface Selection {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  /** Whether it selects values too, not only a part of the horizontal axis. */
  readonly hasValues: boolean;
}

/** What pointers, the wheel and fingers do with a chart. */
export interface GestureActions {
  readonly layout: () => ChartLayout | undefined;
  readonly hover: (place: { readonly left: number; readonly top: number } | null) => void;
  readonly select: (selection: Selection | null) => void;
  /** @param values null if they stay */
  readonly zoom: (across: Range, values: Range | null) => void;
  readonly reset: () => void;
  readonly click: (left: number, top: number) => void;
}

/** A shorter move of the pointer is a click, CSS pixels. */
const leastDrag = 5;

/** Listens to pointers on the frame of a chart. @returns stops it */
export function listenToGestures(frame: HTMLElement, actions: GestureActions): () => void {
  const controller = new AbortController();
  const fingers = new Map<number, number>();
  let drag: { readonly left: number; readonly top: number; selection: Selection | null } | null = null;
  const placeOf = (event: MouseEvent) => {
    const { left, top } = frame.getBoundingClientRect();
    return { left: event.clientX - left, top: event.clientY - top };
  };
  const on = <K extends keyof HTMLElementEventMap>(
    name: K,
    listener: (event: HTMLElementEventMap[K], layout: ChartLayout) => void,
  ) => {
    const listen = (event: HTMLElementEventMap[K]) => {
      const layout = actions.layout();
      if (layout !== undefined) listener(event, layout);
    };
    frame.addEventListener(name, listen, { signal: controller.signal, passive: false });
  };
  const stopDrag = () => {
    drag = null;
    actions.select(null);
  };

  on('pointerdown', (event, { box }) => {
    const place = placeOf(event);
    if (event.pointerType === 'touch') {
      fingers.set(event.pointerId, place.left);
      actions.hover(place);
      return;
    }
    if (event.button !== 0 || place.left < box.left || place.left > box.right) return;
    drag = { ...place, selection: null };
    frame.setPointerCapture(event.pointerId);
  });
  on('pointermove', (event, layout) => {
    const place = placeOf(event);
    if (fingers.has(event.pointerId)) {
      if (fingers.size === 2) pinch(event.pointerId, place.left, layout);
      else actions.hover(place);
      return;
    }
    if (drag === null) return actions.hover(place);
    drag.selection = selectionOf(drag, place, layout, event.shiftKey);
    actions.select(drag.selection);
    actions.hover(drag.selection === null ? place : null);
  });
  const pinch = (id: number, left: number, { x }: ChartLayout) => {
    const [other] = [...fingers].flatMap(([finger, at]) => (finger === id ? [] : [at]));
    const before = fingers.get(id)!;
    fingers.set(id, left);
    actions.hover(null);
    if (Math.abs(left - other!) < 10 || Math.abs(before - other!) < 10) return;
    actions.zoom(zoomed(x, other!, (before - other!) / (left - other!)), null);
  };
  on('pointerup', (event, layout) => {
    const wasFinger = fingers.delete(event.pointerId);
    const place = placeOf(event);
    if (wasFinger && fingers.size > 0) return;
    if (drag?.selection) {
      const { left, right, top, bottom, hasValues } = drag.selection;
      const across = { from: layout.x.toValue(left), to: layout.x.toValue(right) };
      actions.zoom(across, hasValues ? { from: layout.y.toValue(bottom), to: layout.y.toValue(top) } : null);
    } else if (drag !== null || wasFinger) actions.click(place.left, place.top);
    stopDrag();
  });
  on('pointercancel', (event) => {
    fingers.delete(event.pointerId);
    stopDrag();
    actions.hover(null);
  });
  on('pointerleave', (event) => {
    if (event.pointerType !== 'touch' && drag === null) actions.hover(null);
  });
  on('dblclick', () => actions.reset());
  on('wheel', (event, { x }) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const pixels = event.deltaMode === 0 ? event.deltaY : event.deltaY * 30;
    actions.zoom(zoomed(x, placeOf(event).left, Math.exp(Math.max(-1, Math.min(1, pixels / 200)))), null);
  });
  // Escape ends a selection that was started.
  on('keydown', (event) => {
    if (event.key !== 'Escape' || drag === null) return;
    stopDrag();
    event.stopImmediatePropagation();
  });
  return () => controller.abort();
}

function selectionOf(
  start: { readonly left: number; readonly top: number },
  end: { readonly left: number; readonly top: number },
  { box }: ChartLayout,
  hasValues: boolean,
): Selection | null {
  const within = (value: number, low: number, high: number) => Math.min(Math.max(value, low), high);
  const [left, right] = [start.left, within(end.left, box.left, box.right)].sort((a, b) => a - b) as [number, number];
  const tops = [start.top, within(end.top, box.top, box.bottom)].sort((a, b) => a - b) as [number, number];
  const isLong = right - left >= leastDrag && (!hasValues || tops[1] - tops[0] >= leastDrag);
  if (!isLong) return null;
  const [top, bottom] = hasValues ? tops : [box.top, box.bottom];
  return { left, right, top, bottom, hasValues };
}

/** What a key does with the horizontal axis of a focused chart; undefined for other keys. */
export function rangeOfKey(key: string, layout: ChartLayout, around: number | null): Range | undefined {
  const { x, box } = layout;
  const scale = axisScale(x.range, x.log, box.left, box.right);
  const width = box.right - box.left;
  const center = around === null ? (box.left + box.right) / 2 : scale.toPixel(around);
  switch (key) {
    case '+':
    case '=':
      return zoomed(scale, center, 0.5);
    case '-':
      return zoomed(scale, center, 2);
    case 'ArrowLeft':
      return zoomed(scale, center, 1, -width / 4);
    case 'ArrowRight':
      return zoomed(scale, center, 1, width / 4);
    default:
      return undefined;
  }
}
