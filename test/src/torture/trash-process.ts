import { prepareCrash } from './crash-at.js';

/** Changes the run `line/1` and kills itself at a file operation: `RESULTS remove|restore|purge|annotate OPERATION`. */
const [results = '', what, operation] = process.argv.slice(2);
const crashAt = await prepareCrash();
// Imported after the preparation, because it may keep references to the original functions.
const { annotateRun, findOneTrashed, findRun, findRunToRemove, purgeRuns, removeRuns, restoreRun } = await import(
  '@forge-ml/core/manage'
);
const entry = what === 'restore' || what === 'purge' ? await findOneTrashed('line/1', results) : undefined;
const run = entry === undefined ? await findRunToRemove('line/1', results) : undefined;
crashAt(Number(operation));
if (what === 'remove') await removeRuns(results, [run!]);
else if (what === 'restore') await restoreRun(results, entry!);
else if (what === 'purge') await purgeRuns(results, [entry!]);
else await annotateRun(await findRun('line/1', results), () => ({ tags: ['new'], note: 'new', name: 'new' }));
