import { location } from '../address/location.js';
import type { Source } from '../source/source.js';
import { SourceContext } from '../source/use-source.js';

/** The dashboard: the header, and the view of the address. */
export function App({ source }: { readonly source: Source }) {
  const { path } = location.value;
  return (
    <SourceContext.Provider value={source}>
      <main>{path}</main>
    </SourceContext.Provider>
  );
}
