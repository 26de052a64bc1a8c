import { setQuery } from '../address/location.js';
import { comparedCount, mostCompared, usualCompared } from './compared-count.js';

/** How many of the best trials are compared. */
export function BestCount({ count }: { readonly count: number }) {
  return (
    <label class="toggle">
      how many
      <input
        type="number"
        min={2}
        max={mostCompared}
        value={count}
        onChange={({ currentTarget: { value } }) => {
          const chosen = comparedCount(value);
          setQuery({ best: chosen === usualCompared ? null : String(chosen) }, true);
        }}
      />
    </label>
  );
}
