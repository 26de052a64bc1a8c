import { annotateRun } from './annotate-run.js';

/** Adds ten tags to a run, one by one. For the test of two writers. */
const [path, prefix] = [process.argv[2]!, process.argv[3]!];
for (let count = 0; count < 10; count++) {
  const add = ({ tags }: { readonly tags: readonly string[] }) => ({ tags: [...tags, `${prefix}${count}`] });
  await annotateRun({ path, experiment: 'mnist', number: 1 }, add, { waitMs: 60_000 });
}
