import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Lines } from './list-lines.js';
import type { TableView } from './table-data.js';

/** How far a line is looked for when the runs have changed. */
const reach = 600;

/** What identifies a line when others come above it. */
export function lineName(lines: Lines, line: number): string | undefined {
  const found = lines.at(line);
  if (found === undefined) return undefined;
  return found.kind === 'run' ? found.row.id : `group ${found.group.where}`;
}

/** Where a line is now, as near as possible to where it was; undefined if it is gone or not loaded. */
export function findLine(lines: Lines, name: string, before: number): number | undefined {
  for (let away = 0; away < reach; away++) {
    if (lineName(lines, before + away) === name) return before + away;
    if (away <= before && lineName(lines, before - away) === name) return before - away;
  }
  return undefined;
}

interface Place {
  readonly view: TableView;
  readonly top: { readonly line: number; readonly name: string | undefined };
  readonly cursor: { readonly line: number; readonly name: string | undefined };
}

interface PlaceOptions {
  readonly view: TableView;
  readonly lines: Lines;
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly lineHeight: number;
  readonly cursor: number;
  readonly moveCursor: (line: number) => void;
}

/**
 * Keeps the line at the top of the screen and the line of the cursor where they are when new runs come above them. Another
 * filter or order starts at the top.
 */
export function useKeptPlace({ view, lines, scroller, lineHeight, cursor, moveCursor }: PlaceOptions): void {
  const last = useRef<Place>(undefined);
  useLayoutEffect(() => {
    const element = scroller.current!;
    const place = last.current;
    if (place !== undefined && place.view !== view) {
      const { where, sort, group } = place.view.query;
      if (where !== view.query.where || sort !== view.query.sort || group !== view.query.group) {
        element.scrollTop = 0;
        moveCursor(cursor < 0 ? -1 : 0);
      } else if (place.view.head.version !== view.head.version) {
        const { top } = place;
        const line = top.line > 0 && top.name !== undefined ? findLine(lines, top.name, top.line) : undefined;
        if (line !== undefined) element.scrollTop += (line - top.line) * lineHeight;
        const { name } = place.cursor;
        const moved = name === undefined ? undefined : findLine(lines, name, place.cursor.line);
        if (moved !== undefined && moved !== place.cursor.line) moveCursor(moved);
      }
    }
    remember();
  });
  const remember = () => {
    const line = Math.floor(scroller.current!.scrollTop / lineHeight);
    last.current = {
      view,
      top: { line, name: lineName(lines, line) },
      cursor: { line: cursor, name: cursor < 0 ? undefined : lineName(lines, cursor) },
    };
  };
}
