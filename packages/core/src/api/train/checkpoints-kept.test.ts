import { cp, open, readdir, readFile, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import type { Stats } from '../../backend/backend.js';
import { FileCheckpointStore } from '../../checkpoint/file-checkpoint-store.js';
import { latestValid } from '../../checkpoint/latest-valid.js';
import { discardCheckpointsAfter } from '../../checkpoint/policies/discard-after.js';
import { parseKeep } from '../../checkpoint/policies/parse-keep.js';
import { Retention } from '../../checkpoint/policies/retention.js';
import { type FileSystem, nodeFileSystem } from '../../fs/file-system.js';
import { tensor } from '../../tensor/tensor-data.js';
import { useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { writeToyProject } from '../../testing/toy-project.js';
import { repairRun } from '../../verify/repair-run.js';
import { verifyRun } from '../../verify/verify-run.js';
import { quarantineCheckpoints } from '../resume/quarantine-checkpoint.js';
import { bothConfigs, train } from '../toy-run.test.support.js';

/** Files of a process that is killed before a certain operation, and so does nothing more. Does not wait for the disk. */
class MortalFiles implements FileSystem {
  constructor(private left: number) {}

  async create(path: string) {
    this.live();
    const file = await nodeFileSystem.create(path);
    const nothing = async () => undefined;
    const write = (...args: Parameters<typeof file.write>) => {
      this.live();
      return file.write(...args);
    };
    return { write, datasync: nothing, sync: nothing, close: () => file.close() };
  }

  async mkdir(path: string) {
    this.live();
    return nodeFileSystem.mkdir(path);
  }

  async rename(from: string, to: string) {
    this.live();
    await nodeFileSystem.rename(from, to);
  }

  async remove(path: string) {
    this.live();
    await nodeFileSystem.remove(path);
  }

  async syncFolder() {
    this.live();
  }

  private live(): void {
    if (this.left-- <= 0) throw new Killed();
  }
}

class Killed extends Error {}

/** Of one process: what it keeps and saves, when it is killed, and what happens to the run afterwards. */
interface Life {
  readonly keep: string;
  readonly saves: readonly Readonly<Record<string, number | undefined>>[];
  readonly killedAfter: number;
  readonly damages: readonly Damage[];
  readonly repaired: boolean;
}

interface Damage {
  readonly at: number;
  readonly kind: string;
  readonly file: string;
}

const policies = [
  ...['1', '2', 'all', 'every:3', 'best:valid.loss', '1,best:valid.accuracy', 'best:valid.score:max:2'],
  ...[
    'every:2,best:valid.loss',
    '2,best:valid.score:min',
    'best:test.loss',
    'best:valid.accuracy:min,best:valid.loss:2',
  ],
];
const forever = Number.POSITIVE_INFINITY;
const value = fc.option(fc.constantFrom(0, 1, 2, 3, Number.NaN, Infinity, -Infinity), { nil: undefined });
const stats = fc.record({ loss: value, accuracy: value, score: value });
const damage = fc.record({
  at: fc.nat(5),
  kind: fc.constantFrom('flip', 'cut', 'lose', 'manifest', 'link'),
  file: fc.constantFrom('parameters.safetensors', 'state.safetensors'),
});
const life = fc.record<Life>({
  keep: fc.constantFrom(...policies),
  saves: fc.array(stats, { minLength: 1, maxLength: 5 }),
  killedAfter: fc.option(fc.nat(120), { nil: forever }),
  damages: fc.array(damage, { maxLength: 2 }),
  repaired: fc.boolean(),
});

/** The best of an earlier process no longer loads: the second best must stay. */
const bestIsCorrupt: Life[] = ['2', '1', '1,best:valid.accuracy'].map((keep, at) => ({
  keep,
  saves: at === 0 ? [{ accuracy: 0 }, { accuracy: 0 }] : [{}],
  killedAfter: at === 1 ? 0 : forever,
  damages: at === 1 ? [{ at: 0, kind: 'flip', file: 'parameters.safetensors' }] : [],
  repaired: false,
}));

/** What loads, by step: the metrics. */
type Valid = ReadonlyMap<number, Readonly<Record<string, Stats>>>;

describe('the best checkpoints and the newest that load', () => {
  const folder = useTemporaryFolder();
  let template: string;
  beforeEach(async () => {
    await writeToyProject(folder());
    template = (await train(folder(), [...bothConfigs, '--run-name', 'lives', '--steps', '1'])).run;
    await rm(join(template, 'checkpoints'), { recursive: true });
  });

  const engine = { backend: 'n', engine: 'p', device: 'cpu', versions: {}, settings: {}, warnings: [] };
  const stateAt = (step: number) => ({
    parameters: new Map([['w', tensor(Float32Array.of(step, 1), [2])]]),
    optimizer: new Map([['m', tensor(Float32Array.of(step), [1])]]),
    step,
    data: { epoch: 0, batch: step },
    random: { algorithm: 'counter', seed: 1 },
  });

  async function validIn(path: string): Promise<Valid> {
    const store = new FileCheckpointStore(path);
    const found = new Map<number, Readonly<Record<string, Stats>>>();
    for (const step of await store.steps()) {
      const loaded = await store.load(step).catch(() => undefined);
      if (loaded !== undefined) found.set(step, loaded.info.metrics);
    }
    return found;
  }

  /** Held against what loaded before, and what was saved since and loads. */
  function expectKept(keep: string, before: Valid, after: Valid): void {
    const all = new Map([...before, ...after]);
    const newest = Math.max(...all.keys());
    if (all.size > 0) expect(Math.max(...after.keys()), 'the newest that loads').to.equal(newest);
    for (const part of keep.split(',').filter((part) => part.startsWith('best:'))) {
      const [address = '', ...options] = part.slice('best:'.length).split(':');
      const [split = '', name = ''] = address.split('.');
      const down = options.includes('min') || (name === 'loss' && !options.includes('max'));
      const count = Number(options.at(-1)) || 1;
      const ranking = (valid: Valid) =>
        [...valid.values()]
          .map((metrics) => metrics[split]?.[name] ?? Number.NaN)
          .filter((value) => !Number.isNaN(value))
          .sort((a, b) => (down ? a - b : b - a))
          .slice(0, count);
      expect(ranking(after), `the best by ${part}`).to.deep.equal(ranking(all));
    }
  }

  async function inflict(checkpoints: string, { at, kind, file }: Damage) {
    const steps = await new FileCheckpointStore(checkpoints).steps();
    const step = steps[at % steps.length];
    if (step === undefined) return;
    const place = join(checkpoints, String(step));
    const path = join(place, file);
    if (kind === 'lose') await rm(path, { force: true });
    else if (kind === 'cut') await truncate(path, 3).catch(() => undefined);
    else if (kind === 'manifest') await writeFile(join(place, 'checkpoint.json'), '{}');
    else if (kind === 'link') {
      const elsewhere = join(checkpoints, '..', `elsewhere-${step}-${Math.random()}`);
      await rename(place, elsewhere);
      await symlink(elsewhere, place);
    } else {
      const bytes = await readFile(path).catch(() => undefined);
      if (bytes === undefined) return;
      bytes[bytes.length - 1]! ^= 1;
      const handle = await open(path, 'r+');
      await handle.write(bytes, 0, bytes.length, 0);
      await handle.close();
    }
  }

  it('are never removed, whatever is kept, overridden, killed, damaged, linked and repaired', async function () {
    this.timeout(120_000);
    let tried = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(life, { minLength: 1, maxLength: 4 }), async (lives) => {
        const path = join(folder(), 'results', 'lives', String(1000 + tried++));
        await cp(template, path, { recursive: true });
        const checkpoints = join(path, 'checkpoints');
        for (const { keep, saves, killedAfter, damages, repaired } of lives) {
          let valid = await validIn(checkpoints);
          const files = new MortalFiles(killedAfter);
          const store = new FileCheckpointStore(checkpoints, files);
          try {
            let step = 0;
            if ((await store.steps()).length > 0) {
              // None loads any more: a resume ends with that error.
              if (valid.size === 0) return;
              const { info, skipped } = await latestValid(store, path);
              step = info.step;
              await quarantineCheckpoints(path, skipped, () => undefined);
              await discardCheckpointsAfter(store, step);
              expectKept(keep, valid, await validIn(checkpoints));
            }
            const retention = new Retention(store, parseKeep(keep).policy({}), step === 0 ? [] : [step]);
            for (const values of saves) {
              step++;
              const given = Object.entries(values).filter((entry): entry is [string, number] => entry[1] !== undefined);
              await store.save(stateAt(step), { engine, metrics: { valid: Object.fromEntries(given) } });
              await retention.apply(step);
              const now = await validIn(checkpoints);
              expectKept(keep, valid, now);
              valid = now;
            }
          } catch (error) {
            if (!isKill(error)) throw error;
            expectKept(keep, valid, await validIn(checkpoints));
          }
          for (const harm of damages) await inflict(checkpoints, harm);
          if (!repaired) continue;
          const before = await validIn(checkpoints);
          const found = await verifyRun({ path, experiment: 'lives', number: 1 }, { deep: true });
          await repairRun(found, { deep: true });
          const after = await validIn(checkpoints);
          expect([...after.keys()]).to.deep.equal([...before.keys()]);
        }
        for (const name of await readdir(path)) {
          if (name.startsWith('elsewhere')) expect(await readdir(join(path, name))).to.include('checkpoint.json');
        }
      }),
      { numRuns: 40, examples: [[bestIsCorrupt]] },
    );
  });
});

function isKill(error: unknown): boolean {
  return error instanceof Killed || (error instanceof Error && error.cause instanceof Killed);
}
