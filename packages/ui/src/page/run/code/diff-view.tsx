import { useMemo } from 'preact/hooks';
import type { RunId } from '../../../protocol/overview.js';
import { Problem } from '../../parts/problem.js';
import { useLoad } from '../../parts/use-load.js';
import { useSource } from '../../source/use-source.js';
import { parseDiff } from './diff.js';
import { DiffFiles } from './diff-files.js';

/** What was not committed when a run started. */
export function DiffView({ id }: { readonly id: RunId }) {
  const source = useSource();
  const { data, error } = useLoad(id, (signal) => source.gitDiff(id, signal));
  const files = useMemo(() => (data === undefined ? [] : parseDiff(data.text)), [data]);
  if (error !== undefined) return <Problem message={error.message} hint={error.hint} />;
  if (data === undefined) return <div />;
  return (
    <div class="code-file">
      <DiffFiles files={files} />
      {data.truncated && <p class="muted">The diff is longer: git.diff in the folder of the run has all of it.</p>}
    </div>
  );
}
