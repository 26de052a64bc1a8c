import fs from 'node:fs';
import { ForgeLibrary, isForgeError, type RunHooks } from '@forge-ml/core';
import { crash, prepareCrash } from './crash-at.js';

/** The order for a warm process: how to train, and where to die by SIGKILL. */
export interface TrainingOrder {
  readonly directory: string;
  readonly argv: readonly string[];
  /** At this file operation; null for none. */
  readonly crashAt: number | null;
  /** In the hook of this step, or of its checkpoint. */
  readonly killAt?: KillPlace;
}

export interface KillPlace {
  readonly hook: 'step' | 'checkpoint';
  readonly step: number;
}

/**
 * A process that loads everything in advance, reports that it is ready, and trains when it gets its order. It prints
 * `saved STEP` after each checkpoint and its status at the end, synchronously, so that a kill loses nothing.
 */
const write = fs.writeSync;
const startCounting = await prepareCrash();
await import('jiti');
process.once('message', async ({ directory, argv, crashAt, killAt }: TrainingOrder) => {
  try {
    const forge = new ForgeLibrary({ directory, argv, warn: () => undefined });
    if (crashAt !== null) startCounting(crashAt);
    const die = (hook: KillPlace['hook'], at: number) => {
      if (killAt?.hook === hook && killAt.step === at) crash();
    };
    const hooks: RunHooks = {
      step: ({ step }) => die('step', step),
      checkpoint({ step }) {
        write(1, `saved ${step}\n`);
        die('checkpoint', step);
      },
    };
    const { status } = await forge.train(await forge.config(), { hooks });
    write(1, `${status}\n`);
    process.exit();
  } catch (error) {
    write(1, `error ${isForgeError(error) ? error.code : ''} ${String(error)}\n`);
    process.exit(1);
  }
});
process.send?.('ready');
