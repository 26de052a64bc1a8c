import { printableText } from '@forge-ml/core/text';
import { location, setQuery } from '../../address/location.js';
import { formatRunSet, parseRunSet } from '../../address/run-set.js';
import { LineSample } from '../../chart/line-sample.js';
import type { SharedCursor } from '../../chart/shared-cursor.js';
import { useWindow } from '../../tables/use-window.js';
import type { CompareModel, LegendEntry } from '../choices/compare-model.js';

interface LegendProps {
  readonly model: CompareModel;
  readonly cursor: SharedCursor;
}

const lineHeight = 24;

/** All runs with their colors. A click hides or shows one, of which only those on screen are in the page. */
export function Legend({ model: { legend, shown, view }, cursor }: LegendProps) {
  const { scroller, first, end } = useWindow(legend.length, lineHeight);
  return (
    <div class="compare-legend">
      <div class="legend-head">
        <span class="muted">
          {shown.size === view.runs.length ? `${shown.size} runs` : `${shown.size} of ${view.runs.length} runs shown`}
        </span>
        <button type="button" class="quiet" disabled={shown.size === view.runs.length} onClick={showAll}>
          Show all
        </button>
      </div>
      <div
        class="legend-lines"
        ref={scroller}
        onPointerLeave={() => {
          cursor.run.value = null;
        }}
      >
        <ul style={{ paddingTop: `${first * lineHeight}px`, paddingBottom: `${(legend.length - end) * lineHeight}px` }}>
          {legend.slice(first, end).map((entry) => (
            <Line key={`${entry.isSeed} ${entry.id}`} entry={entry} cursor={cursor} all={view.runs} />
          ))}
        </ul>
      </div>
    </div>
  );
}

interface LineProps {
  readonly entry: LegendEntry;
  readonly cursor: SharedCursor;
  readonly all: CompareModel['view']['runs'];
}

function Line({ entry, cursor, all }: LineProps) {
  const { id, label, color, dash, runs, isShown, isOpen, isSeed } = entry;
  const isEmphasized = cursor.run.value === id;
  const emphasize = (emphasized: string | null) => {
    cursor.run.value = isShown ? emphasized : null;
  };
  const text = printableText(label);
  return (
    <li class={`${isShown ? '' : 'hidden-run'} ${isEmphasized ? 'emphasized' : ''} ${isSeed ? 'seed' : ''}`}>
      <button
        type="button"
        class="legend-run"
        aria-pressed={isShown}
        title={`${text}\nClick: ${isShown ? 'hide' : 'show'}`}
        onPointerEnter={() => emphasize(id)}
        onFocus={() => emphasize(id)}
        onBlur={() => emphasize(null)}
        onClick={() => toggleHidden(runs, isShown)}
      >
        <LineSample color={color} dash={dash} />
        <span class="legend-label">{text}</span>
        {isOpen !== undefined && <span class="muted">{runs.length} seeds</span>}
      </button>
      {isOpen !== undefined && (
        <button
          type="button"
          class="legend-small"
          aria-expanded={isOpen}
          aria-label={`Single seeds of ${text}`}
          title="Single seeds"
          onClick={() => toggleSeeds(runs, isOpen)}
        >
          {isOpen ? '▾' : '▸'}
        </button>
      )}
      <button
        type="button"
        class="legend-small only"
        aria-label={`Show only ${text}`}
        onClick={() =>
          setQuery({ hidden: formatRunSet(all.flatMap((run) => (runs.includes(run.id) ? [] : [run.id]))) }, true)
        }
      >
        only
      </button>
    </li>
  );
}

function showAll(): void {
  setQuery({ hidden: null, ranges: null }, true);
}

function toggleHidden(runs: readonly string[], isShown: boolean): void {
  change('hidden', runs, isShown);
}

function toggleSeeds([first]: readonly string[], isOpen: boolean): void {
  change('seeds', [first!], !isOpen);
}

function change(name: string, runs: readonly string[], isIn: boolean): void {
  const set = new Set(parseRunSet(location.value.query.get(name) ?? ''));
  for (const run of runs) {
    if (isIn) set.add(run);
    else set.delete(run);
  }
  setQuery({ [name]: formatRunSet(set) }, true);
}
