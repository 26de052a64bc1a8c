import { parentPort, workerData } from 'node:worker_threads';
import type { WorkerRequest } from '@forge-ml/core/node';
import { messageOf } from '@forge-ml/core/plugin';
import { chooseRuntime } from './choose-runtime.js';
import { MemorySession } from './memory-session.js';
import type { Request, Results, RunOutputs, WorkerOptions } from './protocol.js';
import type { Runtime } from './runtime.js';
import { sharedTime } from './spans.js';
import type { WorkerSession } from './worker-session.js';

/** The thread that owns ONNX Runtime: `run` blocks the thread that calls it. Requests are handled one at a time. */

const options = workerData as WorkerOptions;
const interrupt = new Int32Array(options.interrupt);
const sessions = new Map<number, WorkerSession>();
/** Those whose last request to run has failed. */
const failed = new Set<number>();
const port = parentPort!;
let chosen: ReturnType<typeof chooseRuntime> | undefined;
let runtime: Runtime | undefined;

let queue: Promise<unknown> = Promise.resolve();

function enqueue(work: () => unknown): void {
  queue = queue.then(work);
}

port.on('message', ({ id, request }: WorkerRequest<Request>) => {
  const answer = (results: Results & { readonly error?: string }, transfer: ArrayBuffer[] = []): void => {
    port.postMessage({ id, alive: alive(), stateCopies: runtime?.stateCopies, ...results }, transfer);
  };
  enqueue(async () => {
    try {
      if (request.kind === 'give') (await sessionOf(request.session)).give(request.names, answer);
      else answer(await handle(request));
    } catch (error) {
      answer({ error: messageOf(error) });
    }
    if (request.kind === 'end') port.close();
  });
});

async function handle(request: Exclude<Request, { kind: 'give' }>): Promise<Results & { readonly error?: string }> {
  switch (request.kind) {
    case 'bind': {
      const { runtime, reason } = await chosenRuntime();
      const { name, terminate } = runtime;
      return { binding: { name, ...(reason && { reason }), ...(terminate && { terminate }) } };
    }
    case 'lay': {
      const { runtime } = await chosenRuntime();
      const session = await MemorySession.open(runtime, request, options.threads);
      sessions.set(request.session, session);
      return { memories: session.memories };
    }
    case 'open':
      await (await sessionOf(request.session)).open(request);
      return {};
    case 'set':
      (await sessionOf(request.session)).set(request.tensors);
      return {};
    case 'get':
      return { tensors: await (await sessionOf(request.session)).get(request.names) };
    case 'release':
      sessions.get(request.session)?.release();
      return {};
    case 'run':
      return run(request);
    case 'close':
      await close(request.session);
      return {};
    case 'end':
      for (const number of [...sessions.keys()]) await close(number);
      (await chosen)?.runtime.end();
      return {};
  }
}

async function chosenRuntime(): ReturnType<typeof chooseRuntime> {
  chosen ??= chooseRuntime(options);
  runtime = (await chosen).runtime;
  return chosen;
}

async function sessionOf(number: number): Promise<WorkerSession> {
  const known = sessions.get(number);
  if (known !== undefined) return known;
  const session = await openSession();
  sessions.set(number, session);
  return session;
}

async function openSession(): Promise<WorkerSession> {
  const { deviceMemory } = options;
  if (deviceMemory !== undefined) {
    const session = await (await chosenRuntime()).runtime.openOnDevice?.(deviceMemory);
    if (session !== undefined) return session;
  }
  const { DeviceSession } = await import('./device-session.js');
  return new DeviceSession(options, enqueue);
}

async function run({ session, graph, runs: inputs, continues = false }: Extract<Request, { kind: 'run' }>) {
  const runs: RunOutputs[] = [];
  if (continues && failed.has(session)) return { runs, error: 'An earlier step has failed', stopped: isInterrupted() };
  if (!continues) (await chosen)?.runtime.allowRuns();
  failed.delete(session);
  const start = sharedTime();
  try {
    const own = await sessionOf(session);
    for (const one of inputs) {
      if (isInterrupted()) throw new Error('It was interrupted');
      runs.push(await own.run(graph, one));
    }
  } catch (error) {
    failed.add(session);
    return { runs, error: messageOf(error), stopped: isInterrupted() };
  }
  return { runs, compute: [start, sharedTime()] as const };
}

function isInterrupted(): boolean {
  return Atomics.load(interrupt, 0) !== 0;
}

async function close(number: number): Promise<void> {
  const session = sessions.get(number);
  sessions.delete(number);
  failed.delete(number);
  await session?.close();
}

function alive(): number {
  let count = 0;
  for (const { size } of sessions.values()) count += size;
  return count;
}
