import { parentPort, workerData } from 'node:worker_threads';
import type { WorkerRequest } from '@forge-ml/core/node';
import { type DType, elements, messageOf, type TensorData } from '@forge-ml/core/plugin';
import * as ort from 'onnxruntime-node';
import type { GraphRequest, NamedTensor, Request, WorkerOptions } from './protocol.js';
import { type Span, sharedTime } from './spans.js';

/** The thread that owns ONNX Runtime: `run` blocks the thread that calls it. Requests are handled one at a time. */

interface Model extends Pick<GraphRequest, 'reads' | 'writes'> {
  readonly session: ort.InferenceSession;
}

interface Session {
  readonly models: Map<string, Model>;
  /** The results of the last step, each in its own memory: no buffer is ever both read and written. */
  state: Map<string, ort.Tensor>;
  outgoing: OutgoingState | undefined;
}

/** What a request returns. */
interface Results {
  readonly tensors: readonly NamedTensor[];
  readonly compute?: Span;
}

const nothing: Results = { tensors: [] };

/** State to be sent, as it was when it was requested. */
interface OutgoingState {
  readonly id: number;
  readonly tensors: readonly (readonly [name: string, tensor: ort.Tensor])[];
  readonly timer: NodeJS.Timeout;
}

/** How long state to be sent waits for the next update, ms: after that it is copied, because the worker is idle. */
const maxWait = 50;

const { provider, threads, deviceId, keepsState } = workerData as WorkerOptions;
const sessions = new Map<number, Session>();
const port = parentPort!;

/** The fastest settings measured: one operator at a time, and threads that sleep instead of spinning in between. */
const options: ort.InferenceSession.SessionOptions = {
  graphOptimizationLevel: 'all',
  executionMode: 'sequential',
  interOpNumThreads: 1,
  intraOpNumThreads: threads,
  logSeverityLevel: 4,
  extra: { session: { intra_op: { allow_spinning: '0' } } },
};

// Errors are returned; ONNX Runtime would print them as well.
ort.env.logLevel = 'fatal';

let queue: Promise<unknown> = Promise.resolve();
port.on('message', ({ id, request }: WorkerRequest<Request>) => {
  queue = queue.then(async () => {
    try {
      if (request.kind === 'give') prepareToGive(id, request.session, request.names);
      else port.postMessage({ id, ...(await handle(request)), alive: alive() });
    } catch (error) {
      port.postMessage({ id, error: messageOf(error), alive: alive() });
    }
    if (request.kind === 'end') port.close();
  });
});

async function handle(request: Exclude<Request, { kind: 'give' }>): Promise<Results> {
  if (request.kind === 'end') {
    for (const session of sessions.values()) give(session);
    return nothing;
  }
  const session = sessionOf(request.session);
  switch (request.kind) {
    case 'open':
      await open(session, request);
      return nothing;
    case 'set':
      give(session);
      for (const [name, tensor] of request.tensors) keep(session, name, toOrt(tensor));
      return nothing;
    case 'get':
      return { tensors: await Promise.all(request.names.map((name) => fromOrt(name, session.state.get(name)!))) };
    case 'run':
      return run(session, session.models.get(request.graph)!, request.feeds);
    case 'close':
      give(session);
      sessions.delete(request.session);
      for (const tensor of session.state.values()) release(tensor);
      for (const model of session.models.values()) await model.session.release();
      return nothing;
  }
}

function sessionOf(number: number): Session {
  const session = sessions.get(number) ?? { models: new Map(), state: new Map(), outgoing: undefined };
  sessions.set(number, session);
  return session;
}

function prepareToGive(id: number, number: number, names: readonly string[]): void {
  const session = sessionOf(number);
  give(session);
  const tensors = names.map((name) => [name, session.state.get(name)!] as const);
  const timer = setTimeout(() => {
    queue = queue.then(() => give(session));
  }, maxWait);
  session.outgoing = { id, tensors, timer };
}

/** Sends the requested state: tensors that an update has replaced are moved, the others copied. */
function give(session: Session): void {
  const { outgoing } = session;
  if (outgoing === undefined) return;
  session.outgoing = undefined;
  clearTimeout(outgoing.timer);
  const moved: ArrayBuffer[] = [];
  const tensors = outgoing.tensors.map(([name, tensor]): NamedTensor => {
    const named = bytesOf(name, tensor, tensor.data);
    if (session.state.get(name) !== tensor) moved.push(named[1].bytes.buffer as ArrayBuffer);
    return named;
  });
  port.postMessage({ id: outgoing.id, tensors, alive: alive() }, moved);
}

async function open(session: Session, { name, model, forCpu, reads, writes }: GraphRequest): Promise<void> {
  const made = await ort.InferenceSession.create(model, {
    ...options,
    executionProviders: [
      {
        name: provider,
        ...(deviceId === undefined ? {} : { deviceId }),
        ...(provider === 'webgpu' && forCpu.length > 0 ? { forceCpuNodeNames: forCpu } : {}),
      } as ort.InferenceSession.ExecutionProviderConfig,
    ],
    ...(keepsState
      ? { preferredOutputLocation: Object.fromEntries(writes.map(([output]) => [output, 'gpu-buffer'])) }
      : {}),
  });
  session.models.set(name, { session: made, reads, writes });
}

async function run(session: Session, model: Model, feeds: readonly NamedTensor[]): Promise<Results> {
  const inputs: Record<string, ort.Tensor> = {};
  for (const [name, tensor] of feeds) inputs[name] = toOrt(tensor);
  for (const name of model.reads) inputs[name] = session.state.get(name)!;
  const start = sharedTime();
  const outputs = await model.session.run(inputs);
  const compute = [start, sharedTime()] as const;
  const kept = new Set<string>();
  for (const [output, name] of model.writes) {
    keep(session, name, outputs[output]!);
    kept.add(output);
  }
  if (kept.size > 0) give(session);
  const asked = Object.entries(outputs).filter(([name]) => !kept.has(name));
  return { tensors: await Promise.all(asked.map(([name, tensor]) => fromOrt(name, tensor))), compute };
}

function keep(session: Session, name: string, tensor: ort.Tensor): void {
  release(session.state.get(name));
  session.state.set(name, tensor);
}

/** Releases the memory of a device at once; the garbage collector does not know its size. */
function release(tensor: ort.Tensor | undefined): void {
  if (tensor?.location === 'gpu-buffer') tensor.dispose();
}

function toOrt(tensor: TensorData): ort.Tensor {
  return new ort.Tensor(tensor.dtype as ort.Tensor.Type, elements(tensor) as ort.Tensor.DataType, tensor.shape);
}

async function fromOrt(name: string, tensor: ort.Tensor): Promise<NamedTensor> {
  return bytesOf(name, tensor, await tensor.getData());
}

function bytesOf(name: string, tensor: ort.Tensor, values: ort.Tensor.DataType): NamedTensor {
  const data = values as Exclude<ort.Tensor.DataType, string[]>;
  const bytes = new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
  return [name, { dtype: tensor.type as DType, shape: [...tensor.dims], bytes }];
}

function alive(): number {
  let count = 0;
  for (const { models, state } of sessions.values()) count += models.size + state.size;
  return count;
}
