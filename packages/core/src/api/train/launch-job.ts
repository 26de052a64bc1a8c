import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { writeFileAtomic } from '../../fs/atomic-file.js';
import { makeFolder } from '../../fs/durable-folder.js';
import { fsError, systemCode } from '../../fs/fs-error.js';
import { makeNewFolder, makeSafeFolder, removeInside } from '../../fs/safe-files.js';
import type { Job } from '../../jobs/job.js';
import { checkReturned, pluginFault } from '../../plugins/host/check-provided.js';
import type { JobLauncher } from '../../train/launch/job-launcher.js';
import type { Launched, LaunchRequest } from '../../train/launch/launcher.js';

/** The folder of runs that were started as jobs, in that of all experiments. */
const jobsName = '.jobs';

export interface JobRequest extends Omit<LaunchRequest, 'command'> {
  /** The launcher's name, and the values of its plugin's flags. */
  readonly launcher: string;
  readonly flags: Readonly<Record<string, unknown>>;
  /** The program and its words before `job FILE INDEX`. */
  readonly program: LaunchRequest['command'];
  /** The arguments of `forge train`. */
  readonly argv: readonly string[];
  /** The folder of all experiments, absolute. */
  readonly results: string;
}

/**
 * Starts a run as a batch of one job, and follows it. Its files are in `<results>/.jobs/<name>-<number>/`.
 * @throws ForgeError FILE_SYSTEM, PATH_UNSAFE; PLUGIN_INVALID; the launcher's own, where nothing was started
 */
export async function launchJob(launcher: JobLauncher, request: JobRequest): Promise<Launched> {
  const { folder, name } = await newJobFolder(request.results, request.name);
  const file = join(folder, 'jobs.jsonl');
  const job: Job = {
    train: { argv: request.argv },
    record: join(folder, 'job.json'),
    attempt: 1,
    launcher: launcher.inJob === undefined ? null : { name: request.launcher, flags: request.flags },
  };
  const batch = {
    name: `${name}-${randomBytes(2).toString('hex')}`,
    folder,
    command: [...request.program, 'job', file] as const,
    count: 1,
    throttle: null,
    directory: request.directory,
    env: request.env,
  };
  const ids = await submit().catch(async (error: unknown) => {
    await removeInside(folder, request.results);
    throw error;
  });
  const [id] = ids as readonly unknown[];
  if (ids.length !== 1 || typeof id !== 'string') {
    throw pluginFault(`the launcher ${request.launcher}`, 'submitted one job and returned no id for it');
  }
  const launched = await launcher.attach(id, request.output);
  checkReturned('launched', `what the launcher ${request.launcher} attached to`, launched);
  return {
    id: launched.id,
    cancel: () => launched.cancel(),
    async wait() {
      try {
        return await launched.wait();
      } finally {
        await launcher.close?.();
      }
    },
  };

  async function submit() {
    await writeFileAtomic(file, `${JSON.stringify(job)}\n`, { root: folder });
    return launcher.submit(batch);
  }
}

async function newJobFolder(results: string, wanted: string): Promise<{ folder: string; name: string }> {
  const parent = join(results, jobsName);
  // A run to resume may be named by its path.
  const plain = wanted.replace(/[^A-Za-z0-9_-]+/g, '-').replace(/^-+|-+$/g, '') || 'run';
  try {
    await makeFolder(results);
    await makeSafeFolder(parent, results);
    for (let number = 1; ; number++) {
      const name = `${plain.slice(0, 100)}-${number}`;
      try {
        await makeNewFolder(join(parent, name), results);
        return { folder: join(parent, name), name };
      } catch (error) {
        if (systemCode(error) !== 'EEXIST') throw error;
      }
    }
  } catch (error) {
    throw fsError(error, parent, 'create a job in');
  }
}
