import fs from 'node:fs';
import { ForgeLibrary, isForgeError } from '@forge-ml/core';
import { prepareToDie } from './die-at-operation.js';

/** What a warm process is told: how to train, and at which of its file operations to die, where it shall. */
export interface TrainingOrder {
  readonly directory: string;
  readonly argv: readonly string[];
  readonly dieAt: number | null;
}

/**
 * A process that is warm before it is needed: it has everything loaded, says so, and trains when it is told to. On
 * stdout it says `saved STEP` after each checkpoint and `completed` at its end; written at once, so that a kill loses
 * none of it.
 */
const tell = fs.writeSync;
const countTo = await prepareToDie();
await import('jiti');
process.once('message', async ({ directory, argv, dieAt }: TrainingOrder) => {
  try {
    const forge = new ForgeLibrary({ directory, argv, warn: () => undefined });
    if (dieAt !== null) countTo(dieAt);
    const checkpoint = ({ step }: { step: number }) => void tell(1, `saved ${step}\n`);
    const { status } = await forge.train(await forge.config(), { hooks: { checkpoint } });
    tell(1, `${status}\n`);
    process.exit();
  } catch (error) {
    tell(1, `error ${isForgeError(error) ? error.code : ''} ${String(error)}\n`);
    process.exit(1);
  }
});
process.send?.('ready');
