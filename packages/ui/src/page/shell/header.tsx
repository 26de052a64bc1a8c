import { formatCount } from '@forge-ml/core/text';
import { Link } from '../parts/link.js';
import { useOverview } from '../source/use-overview.js';
import type { Route } from './routes.js';
import { ThemeSwitch } from './theme-switch.js';
import { counts } from './watch-source.js';

interface HeaderProps {
  readonly view: Route['view'];
  readonly onHelp: () => void;
}

/** Where one is, and the way to the other views. */
export function Header({ view, onHelp }: HeaderProps) {
  const overview = useOverview();
  return (
    <header class="header">
      <Link class="header-folder" href="/" title={overview?.folders.map(({ path }) => path).join('\n')}>
        <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
          <path d="M2 13 6 8l3 3 5-8" />
        </svg>
        <span>{overview === undefined ? 'Forge' : overview.folders.map(({ name }) => name).join(', ')}</span>
      </Link>
      <nav aria-label="Views">
        <Link href="/" aria-current={view === 'runs' ? 'page' : undefined}>
          Runs
        </Link>
        <Link href="/sweeps" aria-current={view === 'sweeps' ? 'page' : undefined}>
          Sweeps
        </Link>
      </nav>
      <Counts />
      <ThemeSwitch />
      <button type="button" class="header-help" onClick={onHelp} aria-label="Help: the keys" title="Help: the keys (?)">
        ?
      </button>
    </header>
  );
}

function Counts() {
  if (counts.value === undefined) return <p class="header-counts" />;
  const { total, running } = counts.value;
  return (
    <p class="header-counts">
      <span class="header-total">
        {formatCount(total)} {total === 1 ? 'run' : 'runs'}
      </span>
      {running > 0 && <span class="header-running">{formatCount(running)} running</span>}
    </p>
  );
}
