import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { type RowRange, scrollToRow } from '../../tables/row-window.js';
import { useList } from '../state/list-context.js';
import { useKeptPlace } from './keep-place.js';
import type { Lines } from './list-lines.js';
import type { TableView } from './table-data.js';
import { useRowWindow } from './use-row-window.js';

interface Scrolled {
  readonly view: TableView;
  readonly lines: Lines;
  readonly lineHeight: number;
  /** Pixels of the header over the lines. */
  readonly above: number;
}

/** The lines on screen: they follow the scrolling, the cursor, and runs that come above. */
export function useScrolledLines({ view, lines, lineHeight, above }: Scrolled): {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly range: RowRange;
} {
  const { cursor } = useList();
  const { scroller, range } = useRowWindow(lines.count, lineHeight, above);
  /** Whether runs that came above moved the cursor: then the page stays where it is. */
  const isPushed = useRef(false);
  const moveCursor = (line: number) => {
    isPushed.current = true;
    cursor.value = line;
  };
  const line = cursor.value;
  useKeptPlace({ view, lines, scroller, lineHeight, cursor: line, moveCursor });
  useLayoutEffect(() => {
    const stays = isPushed.current;
    isPushed.current = false;
    if (line < 0 || stays) return;
    const { scrollTop, clientHeight } = scroller.current!;
    scroller.current!.scrollTop = scrollToRow(line, lineHeight, scrollTop, clientHeight - above);
  }, [line]);
  return { scroller, range };
}
