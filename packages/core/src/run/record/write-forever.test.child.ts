import { join } from 'node:path';
import { FileCheckpointStore } from '../../checkpoint/file-checkpoint-store.js';
import { readJson } from '../../json/json-file.js';
import { writeJson } from '../../json/write-json.js';
import { tensor } from '../../tensor/tensor-data.js';
import { writeRunFlags } from './flags-file.js';

/** Replaces run.json, flags.json and a checkpoint forever, each time with another size, and adds and removes others. */
const run = process.argv[2]!;
const record = await readJson(join(run, 'run.json'), { what: 'run file', code: 'RUN_INVALID' });
const store = new FileCheckpointStore(join(run, 'checkpoints'));
const engine = { backend: 'n', engine: 'p', device: 'cpu', versions: {}, settings: {}, warnings: [] };
for (let round = 0; ; round++) {
  const text = 'x'.repeat((round % 40) * 1000);
  await writeJson(join(run, 'run.json'), { ...record, step: round, reason: text });
  await writeRunFlags(run, { round: { value: round, source: 'default' }, text: { value: text, source: 'default' } });
  const w = tensor(new Float64Array(1 + (round % 40) * 100).fill(round));
  const state = { parameters: new Map([['w', w]]), optimizer: new Map([['w/m', w]]), step: 1 };
  const random = { algorithm: 'counter', seed: round };
  await store.save({ ...state, data: { epoch: 0, batch: round }, random }, { engine, metrics: {} });
  await store.save({ ...state, step: 2 + round, data: { epoch: 0, batch: round }, random }, { engine, metrics: {} });
  if (round > 5) await store.remove(round - 3);
  process.stdout.write('.');
}
