import type { EngineInfo } from '../../backend/backend.js';
import type { BackendSource } from '../../plugins/registry/backend-registry.js';
import type { RunRecord } from '../../run/record/run-record.js';
import { currentVersions } from './new-record.js';

/** What decides which bits a step computes: engine, versions, settings, and the plugin that drives the engine. */
export type Versions = Pick<RunRecord, 'backend' | 'engine' | 'versions'>;

export function versionsOf({ backend, engine }: { backend: BackendSource; engine: { info: EngineInfo } }): Versions {
  const { package: name, version } = backend.plugin;
  return {
    backend: { name: backend.name, package: name, version },
    engine: engine.info,
    versions: currentVersions(),
  };
}

/** Same bits are promised on the same engine, versions and settings only: where they differ, a resume says so. */
export function warnOfOtherVersions(before: Versions, now: Versions, warn: (message: string) => void): void {
  const difference = differenceOf(factsOf(before), factsOf(now));
  if (difference === undefined) return;
  warn(`The engine differs from the run's (${difference}): the bits may differ from here on.`);
}

/** The same for a run that is only loaded, with its own backend and any engine. */
export function warnOfOtherLoader(before: RunRecord, now: Versions, warn: (message: string) => void): void {
  if (before.backend.package !== now.backend.package) return;
  const sameEngine = before.engine.engine === now.engine.engine;
  const facts = ({ backend, engine }: Versions) => {
    return sameEngine ? [pluginOf(backend), ...linesOf(engine.versions)] : [pluginOf(backend)];
  };
  const difference = differenceOf(facts(before), facts(now));
  if (difference === undefined) return;
  warn(`The run was made with other versions (${difference}): its numbers may differ a little here.`);
}

function factsOf({ backend, engine, versions }: Versions): string[] {
  const facts = { ...versions, ...engine.versions, ...engine.settings };
  return [`${engine.engine} on ${engine.device}`, pluginOf(backend), ...linesOf(facts)];
}

function pluginOf({ package: name, version }: Versions['backend']): string {
  return `${name} ${version}`;
}

function linesOf(facts: Readonly<Record<string, unknown>> = {}): string[] {
  return Object.entries(facts).map(([key, value]) => `${key} ${value}`);
}

function differenceOf(before: readonly string[], now: readonly string[]): string | undefined {
  const gone = before.filter((line) => !now.includes(line));
  const come = now.filter((line) => !before.includes(line));
  return gone.length + come.length === 0 ? undefined : `${gone.join(', ')} → ${come.join(', ')}`;
}
