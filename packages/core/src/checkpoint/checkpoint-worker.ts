import { parentPort } from 'node:worker_threads';
import { type ForgeError, isForgeError } from '../errors/forge-error.js';
import { FileCheckpointStore } from './file-checkpoint-store.js';
import { movable } from './moved-state.js';
import type { SaveAnswer, SaveError, SaveRequest } from './save-message.js';

/** The thread that writes checkpoints. It has the state's memory to itself while it does. */
const port = parentPort!;

port.on('message', async ({ folder, state, details, files }: SaveRequest) => {
  const store = new FileCheckpointStore(folder);
  const end = await store.save(state, { ...details, files: () => files }).then(
    (path) => ({ path }),
    (error: unknown) => (isForgeError(error) ? { error: asMessage(error) } : { bug: error as Error }),
  );
  const back = movable(state);
  const answer: SaveAnswer = { ...end, state: back.state };
  port.postMessage(answer, back.memory);
});

function asMessage({ code, message, about, hint, cause }: ForgeError): SaveError {
  return {
    code,
    message,
    ...(about === undefined ? {} : { about }),
    ...(hint === undefined ? {} : { hint }),
    ...(cause instanceof Error ? { cause } : {}),
  };
}
