import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installPlugin, writeFiles, writeToyProject } from '../../testing/toy-project.js';

/** Jobs that go on when the process that submitted them ends, as on a cluster; it is down while there is a file `down`. */
const launcher = `import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { definePlugin, ForgeError } from '@forge-ml/core/plugin';

// A job that is stopped has its exit status recorded too.
const script = 'trap : TERM; echo $$ > "$0.pid"; "$@"; echo $? > "$0.exit"';

function detached() {
  return {
    port: 2,
    slots: null,
    pollSeconds: 0.1,
    async submit({ name, command, count, directory, env }) {
      if (existsSync(join(directory, 'down'))) {
        throw new ForgeError('USAGE', 'The cluster is down.', { about: 'launcher', hint: 'Wait.' });
      }
      const folder = join(directory, 'detached');
      mkdirSync(folder, { recursive: true });
      return Array.from({ length: count }, (_, index) => {
        const id = join(folder, name + '-' + index);
        const options = { cwd: directory, env: { ...process.env, ...env }, detached: true, stdio: 'ignore' };
        spawn('sh', ['-c', script, id, ...command, String(index)], options).unref();
        return id;
      });
    },
    find: async () => null,
    async query(ids) {
      return ids.map((id) => {
        if (!existsSync(id + '.exit')) return { state: 'running', status: null, reason: null };
        return { state: 'ended', status: Number(readFileSync(id + '.exit', 'utf8')), reason: null };
      });
    },
    async cancel(ids) {
      for (const id of ids) if (!existsSync(id + '.exit')) process.kill(-Number(readFileSync(id + '.pid', 'utf8')));
    },
    attach: () => Promise.reject(new Error('no output')),
  };
}

export default definePlugin({ port: 1, launchers: { detached } });
`;

/** Does one job, as `forge job` does. */
const program = `const { ForgeLibrary } = await import(process.argv[2]);
const runner = await new ForgeLibrary({ argv: [] }).jobRunner();
await runner.run({ file: process.argv[4], index: Number(process.argv[5]) });
await runner[Symbol.asyncDispose]();
`;

/** A project with a launcher `detached`. @returns the program of its jobs */
export async function writeDetachedProject(folder: string): Promise<readonly [string, ...string[]]> {
  await writeToyProject(folder);
  await installPlugin(folder, { name: 'detached', forge: { launchers: ['detached'] }, module: launcher });
  await writeFiles(folder, { 'job.mjs': program });
  return [process.execPath, join(folder, 'job.mjs'), new URL('../forge.js', import.meta.url).href];
}

/** Ends the launcher's service. */
export const takeDown = (folder: string) => writeFile(join(folder, 'down'), '');
