import { deepStrictEqual } from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeTensorFile } from '@forge-ml/core/node';
import { tensor } from '@forge-ml/core/plugin';
import { statisticsExporter } from './statistics.js';

describe('statisticsExporter', () => {
  it('writes the statistics of each parameter of a checkpoint', async () => {
    const runFolder = await mkdtemp(join(tmpdir(), 'exporter-'));
    try {
      const checkpointFolder = join(runFolder, 'checkpoints/1');
      await mkdir(checkpointFolder, { recursive: true });
      const parameters = new Map([
        ['kernel', tensor(Float32Array.of(-1, 3, 5, 1), [2, 2])],
        ['steps', tensor(Int32Array.of(7))],
      ]);
      await writeTensorFile(join(checkpointFolder, 'parameters.safetensors'), parameters);
      const out = join(runFolder, 'out.json');
      await statisticsExporter.export({ runFolder, checkpointFolder, out });
      deepStrictEqual(JSON.parse(await readFile(out, 'utf8')), {
        kernel: { dtype: 'float32', shape: [2, 2], mean: 2, deviation: Math.sqrt(5), min: -1, max: 5 },
        steps: { dtype: 'int32', shape: [1], mean: 7, deviation: 0, min: 7, max: 7 },
      });
    } finally {
      await rm(runFolder, { recursive: true });
    }
  });
});
