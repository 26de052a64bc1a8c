import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ForgeLibrary, type Run } from '@forge-ml/core';

const configs = fileURLToPath(new URL('../configs/', import.meta.url));

/** A run of a benchmark, one call at a time, as `forge train` makes them. */
export interface OpenRun {
  readonly run: Run;
  step(): Promise<void>;
  /** Where the run is, for a save. */
  position(): Parameters<Run['save']>[0];
  close(): Promise<void>;
}

export interface RunSettings {
  /** Receives the results. */
  readonly folder: string;
  readonly backend: string;
  readonly engine: string;
  /** Files of bench/configs. */
  readonly dataConfig: string;
  readonly modelConfig: string;
  /** Called when the engine has started and nothing has been built. */
  started?(): void;
}

export async function openRun(settings: RunSettings): Promise<OpenRun> {
  const { folder, backend, engine, dataConfig, modelConfig } = settings;
  const forge = new ForgeLibrary({ directory: folder, argv: [] });
  const experiment = await forge.config({
    defaults: {
      backend,
      engine,
      dataConfig: join(configs, dataConfig),
      modelConfig: join(configs, modelConfig),
      keep: '1',
      resultsDir: join(folder, 'results'),
    },
  });
  settings.started?.();
  const data = await forge.loadData(experiment);
  const { session, ...built } = await forge.build(experiment, data);
  const run = await forge.initCheckpoint(experiment, { session, ...built });
  const batch = (await data.train.read({ epoch: 0, skip: 0 }).next()).value!;
  let step = 0;
  return {
    run,
    step: async () => {
      await session.step(batch as never, { step, metrics: false });
      step++;
    },
    position: () => ({ step, data: { epoch: 0, batch: step } }),
    close: async () => {
      await run.finish('completed');
      await session.dispose();
      await experiment.engine.dispose();
    },
  };
}
