import { parentPort, workerData } from 'node:worker_threads';
import { createModuleLoader } from '../../config/loader/module-loader.js';
import { RandomStream } from '../../random/random-stream.js';
import type { WorkerRequest } from '../../worker/worker-channel.js';
import { ElementContext } from '../operators/map-context.js';
import { importFunction } from './import-function.js';
import type { MapAnswer, MapRequest, MapWorkerOptions } from './map-protocol.js';
import { pack } from './pack.js';
import { sentError } from './sent-error.js';

/** The thread that converts elements: calls the exported function of a module for each. */

const { path, exported, loader } = workerData as MapWorkerOptions;
const port = parentPort!;

const loading = createModuleLoader({ modules: {}, ...loader }).then((own) => importFunction(own, path, exported));
// Reported as the error of each element.
loading.catch(() => undefined);

port.on('message', async ({ id, request }: WorkerRequest<MapRequest>) => {
  try {
    const convert = await loading;
    const { element, epoch, index, random } = request;
    const origin = { epoch, randomOf: () => RandomStream.from(random), usedEpoch: false };
    const { value, memory } = pack(await convert(element, new ElementContext(index, origin)));
    port.postMessage({ id, value, usedEpoch: origin.usedEpoch } satisfies MapAnswer, memory);
  } catch (error) {
    port.postMessage({ id, error: sentError(error) } satisfies MapAnswer);
  }
});
