import { useEffect, useMemo, useState } from 'preact/hooks';

/** Whether the page is as narrow as a phone. */
export function useIsNarrow(): boolean {
  const query = useMemo(() => matchMedia('(max-width: 640px)'), []);
  const [isNarrow, set] = useState(query.matches);
  useEffect(() => {
    const read = () => set(query.matches);
    query.addEventListener('change', read);
    return () => query.removeEventListener('change', read);
  }, [query]);
  return isNarrow;
}
