import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ForgeLibrary, type TrainResult } from '@forge-ml/core';

/** Everything that makes a resume hard, on the toy backend: shuffled data, dropout, momentum, evaluations between. */
export const toyFlags: readonly string[] = [
  ...['--backend', 'toy', '--data-config', 'data.ts', '--model-config', 'model.ts'],
  ...['--report-every', '3', '--eval-every', '7'],
];

export function libraryIn(directory: string, argv: readonly string[] = []): ForgeLibrary {
  return new ForgeLibrary({ directory, argv, warn: () => undefined });
}

/** Trains in this process. @param until the step after which to stop. Default: the end */
export async function trainHere(directory: string, argv: readonly string[], until?: number): Promise<TrainResult> {
  const forge = libraryIn(directory, argv);
  const experiment = await forge.config();
  const stop = new AbortController();
  const step = (progress: { readonly step: number }) => {
    if (progress.step === until) stop.abort();
  };
  try {
    return await forge.train(experiment, { signal: stop.signal, hooks: { step } });
  } finally {
    await experiment.engine.dispose();
  }
}

/** What must be equal in two runs, as one text: the bytes of the tensors at a step, and the metrics without their times. */
export async function contentOf(run: string, step: number): Promise<string> {
  const files = ['parameters.safetensors', 'state.safetensors'];
  const tensors = files.map((name) => readFile(join(run, 'checkpoints', String(step), name), 'latin1'));
  const metrics = (await readFile(join(run, 'metrics.jsonl'), 'utf8')).replace(/"time":[\d.]+,/g, '');
  return [metrics, ...(await Promise.all(tensors))].join('\n');
}
