import { required, slurm } from './slurm-command.js';

/** A job, or one task of an array, as squeue or sacct lists it. */
export interface SlurmJob {
  /** `5_3`; without an array, `5`. */
  readonly id: string;
  /** Counts up with each submission. */
  readonly number: number;
  /** `PENDING`, `RUNNING`, `NODE_FAIL`, … */
  readonly state: string;
  /** As in a shell. */
  readonly status: number;
  /** Why it waits: `Priority`. */
  readonly reason: string;
  readonly nodes: string;
  /** The id of the job that it replaces, which could not be requeued; else null. */
  readonly replaces: string | null;
}

// Columns of fixed widths: the same in every version of Slurm, and filtered by the cluster. The JSON of squeue is neither
// (22.05 lists all jobs of all users), and forty times as long.
const columns = {
  ArrayJobID: 20,
  ArrayTaskID: 20,
  JobID: 20,
  State: 30,
  exit_code: 12,
  Reason: 80,
  NodeList: 80,
  Comment: 60,
} as const;
type Column = keyof typeof columns;
const widths = Object.entries(columns);

/** The start of the comment of a job that replaces another. */
const replacing = 'forge-job=';

export function commentFor(replaced: string): string {
  return `${replacing}${replaced}`;
}

/** The id of the job that a job replaces, by its comment. */
export function replacedBy(comment: string): string | null {
  return comment.startsWith(replacing) ? comment.slice(replacing.length) : null;
}

/**
 * The user's jobs that Slurm remembers, ended ones for `MinJobAge` (5 minutes).
 * @param filter words for squeue
 * @throws ForgeError CLUSTER_UNAVAILABLE
 */
export async function listJobs(filter: readonly string[] = []): Promise<SlurmJob[]> {
  const format = widths.map(([name, width]) => `${name}:${width}`);
  const user = `--user=${process.getuid?.() ?? ''}`;
  const words = ['--noheader', '--array', '--states=all', user, `--Format=${format.join(',')}`, ...filter];
  const output = await required('squeue', words);
  return output
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(jobOf);
}

function jobOf(line: string): SlurmJob {
  const cells = Object.fromEntries(
    widths.map(([name, width], at) => {
      const start = widths.slice(0, at).reduce((sum, [, before]) => sum + before, 0);
      return [name, line.slice(start, start + width).trim()];
    }),
  ) as Record<Column, string>;
  const isTask = /^\d+$/.test(cells.ArrayTaskID);
  return {
    id: isTask ? `${cells.ArrayJobID}_${cells.ArrayTaskID}` : cells.JobID,
    number: Number(cells.JobID),
    state: cells.State,
    status: statusOf(cells.exit_code),
    reason: cells.Reason === 'None' ? '' : cells.Reason,
    nodes: cells.NodeList,
    replaces: replacedBy(cells.Comment),
  };
}

/** @param code the status of `wait`: 256 times the exit status, plus the signal; or `status:signal` */
function statusOf(code: string): number {
  const [status, signal] = code.includes(':') ? code.split(':').map(Number) : [Number(code) >> 8, Number(code) & 127];
  return signal ? 128 + signal : (status ?? 0);
}

/** Jobs that squeue has forgotten, from the accounting of the cluster; none where it keeps no accounts. */
export async function listAccounted(ids: readonly string[]): Promise<SlurmJob[]> {
  const format = '--format=JobID,JobIDRaw,State,ExitCode,NodeList';
  const known = ids.filter((id) => /^\d+(_\d+)?$/.test(id));
  if (known.length === 0) return [];
  const words = ['--noheader', '--parsable2', '--allocations', format, `--jobs=${known.join(',')}`];
  const { ok, output } = await slurm('sacct', words).catch(() => ({ ok: false, output: '' }));
  if (!ok) return [];
  return output
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [id = '', number, state = '', code = '0:0', nodes = ''] = line.split('|');
      // `CANCELLED by 1000`
      return {
        ...{ id, number: Number(number), state: state.split(' ')[0]!, status: statusOf(code) },
        ...{ reason: '', nodes, replaces: null },
      };
    });
}
