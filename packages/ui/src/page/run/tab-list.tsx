import { formatCount } from '@forge-ml/core/text';
import { hrefWith } from '../address/href-with.js';
import { hrefOf, location, setQuery } from '../address/location.js';
import { type Tab, tabByKey } from './tabs.js';

interface TabListProps {
  readonly tabs: readonly Tab[];
  readonly selected: Tab;
}

/** Each tab is an address; the arrow keys move between them. */
export function TabList({ tabs, selected }: TabListProps) {
  const select = ({ name }: Tab, isStep: boolean) => setQuery({ tab: name === tabs[0]!.name ? null : name }, isStep);
  const move = (event: KeyboardEvent) => {
    const to = tabByKey(event.key, tabs.indexOf(selected), tabs.length);
    if (to === undefined) return;
    event.preventDefault();
    select(tabs[to]!, false);
    (event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>('[role=tab]')[to]!.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label="More of the run" onKeyDown={move}>
      {tabs.map((tab) => (
        <a
          key={tab.name}
          id={`tab-${tab.name}`}
          role="tab"
          href={hrefOf(hrefWith(location.value, { tab: tab.name === tabs[0]!.name ? null : tab.name }))}
          aria-selected={tab === selected}
          aria-controls="tab-panel"
          tabIndex={tab === selected ? 0 : -1}
          onClick={(event) => {
            if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
            event.preventDefault();
            if (tab !== selected) select(tab, true);
          }}
        >
          {tab.title}
          {tab.count !== null && tab.count > 0 && <span class="muted"> {formatCount(tab.count)}</span>}
        </a>
      ))}
    </div>
  );
}
