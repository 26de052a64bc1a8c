import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder, removeFolder } from '../../cli/folder.js';
import { casesOf } from './cases.js';
import { compare, type Finding, misses, missingReason, modelNames, optimumReason } from './compare.js';
import { summaryOf, tableOf } from './table.js';

/**
 * `npm run variants`: fine-tunes every architecture of every exporter in every variant beside PyTorch; `npm run variants
 * -- bert gpt2.script` some of them. `--folder PATH` keeps the files, and uses those that are there.
 */
const words = process.argv.slice(2);
const at = words.indexOf('--folder');
const [kept] = at < 0 ? [] : words.splice(at, 2).slice(1);
const python = process.env.FORGE_TORCH_PYTHON;
const missing = missingReason(python);
if (missing !== undefined) {
  process.stdout.write(`Skipped. ${missing}\n`);
} else {
  const folder = kept ?? (await makeFolder());
  try {
    process.exitCode = (await run(folder)) ? 0 : 1;
  } finally {
    if (kept === undefined) await removeFolder(folder);
  }
}

async function run(folder: string): Promise<boolean> {
  const all: Finding[] = [];
  for (const model of modelNames(python!)) {
    const names = casesOf([model]).filter((name) => words.length === 0 || words.some((word) => name.startsWith(word)));
    if (names.length === 0) continue;
    const own = join(folder, model);
    await mkdir(own, { recursive: true });
    const findings = await compare(python!, own, names);
    process.stdout.write(`${tableOf(findings)}\n\n`);
    all.push(...findings);
  }
  process.stdout.write(`${summaryOf(all)}\n\n`);
  process.stdout.write(`Files of Optimum are skipped: ${optimumReason(python!)}.\n`);
  const skipped = all.filter((finding) => finding.skipped !== undefined).length;
  const count = all.filter((finding) => misses(finding).length > 0).length;
  process.stdout.write(`${all.length - skipped - count} hold, ${count} missed, ${skipped} skipped.\n`);
  return count === 0;
}
