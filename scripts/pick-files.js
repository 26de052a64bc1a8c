// Picks 20 source files by a seed, and prints each one's path and first lines: a reader who has not seen the project
// should be able to say from these what the file does. Rounds so far: seeds 1, 2 and 3, twice.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { RandomStream } from '@forge-ml/core/plugin';

const [seed = '1', count = '20', lines = '12'] = process.argv.slice(2);
const files = execFileSync('git', ['ls-files', 'packages/*/src/**/*.ts'], { encoding: 'utf8' })
  .trim()
  .split('\n')
  .filter((path) => !/\.test\.|\.generated\./.test(path));
const random = RandomStream.of(Number(seed), 'files');
const picked = new Set();
while (picked.size < Number(count)) picked.add(files[random.below(files.length)]);
for (const path of [...picked].sort()) {
  const text = readFileSync(path, 'utf8').split('\n');
  const start = text.findIndex(
    (line) => line !== '' && !/^(import|export \*|export \{|\} from| {2}[\w ,]+,?$)/.test(line),
  );
  console.log(`## ${path}\n${text.slice(Math.max(0, start), start + Number(lines)).join('\n')}\n`);
}
