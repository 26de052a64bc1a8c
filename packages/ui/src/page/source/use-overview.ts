import { useEffect, useState } from 'preact/hooks';
import type { Overview } from '../../protocol/overview.js';
import { useSource } from './use-source.js';

/** What the dashboard shows; undefined until it is known. */
export function useOverview(): Overview | undefined {
  const source = useSource();
  const [overview, set] = useState<Overview>();
  useEffect(() => {
    // Views ask for data, too, and say why there is none.
    source.overview().then(set, () => undefined);
  }, [source]);
  return overview;
}
