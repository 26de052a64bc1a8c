import type { PlotGroup } from './plots.js';

/** With more plots, only the first group is open at first. */
const many = 24;

/** Whether a group is open. @param toggled the parameter `groups` of the address: those that a person opened or closed */
export function isOpen(groups: readonly PlotGroup[], group: PlotGroup, toggled: string | null): boolean {
  const isMany = groups.reduce((count, { plots }) => count + plots.length, 0) > many;
  const isFirst = group.name === groups[0]!.name;
  const byDefault = isFirst || (!group.isDiagnostic && !isMany);
  return namesIn(toggled).includes(group.name) ? !byDefault : byDefault;
}

/** The parameter after a person opened or closed a group; null for none. */
export function toggleGroup(toggled: string | null, name: string): string | null {
  const names = namesIn(toggled);
  const changed = names.includes(name) ? names.filter((other) => other !== name) : [...names, name];
  return changed.length === 0 ? null : changed.map(encodeURIComponent).join(',');
}

function namesIn(toggled: string | null): string[] {
  return (toggled ?? '').split(',').flatMap((name) => {
    try {
      return name === '' ? [] : [decodeURIComponent(name)];
    } catch {
      return [];
    }
  });
}
