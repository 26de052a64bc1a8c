import { join } from 'node:path';
import { findRun, listRuns, readRunRecord } from '@forge-ml/core';
import { inFolder } from '../cli/folder.js';
import { sized, type TortureRequest, type TortureResult, type TortureScenario } from './scenario.js';
import { WarmProcess } from './warm-process.js';
import { warmFlags, writeWarmProject } from './warm-project.js';

/** Starts runs of one experiment in many processes at the same moment, then lets as many resume one of them. */
export const startAtOnce: TortureScenario = {
  name: 'at-once',
  bar: 'each start gets its own number, exactly one of several resumes of a run succeeds, and nothing else fails',
  alone: true,
  run: (request) => inFolder((folder) => startIn(folder, request)),
};

async function startIn(folder: string, request: TortureRequest): Promise<TortureResult> {
  const processes = sized(request, { slice: 8, whole: 64 });
  await writeWarmProject(folder);
  const all = async (argv: readonly string[]) => {
    const warm = Array.from({ length: processes }, () => new WarmProcess());
    await Promise.all(warm.map((process) => process.warm()));
    return Promise.all(warm.map((process) => process.train({ directory: folder, argv, crashAt: null })));
  };
  const faults: string[] = [];
  const started = await all([...warmFlags, '--run-name', 'line', '--steps', '2']);
  for (const { error, completed } of started) if (!completed) faults.push(`a start failed: ${error}`);
  const numbers = (await listRuns(join(folder, 'results'))).map(({ number }) => number);
  if (numbers.join() !== Array.from({ length: processes }, (_, index) => index + 1).join()) {
    faults.push(`the numbers are ${numbers}`);
  }
  const resumed = await all(['--resume', 'line/1', '--steps', '4', '--override']);
  const refused = resumed.filter(({ error }) => error !== undefined && /^(RUN_LOCKED|RUN_COMPLETED) /.test(error));
  for (const { error } of resumed) {
    if (error !== undefined && !/^(RUN_LOCKED|RUN_COMPLETED) /.test(error)) faults.push(`a resume failed: ${error}`);
  }
  const { resumes } = await readRunRecord((await findRun('line/1', join(folder, 'results'))).path);
  if (resumes.length !== 1) faults.push(`the run records ${resumes.length} resumes`);
  if (refused.length !== processes - 1) faults.push(`${processes - refused.length} processes resumed the run`);
  const measured = `${processes} starts, ${new Set(numbers).size} numbers; of ${processes} resumes ${refused.length} rejected`;
  return { measured, faults };
}
