import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MlflowSink } from './mlflow-sink.js';
import { quickPace, record } from './sink-run.test.support.js';

/**
 * Logs steps from the last saved one to the end, and saves every tenth: node FILE FOLDER URL STEPS. It prints a line for
 * each save, for the parent that kills it.
 */
const [folder, url, steps] = process.argv.slice(2) as [string, string, string];
const saved = join(folder, 'saved');
const from = existsSync(saved) ? Number(readFileSync(saved, 'utf8')) : null;
const warn = () => undefined;
const run = { folder, id: 'digits/3', resumedAt: from, config: { seed: 1 }, warn };
const sink = await MlflowSink.open(run, { url, authorization: undefined, timeout: 2_000 }, null, quickPace);
for (let step = (from ?? 0) + 1; step <= Number(steps); step++) {
  sink.write({ ...record(step, { loss: step, accuracy: 1 / step }), time: Date.now() });
  if (step % 10 === 0) {
    sink.flush();
    writeFileSync(`${saved}.writing`, String(step));
    renameSync(`${saved}.writing`, saved);
    process.stdout.write(`${step}\n`);
  }
  await new Promise((resolve) => setTimeout(resolve, 1));
}
await sink.close({ status: 'completed' });
