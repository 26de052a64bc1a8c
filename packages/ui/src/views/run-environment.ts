import { runFacts, type StoredVersion } from '@forge-ml/core/manage';
import type { RunRecord } from '@forge-ml/core/runs';
import type { FactGroup } from '../protocol/run-view.js';
import type { Cell } from '../protocol/table.js';
import { bounded } from './bounded.js';

/** No run has as many facts; a stranger's file could have millions. */
const mostFacts = 2_000;

/** What a run was trained with and on: engine, versions, data, git, host, command. Groups without facts are omitted. */
export function environmentOf(run: string, record: RunRecord, version: StoredVersion | null): FactGroup[] {
  const code = version === null ? null : { dataFiles: [], missing: version.missing };
  const { engine, versions, data, git } = runFacts(run, record, code);
  const { host, command, directory, resumes } = record;
  const start: [string, Cell][] = [
    ['command', command.join(' ')],
    ['folder', directory],
    ...resumes.map(({ step, time }): [string, Cell] => ['resumed', `at step ${step}, ${time}`]),
  ];
  const groups: [title: string, facts: Iterable<readonly [string, Cell]>][] = [
    ['Engine', engine],
    ['Versions', versions],
    ['Data', data],
    ['Git', git],
    ['Host', Object.entries(host)],
    ['Start', start],
  ];
  return groups
    .map(([title, facts]) => ({
      title,
      facts: [...facts].slice(0, mostFacts).map(([name, value]) => ({ name, value: bounded(value) as Cell })),
    }))
    .filter(({ facts }) => facts.length > 0);
}
