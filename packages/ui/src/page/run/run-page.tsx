import type { RunId } from '../../protocol/overview.js';
import { location } from '../address/location.js';
import { Problem } from '../parts/problem.js';
import { useRun } from './live/use-run.js';
import { RunBody } from './run-body.js';

/** One run: its curves, its facts, and in tabs everything else. */
export function RunPage({ id }: { readonly id: RunId }) {
  return <LoadedRun key={id} id={id} />;
}

function LoadedRun({ id }: { readonly id: RunId }) {
  const live = useRun(id, location.value.query.get('tab') === 'log');
  const { data, error, isSlow } = live;
  if (data !== undefined) return <RunBody run={data} live={live} />;
  if (error !== undefined) return <Problem message={error.message} hint={error.hint} />;
  return isSlow ? <p class="muted loading">Reading the run…</p> : null;
}
