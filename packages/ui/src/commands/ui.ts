import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type CommandRequest, ForgeError, flag, type PluginCommand } from '@forge-ml/core/plugin';

/** `forge ui`: the dashboard. */
export const ui: PluginCommand = {
  summary: 'Look at runs in a browser, while they train and after.',
  description: `Starts a server for this machine and prints its URL; Ctrl-C stops it. It only reads: trainings never notice it.
With --host, others can open the URL that it prints, which has a token; without that token, nothing is answered.`,
  examples: ['forge ui', 'forge ui results ../other/results', 'forge ui --port 8080 --allow-edit'],
  words: [
    {
      name: 'folder',
      required: false,
      repeats: true,
      description: 'Results folders. Default: that of the project, or results.',
    },
  ],
  flags: {
    port: flag.integer(null, 'Port to listen on; 0 takes a free one. Default: 6464, or the next free one.', {
      min: 0,
      max: 65_535,
    }),
    host: flag.string(null, 'Address to listen on, for other machines. Default: this machine only.'),
    resultsDir: flag.path(null, 'Folder of all experiments, if no folder is named.'),
    allowEdit: flag.boolean(false, 'Let the page change tags, notes and names, and move runs into the trash.'),
  },
  run,
};

async function run({ words, flags, directory, forge, signal, print, notice }: CommandRequest): Promise<undefined> {
  if (words.length > 0 && flags.resultsDir !== null) {
    const hint = `forge ui ${words.join(' ')} ${flags.resultsDir} shows all of them.`;
    throw new ForgeError('FLAG_INVALID', 'Folders are named twice: as words, and by --results-dir.', { hint });
  }
  const given = words.map((word) => resolve(directory, word));
  for (const [at, path] of given.entries()) await requireFolder(path, words[at]!);
  const folders = given.length > 0 ? given : [await forge.resultsFolder()];
  // Imported here, because a help page needs no server.
  const { startServer } = await import('../server/start-server.js');
  const server = await startServer({
    folders,
    port: flags.port as number | null,
    host: flags.host as string | null,
    allowEdit: flags.allowEdit as boolean,
  });
  print(server.url, { url: server.url, folders: server.folders.map(({ name, path }) => ({ name, path })) });
  for (const { catalog } of server.folders) {
    for (const path of catalog.outside) notice(`Not shown: ${path} is a link out of the results folder.`);
  }
  notice('Press Ctrl-C to stop.');
  if (!signal.aborted) await new Promise((stopped) => signal.addEventListener('abort', stopped, { once: true }));
  await server.close();
  return undefined;
}

/** @throws ForgeError FILE_SYSTEM, FLAG_INVALID */
async function requireFolder(path: string, word: string): Promise<void> {
  const status = await stat(path).catch(() => undefined);
  if (status?.isDirectory() !== true) {
    const problem = status === undefined ? `There is no folder ${word}.` : `${word} is not a folder.`;
    throw new ForgeError('FLAG_INVALID', problem, { about: word, hint: 'Name a results folder: forge ui results.' });
  }
  const record = await stat(resolve(path, 'run.json')).catch(() => undefined);
  if (record === undefined) return;
  const hint = `Name its results folder: forge ui ${resolve(path, '../..')}.`;
  throw new ForgeError('FLAG_INVALID', `${word} is a run.`, { about: word, hint });
}
