import type { ColumnChoice, DisplayColumn } from './display-columns.js';

/** The columns of the table, while a person chooses them: names of choices in their order. */
export interface ChosenColumns {
  readonly names: readonly string[];
  readonly pinned: readonly string[];
}

export function shownColumns(columns: readonly DisplayColumn[], pinned: readonly string[]): ChosenColumns {
  const names = columns.map(({ name }) => name);
  return { names, pinned: pinned.filter((name) => names.includes(name)) };
}

export function withColumn({ names, pinned }: ChosenColumns, name: string, isShown: boolean): ChosenColumns {
  if (!isShown)
    return { names: names.filter((other) => other !== name), pinned: pinned.filter((other) => other !== name) };
  return { names: names.includes(name) ? names : [...names, name], pinned };
}

export function withPin({ names, pinned }: ChosenColumns, name: string, isPinned: boolean): ChosenColumns {
  return { names, pinned: isPinned ? [...pinned, name] : pinned.filter((other) => other !== name) };
}

/** Moves a column one place to the left (−1) or to the right (1). */
export function withMoved({ names, pinned }: ChosenColumns, name: string, by: -1 | 1): ChosenColumns {
  const from = names.indexOf(name);
  const to = from + by;
  if (from < 0 || to < 0 || to >= names.length) return { names, pinned };
  const moved = [...names];
  [moved[from], moved[to]] = [moved[to]!, moved[from]!];
  return { names: moved, pinned: [...pinned].sort((a, b) => moved.indexOf(a) - moved.indexOf(b)) };
}

/** The keys of fields that are asked for. */
export function keysOfColumns({ names }: ChosenColumns, choices: readonly ColumnChoice[]): string[] {
  return names.flatMap((name) => choices.find((choice) => choice.name === name)?.keys ?? []);
}

/** Choices whose name contains every word. */
export function foundChoices(choices: readonly ColumnChoice[], search: string): ColumnChoice[] {
  const words = search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return choices.filter(({ name }) => words.every((word) => name.toLowerCase().includes(word)));
}
