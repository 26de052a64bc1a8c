import { printableText } from '@forge-ml/core/text';
import { useMemo } from 'preact/hooks';
import type { ComparisonView } from '../../../protocol/comparison.js';
import type { RunId } from '../../../protocol/overview.js';
import { setQuery } from '../../address/location.js';
import { ErrorProblem } from '../../parts/error-problem.js';
import { useLoad } from '../../parts/use-load.js';
import { DiffFiles } from '../../run/code/diff-files.js';
import { useSource } from '../../source/use-source.js';
import { diffFiles } from './diff-files.js';

interface CodeDiffProps {
  readonly view: ComparisonView;
  /** Those that are shown, the best first. */
  readonly order: readonly RunId[];
  readonly query: URLSearchParams;
}

/** What differs between the code of two runs. Of two runs it is shown at once, of more on demand. */
export function CodeDiff({ view: { runs, rows }, order, query }: CodeDiffProps) {
  const stored = rows.find(({ group, name }) => group === 'code' && name === 'stored code');
  const hasCode = (id: RunId) => stored?.values[runs.findIndex((run) => run.id === id)] !== 'none';
  const has = (id: string | null): id is string => runs.some((run) => run.id === id);
  const [first, second] = [query.get('a'), query.get('b')];
  const isChosen = has(first) && has(second);
  const a = has(first) ? first : (order[1] ?? order[0]!);
  const b = has(second) ? second : order[0]!;
  const isOpen = isChosen || runs.length === 2;
  const choose = (name: 'a' | 'b') => (
    <RunSelect
      title={name === 'a' ? 'from' : 'to'}
      runs={runs}
      value={name === 'a' ? a : b}
      onChange={(id) => setQuery({ a, b, [name]: id }, true)}
    />
  );
  return (
    <section class="compare-section" aria-labelledby="code-differs">
      <div class="section-head">
        <h2 id="code-differs">Code</h2>
        {choose('a')}
        {choose('b')}
        {!isOpen && (
          <button type="button" class="quiet" onClick={() => setQuery({ a, b }, true)}>
            Show what differs
          </button>
        )}
      </div>
      {isOpen && !(hasCode(a) && hasCode(b)) && <p class="muted">No code is stored in one of them.</p>}
      {isOpen && a !== b && hasCode(a) && hasCode(b) && <Diff key={`${a} ${b}`} a={a} b={b} />}
    </section>
  );
}

interface RunSelectProps {
  readonly title: string;
  readonly runs: ComparisonView['runs'];
  readonly value: RunId;
  readonly onChange: (id: RunId) => void;
}

function RunSelect({ title, runs, value, onChange }: RunSelectProps) {
  return (
    <label class="toggle">
      {title}
      <select value={value} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
        {runs.map(({ id, label }) => (
          <option key={id} value={id}>
            {printableText(label)}
          </option>
        ))}
      </select>
    </label>
  );
}

function Diff({ a, b }: { readonly a: RunId; readonly b: RunId }) {
  const source = useSource();
  const { data, error } = useLoad(`${a} ${b}`, (signal) => source.codeDiff(a, b, signal));
  const files = useMemo(() => (data === undefined ? [] : diffFiles(data)), [data]);
  if (error !== undefined) return <ErrorProblem error={error} />;
  if (data === undefined) return null;
  if (data.files.length === 0) return <p class="muted">Their code is the same.</p>;
  return (
    <>
      <DiffFiles files={files} />
      {data.truncated && <p class="muted">The rest is not shown: too much differs.</p>}
    </>
  );
}
