import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openEngine } from '../onnx/open-engine.js';
import { startRivals } from '../onnx/rivals.js';
import { costFigure } from './figure.js';
import { batchSizes, type CostPoint, measureCost, sizes, usualBatch, usualSize } from './measure.js';

/**
 * `npm run cost`: measures the time of a step against the size of the model and of the batch, on one thread beside PyTorch,
 * and writes the pictures of docs/benchmarks.md and their numbers.
 */
const images = new URL('../../../docs/images/', import.meta.url);
const header = 'parameters,batch,forge_ms,pytorch_ms,pytorch_mode';
const write = (name: string, content: string) => writeFileSync(fileURLToPath(new URL(name, images)), content);

const torch = await startRivals(1, ['eager', 'fused', 'compile']);
if (torch.missing.length > 0) {
  process.stdout.write(`Skipped cost. ${torch.missing.join(' ')}\n`);
} else {
  const engine = await openEngine(1);
  const measure = async (widths: typeof usualSize, batch: number) => {
    const point = await measureCost(widths, batch, engine, torch.all);
    process.stdout.write(`${line(point)}\n`);
    return point;
  };
  process.stdout.write(`${header}\n`);
  const ofSizes: CostPoint[] = [];
  for (const widths of sizes) ofSizes.push(await measure(widths, usualBatch));
  const ofBatches: CostPoint[] = [];
  for (const batch of batchSizes) ofBatches.push(await measure(usualSize, batch));
  write('training-cost.csv', `${[header, ...[...ofSizes, ...ofBatches].map(line)].join('\n')}\n`);
  write(
    'training-cost-parameters.svg',
    costFigure(ofSizes, ({ parameters }) => parameters, 'parameters'),
  );
  write(
    'training-cost-batch.svg',
    costFigure(ofBatches, ({ batch }) => batch, 'examples in a batch'),
  );
  torch.end();
  await engine.dispose();
}

function line({ parameters, batch, forge, torch, mode }: CostPoint): string {
  return [parameters, batch, forge.toPrecision(4), torch.toPrecision(4), mode].join();
}
