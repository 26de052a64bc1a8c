import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CheckpointStore } from '@forge-ml/core';
import { FailingFiles, type Fault, faultKinds } from './failing-files.js';

/** Saves checkpoints while file operations fail: `FOLDER SEED ROUNDS`. Prints the result as JSON. */
const [run = '', seed, rounds] = process.argv.slice(2);
const files = await FailingFiles.install();
// Imported after the installation, because it may keep references to the original functions.
const { elements, ForgeLibrary, isForgeError, RandomStream, tensor } = await import('@forge-ml/core');
const random = RandomStream.of(Number(seed), 'failing writes');
const store = new ForgeLibrary({ directory: run, argv: [] }).checkpoints(run);
const faults: string[] = [];
const count = { EIO: 0, ENOSPC: 0, short: 0, lie: 0, refused: 0 };
/** The expected checkpoints: the mark that fills the tensors, by step. */
const expected = new Map<number, number>();
/** Slightly more than a save does: one fault in ten comes too late, and the save must succeed. */
const mostOperations = 26;

for (let round = 1; round <= Number(rounds); round++) {
  const step = 1 + random.below(4);
  const fault = faultKinds[random.below(faultKinds.length)]!;
  files.injectAt(1 + random.below(mostOperations), fault);
  const error = await save(store, step, round).then(
    () => undefined,
    (failure: unknown) => failure,
  );
  files.stop();
  if (files.injected) count[fault]++;
  await judge(`round ${round}, step ${step}, ${files.injected ? fault : 'no fault'}`, { step, round, fault, error });
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
    if (files.injected && (fault === 'EIO' || fault === 'ENOSPC')) {
      // The cleanup after the save may fail without harm.
      if ((await marksIn(step)) !== round) wrong('it reported a save that did not happen');
    }
    expected.set(step, round);
  } else {
    count.refused++;
    const reason = { EIO: 'hardware error', ENOSPC: 'the disk is full' }[fault as string];
    const clear = isForgeError(error) && error.code === 'FILE_SYSTEM' && error.message.includes(reason ?? '?');
    if (!clear) wrong(`unclear reason: ${String(error)}`);
    // The new checkpoint may already have its name, if only the fsync of the folder failed.
    if ((await marksIn(step)) === round) expected.set(step, round);
  }
  for (const [at, mark] of expected) {
    const found = await marksIn(at);
    const lied = at === step && files.injected && fault === 'lie' && error === undefined;
    if (lied ? found !== 'corrupt' : found !== mark) wrong(`step ${at} has ${found} instead of ${mark}`);
    if (lied) expected.delete(at);
  }
  await save(store, 9, round);
  expected.set(9, round);
  const leftovers = (await readdir(join(run, 'checkpoints'))).filter((name) => name.startsWith('.'));
  if (leftovers.length > 0) wrong(`${leftovers} still exists after the next save`);
}

/** The mark that fills a checkpoint, or what is wrong with it. */
async function marksIn(step: number): Promise<number | string> {
  try {
    const { state } = await store.load(step);
    const values = [...state.parameters.values(), ...state.optimizer.values()].flatMap((it) => [...elements(it)]);
    return values.every((value) => value === state.random.seed) ? state.random.seed : 'a mixture';
  } catch (error) {
    if (!isForgeError(error)) return String(error);
    return error.code === 'CHECKPOINT_CORRUPT' ? 'corrupt' : error.code;
  }
}
