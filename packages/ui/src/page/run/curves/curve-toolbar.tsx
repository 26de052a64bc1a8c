import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { location, setQuery } from '../../address/location.js';
import { axes, readSettings } from './curve-settings.js';

/** How all curves of the page are drawn. */
export function CurveToolbar({ hasFilter }: { readonly hasFilter: boolean }) {
  const { axis, logX, logY, range, filter } = readSettings(location.value.query);
  return (
    <div class="curve-toolbar" role="toolbar" aria-label="How curves are drawn">
      {hasFilter && (
        <input
          type="search"
          class="curve-filter"
          placeholder="Filter metrics"
          aria-label="Filter metrics"
          value={filter}
          onInput={({ currentTarget }) => setQuery({ metrics: currentTarget.value })}
        />
      )}
      <Smoothing />
      <fieldset class="choices">
        <legend class="only-read">Horizontal axis</legend>
        {axes.map(({ axis: value, title }) => (
          <label key={value}>
            <input
              type="radio"
              name="axis"
              checked={axis === value}
              // The zoom is in the unit of the axis.
              onChange={() => setQuery({ axis: value === 'step' ? null : value, zoom: null }, true)}
            />
            <span>{title}</span>
          </label>
        ))}
      </fieldset>
      <label class="toggle">
        <input type="checkbox" checked={logX} onChange={() => setQuery({ logx: logX ? null : '1' }, true)} />
        log x
      </label>
      <label class="toggle">
        <input type="checkbox" checked={logY} onChange={() => setQuery({ logy: logY ? null : '1' }, true)} />
        log y
      </label>
      <button
        type="button"
        class={range === null ? 'plain-button invisible' : 'plain-button'}
        disabled={range === null}
        onClick={() => setQuery({ zoom: null }, true)}
      >
        Show all
      </button>
    </div>
  );
}

/** Milliseconds between changes of the address while the slider moves: browsers limit them. */
const pace = 80;

function Smoothing() {
  const { smooth } = readSettings(location.value.query);
  const moving = useSignal<number | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const move = (value: number) => {
    moving.value = value;
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      setQuery({ smooth: moving.value === 0 ? null : String(moving.value) });
      moving.value = null;
    }, pace);
  };
  const shown = moving.value ?? smooth;
  return (
    <label class="smoothing">
      smooth
      <input
        type="range"
        min={0}
        max={0.99}
        step={0.01}
        value={shown}
        onInput={({ currentTarget }) => move(Number(currentTarget.value))}
      />
      <output>{shown.toFixed(2)}</output>
    </label>
  );
}
