import { parentPort } from 'node:worker_threads';
import { type ForgeError, isForgeError } from '../../errors/forge-error.js';
import type { WorkerRequest } from '../../worker/worker-channel.js';
import { saveCheckpoint } from '../store/save-checkpoint.js';
import { transferable } from './transferable-state.js';
import type { SaveAnswer, SaveError, SaveRequest } from './worker-protocol.js';

/** The thread that writes checkpoints. It owns the state's memory during a save. */
const port = parentPort!;

port.on('message', async ({ id, request }: WorkerRequest<SaveRequest>) => {
  const { folder, state, details, files } = request;
  const end = await saveCheckpoint(folder, state, { ...details, files: () => files }).then(
    (path) => ({ path }),
    (error: unknown) => (isForgeError(error) ? { error: asMessage(error) } : { bug: error as Error }),
  );
  const returned = transferable(state);
  const answer: SaveAnswer = { ...end, id, state: returned.state };
  port.postMessage(answer, returned.memory);
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
