import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const script = fileURLToPath(new URL('../../../scripts/slurm-cluster.sh', import.meta.url));

/** Why no cluster can be started here; null where one can. */
function noCluster(): string | null {
  if (process.platform !== 'linux') return 'Slurm runs on Linux';
  if (process.getuid?.() !== 0) return 'a test cluster is started as root';
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin'];
  const missing = ['slurmctld', 'slurmd', 'sbatch', 'munged'].find(
    (program) => !folders.some((folder) => existsSync(join(folder, program))),
  );
  return missing === undefined ? null : `${missing} is not installed: apt-get install slurm-wlm munge`;
}

/** A Slurm cluster of three nodes on this machine, and one where jobs are preempted. */
export interface Cluster {
  /** A program of Slurm. @returns its output */
  run(program: string, ...words: string[]): Promise<string>;
  /** Kills the daemon of a node; its jobs go on. */
  killNode(number: number): Promise<void>;
  /** Starts it again where it was killed. */
  startNode(number: number): Promise<void>;
}

/** A `describe` whose tests have a cluster of their own, which all programs of Slurm use; without one they are skipped. */
export function describeOnSlurm(title: string, tests: (cluster: () => Cluster) => void): void {
  const missing = noCluster();
  describe(missing === null ? title : `${title} (skipped: ${missing})`, () => {
    let cluster: (Cluster & { readonly folder: string }) | undefined;
    before('start a Slurm cluster', async function () {
      if (missing !== null) return this.skip();
      this.timeout(60_000);
      cluster = await start();
    });
    after('stop the Slurm cluster', async function () {
      this.timeout(60_000);
      if (cluster !== undefined) await execute(script, ['down', cluster.folder]);
    });
    // In a suite of its own, whose hooks are skipped too.
    describe('with a cluster', function () {
      this.timeout(180_000);
      tests(() => cluster!);
    });
  });
}

async function start(): Promise<Cluster & { readonly folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'forge-slurm-'));
  process.env.PATH = `${process.env.PATH}${delimiter}/usr/sbin`;
  // Another cluster may be up.
  const port = 20_000 + 50 * (process.pid % 200);
  await execute(script, ['up', folder, '3', String(port)], {
    env: { ...process.env, FORGE_SLURM_MAX_ARRAY_SIZE: '21' },
  });
  process.env.SLURM_CONF = join(folder, 'slurm.conf');
  const run = async (program: string, ...words: string[]) => (await execute(program, words)).stdout;
  const killed = new Set<number>();
  return {
    folder,
    run,
    async killNode(number) {
      killed.add(number);
      await run('pkill', '-KILL', '--pidfile', join(folder, `n${number}.pid`));
    },
    async startNode(number) {
      if (killed.delete(number)) await run(script, 'node', folder, String(number));
    },
  };
}
