import type { RunView } from '../../protocol/run-view.js';

export const tabNames = ['checkpoints', 'log', 'code', 'media', 'parameters', 'environment'] as const;
export type TabName = (typeof tabNames)[number];

export interface Tab {
  readonly name: TabName;
  readonly title: string;
  /** How much there is; null where a number says nothing. */
  readonly count: number | null;
}

/** The tabs of a run: those without content are omitted, except while it trains, when content may come. */
export function tabsOf(run: RunView): Tab[] {
  const { checkpoints, log, code, media, parameters, environment, status } = run;
  const hasCode = code.versions.length > 0 || code.hasDiff;
  const tabs: [name: TabName, title: string, count: number | null, has: boolean][] = [
    ['checkpoints', 'Checkpoints', checkpoints.length, true],
    ['log', 'Log', null, log !== null || status === 'running'],
    ['code', 'Code', null, hasCode],
    ['media', 'Media', media, media > 0 || status === 'running'],
    ['parameters', 'Parameters', parameters.length, parameters.length > 0],
    ['environment', 'Environment', null, environment.length > 0],
  ];
  return tabs.filter(([, , , has]) => has).map(([name, title, count]) => ({ name, title, count }));
}

/** The tab that an address asks for: the first one for an unknown or omitted name. */
export function tabOf(name: string | null, tabs: readonly Tab[]): Tab {
  return tabs.find((tab) => tab.name === name) ?? tabs[0]!;
}

/** The tab that an arrow key, Home or End moves to; undefined for other keys. */
export function tabByKey(key: string, at: number, count: number): number | undefined {
  switch (key) {
    case 'ArrowRight':
      return (at + 1) % count;
    case 'ArrowLeft':
      return (at + count - 1) % count;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}
