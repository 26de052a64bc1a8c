import { elements, ForgeLibrary, type NamedTensors, tensor } from '@forge-ml/core';
import { peakMemory } from './peak-memory.js';

/** Saves a checkpoint of two tensors of a size, in another thread or this one, or loads it. Prints the memory used. */
const [action, folder, bytes] = process.argv.slice(2) as [string, string, string];
const length = Number(bytes) / Int32Array.BYTES_PER_ELEMENT;
const store = new ForgeLibrary({ directory: folder, argv: [] }).checkpoints(folder);
const names = ['first', 'second'];

/** Different at every position and in each tensor, so that no two chunks are equal. */
const valueAt = (tensorIndex: number, at: number): number => Math.imul(at + tensorIndex, 0x9e3779b1);

function createValues(tensorIndex: number): Int32Array<ArrayBuffer> {
  const values = new Int32Array(length);
  for (let at = 0; at < length; at++) values[at] = valueAt(tensorIndex, at);
  return values;
}

function check(parameters: NamedTensors): void {
  for (const [index, name] of names.entries()) {
    const values = elements({ ...parameters.get(name)!, dtype: 'int32' });
    if (values.length !== length) throw new Error(`${name} has ${values.length} of ${length} values`);
    for (let at = 0; at < length; at++) {
      if (values[at] !== valueAt(index, at)) throw new Error(`${name} differs at ${at}`);
    }
  }
}

const parameters = new Map(action !== 'load' ? names.map((name, index) => [name, tensor(createValues(index))]) : []);
const before = process.memoryUsage.rss();
if (action !== 'load') {
  const engine = { backend: 'none', engine: 'none', device: 'cpu', versions: {}, settings: {}, warnings: [] };
  const position = { step: 1, data: { epoch: 0, batch: 1 }, random: { algorithm: 'none', seed: 0 } };
  const [state, details] = [
    { parameters, optimizer: new Map(), ...position },
    { engine, metrics: {} },
  ];
  await (action === 'async save' ? store.saveAsync({ state }, details) : store.save(state, details));
  await store.close();
} else {
  check((await store.load(1)).state.parameters);
}
process.stdout.write(JSON.stringify({ state: 2 * Number(bytes), before, peak: peakMemory() }));
