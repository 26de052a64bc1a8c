import fs from 'node:fs';
import { ForgeLibrary, isForgeError } from '@forge-ml/core';
import { prepareCrash } from './crash-at.js';

/** The order for a warm process: how to train, and at which file operation to crash; null for none. */
export interface TrainingOrder {
  readonly directory: string;
  readonly argv: readonly string[];
  readonly crashAt: number | null;
}

/**
 * A process that loads everything in advance, reports that it is ready, and trains when it gets its order. It prints
 * `saved STEP` after each checkpoint and its status at the end, synchronously, so that a kill loses nothing.
 */
const write = fs.writeSync;
const startCounting = await prepareCrash();
await import('jiti');
process.once('message', async ({ directory, argv, crashAt }: TrainingOrder) => {
  try {
    const forge = new ForgeLibrary({ directory, argv, warn: () => undefined });
    if (crashAt !== null) startCounting(crashAt);
    const checkpoint = ({ step }: { step: number }) => void write(1, `saved ${step}\n`);
    const { status } = await forge.train(await forge.config(), { hooks: { checkpoint } });
    write(1, `${status}\n`);
    process.exit();
  } catch (error) {
    write(1, `error ${isForgeError(error) ? error.code : ''} ${String(error)}\n`);
    process.exit(1);
  }
});
process.send?.('ready');
