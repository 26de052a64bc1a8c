import type { ValueAxis } from '@forge-ml/plot';
import { location, setQuery } from '../address/location.js';
import { formatScales, parseScales } from './axis-scales.js';
import { formatBrushes, parseBrushes } from './brushes.js';

interface LogToggleProps {
  readonly title: string;
  readonly axis: ValueAxis;
  /** Of the flag or metric, as it is stored. */
  readonly name: string;
}

/** Chooses whether the axis of a flag or metric is logarithmic, in all figures of the page. */
export function LogToggle({ title, axis, name }: LogToggleProps) {
  const choose = (isLog: boolean) => {
    const { query } = location.value;
    const scales = formatScales(new Map([...parseScales(query.get('scales')), [name, isLog]]));
    // A range is of places on the axis: on another one it would be of other values.
    const ranges = new Map(parseBrushes(query.get('ranges')));
    ranges.delete(axis.name);
    setQuery({ scales, ranges: formatBrushes(ranges) }, true);
  };
  return (
    <label class="toggle">
      <input
        type="checkbox"
        checked={axis.kind === 'log'}
        disabled={!axis.canBeLog}
        onChange={({ currentTarget }) => choose(currentTarget.checked)}
      />
      {title}
    </label>
  );
}
