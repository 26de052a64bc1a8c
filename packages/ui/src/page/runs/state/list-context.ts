import type { Signal } from '@preact/signals';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { TableRow } from '../../../protocol/table.js';
import type { DisplayColumn } from '../columns/display-columns.js';

/** What the parts of a list can do. */
export interface ListActions {
  /** Narrows the filter. */
  readonly addCondition: (condition: string) => void;
  readonly toggleGroup: (where: string) => void;
  readonly sortBy: (column: Pick<DisplayColumn, 'field'>, isSecond: boolean) => void;
  /** Undefined if nothing can be edited. */
  readonly edit: ((row: TableRow) => void) | undefined;
  /** Selects a line, or the lines from the last one up to it. */
  readonly click: (line: number, isRange: boolean) => void;
}

export interface ListContextValue {
  readonly actions: ListActions;
  /** The line that keys act on. */
  readonly cursor: Signal<number>;
}

export const ListContext = createContext<ListContextValue | undefined>(undefined);

export function useList(): ListContextValue {
  return useContext(ListContext)!;
}
