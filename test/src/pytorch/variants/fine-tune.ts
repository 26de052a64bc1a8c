import { mkdir, open, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { adam, fromOnnx, meanSquaredError, type Optimizer } from '@forge-ml/backend-onnx';
import plugin from '@forge-ml/backend-onnx/plugin';
import { elements, readTensorFile, tensor, writeTensorFile } from '@forge-ml/core';
import type { Batch, Engine, NamedTensors, TrainSession } from '@forge-ml/core/plugin';
import { decode, modelProto } from '@forge-ml/onnx/proto';

/** How a file is trained: its own parameters, or adapters of its weights. */
export type Way = 'full' | 'lora';

export interface FineTuned {
  readonly way: Way;
  /** How many tensors are trained, and how many of them PyTorch's gradients are compared of. */
  readonly trained: number;
  readonly compared: number;
  /** The greatest relative difference of a gradient, and of which tensor. */
  readonly gradient: number;
  readonly worst: string;
  readonly first: number;
  readonly last: number;
  /** Adam's step size that these losses are of. */
  readonly rate: number;
}

const steps = 10;
/**
 * Each is tried until the loss falls. Losses of quantized activations are stairs: small steps change nothing. Models
 * whose scores are scaled by a learned factor overshoot with large ones.
 */
const rates = [3e-4, 3e-5, 3e-3];
const parametersName = 'parameters.safetensors';

/** An optimizer that updates nothing and stores the gradients in its slots. */
const keepGradients: Optimizer = {
  name: 'keep-gradients',
  rate: () => 0,
  slots: { gradient: 0 },
  update: ({ parameter, gradient }) => ({ parameter, slots: { gradient } }),
};

/**
 * Trains FOLDER/NAME.onnx on the batch of NAME.safetensors, compares its gradients with those there, and exports it as
 * NAME.WAY.tuned.onnx, with what the session predicts beside it.
 * @returns undefined for a file without parameters to train in this way
 */
export async function fineTune(
  engine: Engine,
  folder: string,
  name: string,
  way: Way,
  batchNorm: 'trained' | 'none',
): Promise<FineTuned | undefined> {
  const path = join(folder, `${name}.onnx`);
  const stored = await readTensorFile(join(folder, `${name}.safetensors`));
  const isGradient = (key: string) => key.startsWith('gradient/');
  const batch: Batch = Object.fromEntries([...stored].filter(([key]) => !isGradient(key)));
  const theirs = new Map([...stored].flatMap(([key, value]) => (isGradient(key) ? [[key.slice(9), value]] : [])));
  const build = (optimizer: Optimizer) => {
    const load = () =>
      fromOnnx(path, {
        outputs: 'y',
        batchNorm,
        optimizer,
        ...(way === 'lora' ? { lora: { rank: 2, alpha: 4, targets: '*' } } : {}),
        loss: ({ target }, y) => meanSquaredError(y, target!),
      });
    return engine.build({ load, sample: batch, seed: 0 });
  };

  const still = await build(keepGradients);
  const before = (await still.capture()).parameters;
  await still.step(batch, { step: 0, metrics: true });
  const { optimizer: slots } = await still.capture();
  const ours = new Map([...slots].map(([key, value]) => [key.replace(/\/gradient$/, ''), value]));
  const adapters = way === 'lora' ? adaptersOf(still) : [];
  await still.dispose();
  if (ours.size === 0) return undefined;
  const wanted = way === 'lora' ? adapterGradients(adapters, theirs, before) : theirs;

  const compared = worstOf(ours, wanted);
  for (const rate of rates) {
    const session = await build(adam(rate));
    const losses: number[] = [];
    for (let step = 0; step < steps; step++) losses.push((await session.step(batch, { step, metrics: true }))!.loss!);
    losses.push((await session.evaluate(batch)).loss!);
    const [first, last] = [losses[0]!, losses.at(-1)!];
    if (last < first || rate === rates.at(-1)) {
      await exportTo(session, batch, folder, `${name}.${way}`, way);
      await session.dispose();
      return { way, trained: ours.size, ...compared, first, last, rate };
    }
    await session.dispose();
  }
  return undefined;
}

interface Described {
  readonly name: string;
  readonly weight: string;
  readonly kind: string;
  readonly in: number;
  readonly out: number;
  readonly inFirst: boolean;
  readonly kernel: readonly number[];
}

/** What the checkpoint says about the adapters. */
function adaptersOf(session: TrainSession): readonly Described[] {
  const files = session.checkpointFiles!({ name: parametersName, places: new Map() }) as ReadonlyMap<
    string,
    Uint8Array
  >;
  const { metadataProps } = decode(modelProto, files.get('adapted.onnx')!);
  const base = JSON.parse(metadataProps.find(({ key }) => key === 'forge.base')!.value!) as {
    files: readonly { adapters: string }[];
  };
  return base.files.flatMap(({ adapters }) => (JSON.parse(adapters) as { adapters: readonly Described[] }).adapters);
}

/** Of B, which is zero at first: alpha / rank · dW Aᵀ, where dW is the gradient of the weight. */
function adapterGradients(adapters: readonly Described[], theirs: NamedTensors, before: NamedTensors): NamedTensors {
  const found = new Map<string, ReturnType<typeof tensor>>();
  for (const { name, weight, kind, in: channels, out, inFirst, kernel } of adapters) {
    const [dw, a] = [theirs.get(weight), before.get(`${name}.lora_A.weight`)];
    if (kind === 'embedding' || dw === undefined || a === undefined) continue;
    const inputs = kernel.reduce((product, size) => product * size, channels);
    const [gradients, first] = [elements(dw) as Float32Array, elements(a) as Float32Array];
    const rank = a.shape[0]!;
    const result = new Float32Array(out * rank);
    for (let row = 0; row < out; row++) {
      for (let r = 0; r < rank; r++) {
        let sum = 0;
        for (let column = 0; column < inputs; column++) {
          sum += gradients[inFirst ? column * out + row : row * inputs + column]! * first[r * inputs + column]!;
        }
        result[row * rank + r] = 2 * sum;
      }
    }
    found.set(`${name}.lora_B.weight`, tensor(result, [out, rank, ...kernel.map(() => 1)]));
  }
  return found;
}

/** Relative to the greatest element of the tensor; below a thousandth of the greatest of all, gradients are rounding. */
function worstOf(ours: NamedTensors, theirs: NamedTensors) {
  const greatest = (data: ArrayLike<number>) => Array.from(data, Math.abs).reduce((a, b) => Math.max(a, b), 0);
  const pairs = [...ours].flatMap(([name, mine]) => {
    const other = theirs.get(name);
    return other === undefined ? [] : [[name, elements(mine), elements(other)] as [string, Float32Array, Float32Array]];
  });
  const floor = 1e-3 * pairs.reduce((most, [, , theirs]) => Math.max(most, greatest(theirs)), 0);
  let [gradient, worst] = [0, ''];
  for (const [name, a, b] of pairs) {
    const error = greatest(b.map((value, at) => value - a[at]!)) / Math.max(greatest(b), floor);
    if (!(error <= gradient)) [gradient, worst] = [error, name];
  }
  return { compared: pairs.length, gradient, worst };
}

async function exportTo(session: TrainSession, batch: Batch, folder: string, stem: string, way: Way): Promise<void> {
  const checkpointFolder = join(folder, `${stem}.checkpoint`);
  await mkdir(checkpointFolder, { recursive: true });
  const { parameters } = await session.capture();
  const file = join(checkpointFolder, parametersName);
  await writeTensorFile(file, parameters);
  const places = await placesIn(file);
  for (const [name, bytes] of await session.checkpointFiles!({ name: parametersName, places })) {
    await writeFile(join(checkpointFolder, name), bytes);
  }
  const out = join(folder, `${stem}.tuned.onnx`);
  await rm(out, { force: true });
  const exporter = await plugin.exporters!.onnx!();
  // Merged adapters are quantized again, so that the file predicts a little differently.
  await exporter.export({ checkpointFolder, runFolder: folder, out, merge: way === 'full' });
  const predicted = Object.values(await session.predict(batch))[0]!;
  await writeTensorFile(join(folder, `${stem}.predicted.safetensors`), new Map([['y', predicted]]));
}

/** Where the tensors of a safetensors file are. */
async function placesIn(path: string) {
  const file = await open(path);
  const start = Buffer.alloc(8);
  await file.read(start, 0, 8, 0);
  const length = Number(start.readBigUInt64LE());
  const header = Buffer.alloc(length);
  await file.read(header, 0, length, 8);
  await file.close();
  const entries = JSON.parse(header.toString()) as Record<string, { readonly data_offsets?: [number, number] }>;
  return new Map(
    Object.entries(entries).flatMap(([name, { data_offsets: ends }]) => {
      return ends === undefined ? [] : [[name, { offset: 8 + length + ends[0], length: ends[1] - ends[0] }] as const];
    }),
  );
}
