import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CheckpointStore } from '@forge-ml/core';
import { FailingFiles, type Fault, faultKinds } from './failing-files.js';

/** Saves again and again while its files fail: `FOLDER SEED ROUNDS`; prints what came of it as JSON. */
const [run = '', seed, rounds] = process.argv.slice(2);
const files = await FailingFiles.install();
// Only now: it may keep the functions that it finds.
const { elements, ForgeLibrary, isForgeError, RandomStream, tensor } = await import('@forge-ml/core');
const random = RandomStream.of(Number(seed), 'failing writes');
const store = new ForgeLibrary({ directory: run, argv: [] }).checkpoints(run);
const faults: string[] = [];
const count = { EIO: 0, ENOSPC: 0, short: 0, lie: 0, refused: 0 };
/** What must be there: the mark that fills the tensors, by step. */
const sound = new Map<number, number>();
/** About as many as a save does: one fault in ten comes too late, and the save must succeed. */
const mostOperations = 26;

for (let round = 1; round <= Number(rounds); round++) {
  const step = 1 + random.below(4);
  const fault = faultKinds[random.below(faultKinds.length)]!;
  files.strikeAt(1 + random.below(mostOperations), fault);
  const error = await save(store, step, round).then(
    () => undefined,
    (failure: unknown) => failure,
  );
  files.rest();
  if (files.struck) count[fault]++;
  await judge(`round ${round}, step ${step}, ${files.struck ? fault : 'no fault'}`, { step, round, fault, error });
}
process.stdout.write(JSON.stringify({ count, faults }));

function save(to: CheckpointStore, step: number, mark: number): Promise<string> {
  const filled = (name: string) => new Map([[name, tensor(new Float64Array(500).fill(mark))]]);
  return to.save(
    {
      parameters: filled('w'),
      optimizer: filled('w/m'),
      step,
      data: { epoch: 0, batch: step },
      random: { algorithm: 'counter', seed: mark },
    },
    {
      engine: { backend: 'n', engine: 'p', device: 'cpu', versions: {}, settings: {}, warnings: [] },
      metrics: {},
    },
  );
}

async function judge(
  what: string,
  { step, round, fault, error }: { step: number; round: number; fault: Fault; error: unknown },
): Promise<void> {
  const wrong = (text: string) => void faults.push(`${what}: ${text}`);
  if (error === undefined) {
    if (files.struck && (fault === 'EIO' || fault === 'ENOSPC')) {
      // What may fail without harm is the clearing up afterwards.
      if ((await marksIn(step)) !== round) wrong('it said that it had saved, and had not');
    }
    sound.set(step, round);
  } else {
    count.refused++;
    const reason = { EIO: 'hardware error', ENOSPC: 'the disk is full' }[fault as string];
    const clear = isForgeError(error) && error.code === 'FILE_SYSTEM' && error.message.includes(reason ?? '?');
    if (!clear) wrong(`the reason is not clear: ${String(error)}`);
    // The new one may have its name already, where making that durable is what failed.
    if ((await marksIn(step)) === round) sound.set(step, round);
  }
  for (const [at, mark] of sound) {
    const found = await marksIn(at);
    const lied = at === step && files.struck && fault === 'lie' && error === undefined;
    if (lied ? found !== 'damaged' : found !== mark) wrong(`step ${at} gives ${found} where ${mark} was saved`);
    if (lied) sound.delete(at);
  }
  await save(store, 9, round);
  sound.set(9, round);
  const left = (await readdir(join(run, 'checkpoints'))).filter((name) => name.startsWith('.'));
  if (left.length > 0) wrong(`${left} is left after the next save`);
}

/** The mark that fills all of a checkpoint; else what is wrong with it. */
async function marksIn(step: number): Promise<number | string> {
  try {
    const { state } = await store.load(step);
    const values = [...state.parameters.values(), ...state.optimizer.values()].flatMap((it) => [...elements(it)]);
    return values.every((value) => value === state.random.seed) ? state.random.seed : 'a mixture';
  } catch (error) {
    if (!isForgeError(error)) return String(error);
    return error.code === 'CHECKPOINT_CORRUPT' ? 'damaged' : error.code;
  }
}
