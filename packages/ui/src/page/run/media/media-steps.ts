/** The parameter `steps` of the address: the step that a person chose for each group of media, as `valid.samples~400`. */
export function chosenStep(steps: string | null, group: string): number | null {
  const entry = entriesOf(steps).find(([name]) => name === group);
  const step = entry === undefined || entry[1] === '' ? Number.NaN : Number(entry[1]);
  return Number.isFinite(step) ? step : null;
}

/** The parameter after a person chose a step; null for the newest. */
export function withStep(steps: string | null, group: string, step: number | null): string | null {
  const others = entriesOf(steps).filter(([name]) => name !== group);
  const entries = step === null ? others : [...others, [group, String(step)] as const];
  return entries.length === 0 ? null : entries.map(([name, at]) => `${encodeURIComponent(name)}~${at}`).join(',');
}

function entriesOf(steps: string | null): (readonly [name: string, step: string])[] {
  return (steps ?? '').split(',').flatMap((entry) => {
    const at = entry.lastIndexOf('~');
    try {
      return at < 1 ? [] : [[decodeURIComponent(entry.slice(0, at)), entry.slice(at + 1)] as const];
    } catch {
      return [];
    }
  });
}
