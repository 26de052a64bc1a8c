import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { setQuery } from '../../address/location.js';
import { axes, type CurveSettings } from '../choices/curve-settings.js';

/** How all curves of the page are drawn. */
export function CurveControls({ settings }: { readonly settings: CurveSettings }) {
  const { axis, logX, logY, smooth } = settings;
  return (
    <>
      <fieldset class="choices">
        <legend class="only-read">Horizontal axis</legend>
        {axes.map(({ axis: value, title }) => (
          <label key={value}>
            <input
              type="radio"
              name="axis"
              checked={axis === value}
              // A zoom is in the unit of the axis.
              onChange={() => setQuery({ axis: value === 'step' ? null : value, zoom: null }, true)}
            />
            <span>{title}</span>
          </label>
        ))}
      </fieldset>
      <Toggle title="log x" isOn={logX} onChange={(isOn) => setQuery({ logx: isOn ? '1' : null }, true)} />
      <Toggle title="log y" isOn={logY} onChange={(isOn) => setQuery({ logy: isOn ? '1' : null }, true)} />
      <Smoothing smooth={smooth} />
    </>
  );
}

interface ToggleProps {
  readonly title: string;
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
}

export function Toggle({ title, isOn, onChange }: ToggleProps) {
  return (
    <label class="toggle">
      <input type="checkbox" checked={isOn} onChange={({ currentTarget }) => onChange(currentTarget.checked)} />
      {title}
    </label>
  );
}

/** Milliseconds between changes of the address while the slider moves: browsers limit them. */
const pace = 80;

function Smoothing({ smooth }: { readonly smooth: number }) {
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
