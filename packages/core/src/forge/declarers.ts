import { resolve } from 'node:path';
import { readConfigModule } from '../config/config-module.js';
import type { FlagSpecs } from '../config/flag.js';
import { createModuleLoader } from '../config/module-loader.js';
import type { BackendRegistry } from '../plugins/backend-registry.js';
import { invocationFlags, runFlags } from '../train/run-flags.js';
import type { FlagPlaces } from './flag-layers.js';
import { startEngine } from './start-engine.js';
import type { Workplace } from './workplace.js';

/** Somebody who declares flags: `forge`, or a config by its path as it was named. */
export interface Declarer {
  readonly by: string;
  readonly flags: FlagSpecs;
}

/** Who declares which flags, as far as configs are named. They are read, but their `load` is not called. */
export async function readDeclarers(
  workplace: Workplace,
  registry: BackendRegistry,
  { run }: FlagPlaces,
): Promise<readonly Declarer[]> {
  const declarers: Declarer[] = [{ by: 'forge', flags: { ...runFlags, ...invocationFlags } }];
  const named = [run.dataConfig, run.modelConfig].filter((path) => path !== null);
  if (named.length === 0) return declarers;
  const { engine } = await startEngine(workplace, registry, run);
  try {
    const loader = await createModuleLoader({ modules: engine.modules });
    for (const path of named) {
      const { flags } = await readConfigModule(loader, resolve(workplace.directory, path));
      declarers.push({ by: path, flags });
    }
    return declarers;
  } finally {
    await engine.dispose();
  }
}
