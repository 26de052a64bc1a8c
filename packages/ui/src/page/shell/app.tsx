import { useEffect, useState } from 'preact/hooks';
import { location } from '../address/location.js';
import { useKeys } from '../parts/keys.js';
import { RunsPage } from '../runs/runs-page.js';
import type { Source } from '../source/source.js';
import { SourceContext } from '../source/use-source.js';
import { ConnectionNotice } from './connection-notice.js';
import { ErrorBoundary } from './error-boundary.js';
import { Header } from './header.js';
import { Help } from './help.js';
import { lazyView } from './lazy-view.js';
import { type Route, routeOf } from './routes.js';
import { UnknownPage } from './unknown-page.js';

const run = lazyView(async () => (await import('../run/run-page.js')).RunPage);
const compare = lazyView(async () => (await import('../compare/compare-page.js')).ComparePage);
const sweeps = lazyView(async () => (await import('../sweep/sweeps-page.js')).SweepsPage);
const sweep = lazyView(async () => (await import('../sweep/sweep-page.js')).SweepPage);

/** The dashboard: the header, and the view of the address. @param source a watched one */
export function App({ source }: { readonly source: Source }) {
  const [isHelpOpen, openHelp] = useState(false);
  useKeys([{ key: '?', does: 'show the keys', run: () => openHelp(true) }]);
  useEffect(preloadWhenIdle, []);
  const { path } = location.value;
  const route = routeOf(path);
  return (
    <SourceContext.Provider value={source}>
      <a class="skip-link" href="#main">
        Skip to the content
      </a>
      <Header view={route.view} onHelp={() => openHelp(true)} />
      <ConnectionNotice />
      <main id="main" tabIndex={-1}>
        <ErrorBoundary key={path}>
          <View route={route} />
        </ErrorBoundary>
      </main>
      {isHelpOpen && <Help onClose={() => openHelp(false)} />}
    </SourceContext.Provider>
  );
}

function View({ route }: { readonly route: Route }) {
  switch (route.view) {
    case 'runs':
      return <RunsPage />;
    case 'run':
      return <run.View id={route.id} />;
    case 'compare':
      return <compare.View />;
    case 'sweeps':
      return <sweeps.View />;
    case 'sweep':
      return <sweep.View />;
    case 'unknown':
      return <UnknownPage path={route.path} />;
  }
}

/** The other views open at once when the first one has been drawn. */
function preloadWhenIdle(): () => void {
  const timer = setTimeout(() => {
    for (const { preload } of [run, compare, sweeps, sweep]) preload();
  }, 1000);
  return () => clearTimeout(timer);
}
