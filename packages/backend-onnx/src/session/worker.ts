import { parentPort, workerData } from 'node:worker_threads';
import { type DType, elements, messageOf, type TensorData } from '@forge-ml/core/plugin';
import * as ort from 'onnxruntime-node';
import type { GraphRequest, NamedTensor, Question, Request, WorkerOptions } from './protocol.js';

/** The thread that owns ONNX Runtime: `run` blocks the thread it is called on. Requests are done one after the other. */

interface Model extends Pick<GraphRequest, 'reads' | 'writes'> {
  readonly session: ort.InferenceSession;
}

interface Session {
  readonly models: Map<string, Model>;
  /** What the last step gave, each in memory of its own: no buffer is ever both read and written. */
  state: Map<string, ort.Tensor>;
  leaving: LeavingState | undefined;
}

/** State on its way out, as it was when it was asked for. */
interface LeavingState {
  readonly id: number;
  readonly tensors: readonly (readonly [name: string, tensor: ort.Tensor])[];
  readonly timer: NodeJS.Timeout;
}

/** How long state that is to leave waits for the next update, ms: after that it is copied, while nothing else is done. */
const patience = 50;

const { provider, threads, deviceId, keepsState } = workerData as WorkerOptions;
const sessions = new Map<number, Session>();
const port = parentPort!;

/** The fastest settings measured: one operator at a time, and threads that sleep rather than spin between them. */
const options: ort.InferenceSession.SessionOptions = {
  graphOptimizationLevel: 'all',
  executionMode: 'sequential',
  interOpNumThreads: 1,
  intraOpNumThreads: threads,
  logSeverityLevel: 4,
  extra: { session: { intra_op: { allow_spinning: '0' } } },
};

// What goes wrong comes back as an error; ONNX Runtime would print it as well.
ort.env.logLevel = 'fatal';

let queue: Promise<unknown> = Promise.resolve();
port.on('message', ({ id, request }: Question) => {
  queue = queue.then(async () => {
    try {
      if (request.kind === 'give') prepareToGive(id, request.session, request.names);
      else port.postMessage({ id, tensors: await handle(request), alive: alive() });
    } catch (error) {
      port.postMessage({ id, error: messageOf(error), alive: alive() });
    }
    if (request.kind === 'end') port.close();
  });
});

async function handle(request: Exclude<Request, { kind: 'give' }>): Promise<NamedTensor[]> {
  if (request.kind === 'end') {
    for (const session of sessions.values()) give(session);
    return [];
  }
  const session = sessionOf(request.session);
  switch (request.kind) {
    case 'open':
      return open(session, request);
    case 'set':
      give(session);
      for (const [name, tensor] of request.tensors) keep(session, name, toOrt(tensor));
      return [];
    case 'get':
      return Promise.all(request.names.map((name) => fromOrt(name, session.state.get(name)!)));
    case 'run':
      return run(session, session.models.get(request.graph)!, request.feeds);
    case 'close':
      give(session);
      sessions.delete(request.session);
      for (const tensor of session.state.values()) letGo(tensor);
      for (const model of session.models.values()) await model.session.release();
      return [];
  }
}

function sessionOf(number: number): Session {
  const session = sessions.get(number) ?? { models: new Map(), state: new Map(), leaving: undefined };
  sessions.set(number, session);
  return session;
}

function prepareToGive(id: number, number: number, names: readonly string[]): void {
  const session = sessionOf(number);
  give(session);
  const tensors = names.map((name) => [name, session.state.get(name)!] as const);
  const timer = setTimeout(() => {
    queue = queue.then(() => give(session));
  }, patience);
  session.leaving = { id, tensors, timer };
}

/** Sends the state that is to leave: what an update has replaced is moved, the rest is copied. */
function give(session: Session): void {
  const { leaving } = session;
  if (leaving === undefined) return;
  session.leaving = undefined;
  clearTimeout(leaving.timer);
  const moved: ArrayBuffer[] = [];
  const tensors = leaving.tensors.map(([name, tensor]): NamedTensor => {
    const named = bytesOf(name, tensor, tensor.data);
    if (session.state.get(name) !== tensor) moved.push(named[1].bytes.buffer as ArrayBuffer);
    return named;
  });
  port.postMessage({ id: leaving.id, tensors, alive: alive() }, moved);
}

async function open(session: Session, { name, model, forCpu, reads, writes }: GraphRequest): Promise<NamedTensor[]> {
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
  return [];
}

async function run(session: Session, model: Model, feeds: readonly NamedTensor[]): Promise<NamedTensor[]> {
  const inputs: Record<string, ort.Tensor> = {};
  for (const [name, tensor] of feeds) inputs[name] = toOrt(tensor);
  for (const name of model.reads) inputs[name] = session.state.get(name)!;
  const outputs = await model.session.run(inputs);
  const kept = new Set<string>();
  for (const [output, name] of model.writes) {
    keep(session, name, outputs[output]!);
    kept.add(output);
  }
  if (kept.size > 0) give(session);
  const asked = Object.entries(outputs).filter(([name]) => !kept.has(name));
  return Promise.all(asked.map(([name, tensor]) => fromOrt(name, tensor)));
}

function keep(session: Session, name: string, tensor: ort.Tensor): void {
  letGo(session.state.get(name));
  session.state.set(name, tensor);
}

/** Memory of a device is given back at once; the garbage collector does not know how much it is. */
function letGo(tensor: ort.Tensor | undefined): void {
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
