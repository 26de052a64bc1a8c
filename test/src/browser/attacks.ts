import { appendFile, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeToyProject } from '@forge-ml/core/testing';
import { expect } from 'chai';
import { forge } from '../cli/forge-process.js';
import { changeRecord } from './example-folder.js';
import { png, writeMedia } from './media-files.js';

/** HTML and script that would say which text ran. */
export function attack(place: string): string {
  return `${place}</script><img src=x onerror="attacked='${place}'"><svg onload="attacked='${place}'"><b>`;
}

/** The same in few characters: names of media are parts of file names. */
export function shortAttack(place: string): string {
  return `${place}<img src=x onerror=attacked=1>`;
}

const configs = ['--backend', 'toy', '--data-config', 'data.ts', '--model-config', 'model.ts'];

/** Writes runs and a sweep with an attack in every text that a stranger can choose. @returns the results folder */
export async function writeAttacks(): Promise<string> {
  const cwd = await mkdtemp(join(tmpdir(), 'forge-attack-'));
  await writeToyProject(cwd);
  const train = async (words: readonly string[]) => {
    const { status, stderr } = await forge(words, { cwd });
    expect(status, stderr).to.equal(0);
  };
  for (const code of ['code', 'other-code']) {
    await appendFile(join(cwd, 'points.ts'), `// ${attack(code)}\n`);
    await train(['train', ...configs, '--run-name', 'toy', '--steps', '10', '--save-every', '5', '--eval-every', '5']);
  }
  const space = ['--space', 'learningRate=0.01..0.1', '--minimize', 'valid.loss'];
  await train(['sweep', ...configs, ...space, '--name', 'search', '--steps', '3', '--trials', '2']);
  const results = join(cwd, 'results<img src=x onerror=attacked=1>');
  await rename(join(cwd, 'results'), results);
  await attackRun(join(results, 'toy', '1'));
  await attackRun(join(results, 'toy', '2'));
  await attackSweep(join(results, 'search'));
  return results;
}

export async function removeAttacks(results: string): Promise<void> {
  await rm(join(results, '..'), { recursive: true });
}

async function attackRun(run: string): Promise<void> {
  await changeRecord(run, (record) => ({
    ...record,
    ...{ status: 'failed', reason: attack('reason'), directory: attack('directory') },
    command: ['node', 'forge', attack('command')],
    git: { commit: 'c'.repeat(40), branch: attack('branch'), dirty: true, omitted: [attack('omitted')] },
    host: { ...(record.host as object), hostname: attack('host'), cpu: attack('cpu') },
    versions: { ...(record.versions as object), [attack('package')]: attack('version') },
    engine: { ...(record.engine as object), engine: attack('engine'), warnings: [attack('warning')] },
    metrics: { train: { loss: 1, [attack('metric')]: 1 }, valid: { loss: 1 } },
    best: { ...(record.best as object), [attack('split')]: { loss: { value: 1, step: 5 } } },
  }));
  const flagsFile = join(run, 'flags.json');
  const { flags, ...rest } = JSON.parse(await readFile(flagsFile, 'utf8'));
  const own = { value: attack('value'), source: 'command line' };
  await writeFile(flagsFile, JSON.stringify({ ...rest, flags: { ...flags, [attack('flag')]: own } }));
  const annotations = { tags: [attack('tag')], note: attack('note'), name: attack('name') };
  await writeFile(join(run, 'annotations.json'), JSON.stringify({ formatVersion: 2, ...annotations }));
  await appendFile(join(run, 'console.log'), `${attack('log')}\n`);
  await writeFile(join(run, 'git.diff'), diff(attack('diff')));
  const values = { [attack('metric')]: 1 };
  for (const split of ['train', attack('split')]) {
    const line = { step: 11, epoch: 9, time: 1.9e12, split, values };
    await appendFile(join(run, 'metrics.jsonl'), `${JSON.stringify(line)}\n`);
  }
  const table = { columns: [attack('column')], rows: [[attack('cell')]] };
  await writeMedia(run, [
    { kind: 'image', name: shortAttack('image'), step: 5, content: png(8, () => 99, attack('comment')) },
    { kind: 'text', name: 'text', step: 5, content: attack('text') },
    {
      kind: 'histogram',
      name: shortAttack('histogram'),
      step: 5,
      content: JSON.stringify({ edges: [0, 1], counts: [1] }),
    },
    { kind: 'table', name: 'table', step: 5, content: JSON.stringify(table) },
  ]);
}

function diff(text: string): string {
  return `diff --git a/model.ts b/model.ts\n--- a/model.ts\n+++ b/model.ts\n@@ -1,1 +1,1 @@ ${text}\n-a\n+${text}\n`;
}

async function attackSweep(folder: string): Promise<void> {
  const path = join(folder, 'sweep.json');
  const sweep = JSON.parse(await readFile(path, 'utf8'));
  const choice = { kind: 'choice', choices: [attack('choice'), 'b'], when: null };
  const space = { ...sweep.space, [attack('parameter')]: choice };
  await writeFile(path, JSON.stringify({ ...sweep, space, command: ['forge', attack('sweep-command')] }));
}
