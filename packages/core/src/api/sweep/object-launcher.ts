import { ForgeError } from '../../errors/forge-error.js';
import { InProcessLauncher } from '../../sweep/controller/in-process-launcher.js';
import { StopSource } from '../../train/stop/stop-request.js';
import type { JobRunner } from '../jobs/job-runner.js';
import type { ConfigObjects } from '../prepare/config-request.js';
import type { SweepLibrary } from './sweep-library.js';

/**
 * Does jobs in this process: other processes cannot load configs that are objects of a script.
 * @throws ForgeError USAGE for another launcher
 */
export function objectLauncher(library: SweepLibrary, configs: ConfigObjects, name: string): InProcessLauncher {
  if (name !== 'local') {
    throw new ForgeError(
      'USAGE',
      `The launcher ${name} starts processes, which cannot load configs that are objects.`,
      {
        about: 'launcher',
        hint: 'Give the configs as files, or omit the launcher.',
      },
    );
  }
  let runner: Promise<JobRunner> | undefined;
  const run = async (file: string, index: number, signal: AbortSignal) => {
    runner ??= library.jobRunner(configs);
    const stop = new StopSource();
    const pass = () => stop.stop('SIGTERM');
    if (signal.aborted) pass();
    else signal.addEventListener('abort', pass, { once: true });
    return (await runner).run({ file, index }, { stop });
  };
  return new InProcessLauncher(run, async () => (await runner)?.[Symbol.asyncDispose]());
}
