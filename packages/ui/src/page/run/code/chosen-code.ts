import type { CodeSummary, CodeVersion } from '../../../protocol/run-view.js';

export interface ChosenCode {
  /** Null if the run stores no code. */
  readonly version: CodeVersion | null;
  /** Null for the uncommitted changes. */
  readonly file: string | null;
}

/** What an address asks for: the newest version and its first file for what it does not say, or does not exist. */
export function chosenCode({ versions, hasDiff }: CodeSummary, query: URLSearchParams): ChosenCode {
  const number = query.get('version');
  const version = versions.find((each) => String(each.number) === number) ?? versions.at(-1) ?? null;
  const isDiff = hasDiff && query.get('changes') === '1';
  const paths = (version?.files ?? []).map(({ path }) => path);
  const asked = query.get('file');
  const first = paths.find((path) => path.endsWith('.config.ts')) ?? paths[0] ?? null;
  return { version, file: isDiff ? null : asked !== null && paths.includes(asked) ? asked : first };
}

/** The version that trained a step; undefined if the run stores no code. */
export function versionAt({ versions }: CodeSummary, step: number): CodeVersion | undefined {
  // A resume at a step trains the ones after it.
  return versions.findLast(({ from }) => from < step) ?? versions[0];
}
