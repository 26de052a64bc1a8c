import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { tensor } from '../../tensor/tensor-data.js';
import { histogram } from '../media/histogram.js';
import { image } from '../media/image.js';
import { table } from '../media/table.js';
import { text } from '../media/text.js';
import type { MediaValue } from '../media-value.js';
import { loadPngEncoder } from '../png-encoder.js';
import { EventFileSink } from './event-file-sink.js';

const python = process.env.FORGE_TENSORBOARD_PYTHON;
const code = `
import json, sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.backend.event_processing.plugin_event_accumulator import EventAccumulator as Plugins
from tensorboard.util.tensor_util import make_ndarray
scalars = EventAccumulator(sys.argv[1], size_guidance={'scalars': 0}, purge_orphaned_data=True)
scalars.Reload()
tensors = Plugins(sys.argv[1], size_guidance={'tensors': 0}, tensor_size_guidance={'scalars': 0}, purge_orphaned_data=True)
tensors.Reload()
print(json.dumps({
    'scalars': {tag: [[e.step, e.wall_time, e.value] for e in scalars.Scalars(tag)] for tag in scalars.Tags()['scalars']},
    'tensors': {tag: [[e.step, e.wall_time, float(make_ndarray(e.tensor_proto))] for e in tensors.Tensors(tag)]
                for tag in tensors.Tags()['tensors']},
}))`;

const mediaCode = `
import io, json, sys
from PIL import Image
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.util.tensor_util import make_ndarray
run = EventAccumulator(sys.argv[1])
run.Reload()
tags = run.Tags()
shown = run.Images('valid/samples')[0]
pixels = Image.open(io.BytesIO(shown.encoded_image_string)).convert('RGB')
h = run.Histograms('valid/weights')[0].histogram_value
print(json.dumps({
    'tags': {kind: sorted(tags[kind]) for kind in ('images', 'histograms', 'tensors')},
    'image': [run.Images('valid/samples')[0].step, shown.width, shown.height, list(pixels.tobytes())],
    'texts': [make_ndarray(run.Tensors(tag)[0].tensor_proto)[0].decode() for tag in ('valid/note', 'valid/table')],
    'plugin': run.SummaryMetadata('valid/note').plugin_data.plugin_name,
    'histogram': {'min': h.min, 'max': h.max, 'num': h.num, 'sum': h.sum, 'limits': list(h.bucket_limit), 'counts': list(h.bucket)},
}))`;

type Points = readonly (readonly [step: number, time: number, value: number])[];

describe("TensorBoard's own reader", function () {
  this.timeout(120_000);
  let folder: string;
  before(function () {
    try {
      if (python === undefined) throw new Error('FORGE_TENSORBOARD_PYTHON is not set');
      execFileSync(python, ['-c', 'import tensorboard'], { stdio: 'pipe' });
    } catch (error) {
      console.log(
        `      skipped: no Python with tensorboard (${error instanceof Error ? error.message.split('\n')[0] : error})`,
      );
      this.skip();
    }
    folder = mkdtempSync(join(tmpdir(), 'forge-tensorboard-'));
  });
  after(() => folder && rmSync(folder, { recursive: true }));

  it('finds every point once, in order, after two resumes, a truncated record and removed points', async () => {
    const trainSteps = async (from: number, to: number, resumedAt: number | null): Promise<string> => {
      const sink = new EventFileSink(folder, { resumedAt });
      for (let step = from; step <= to; step++) {
        sink.write({ step, epoch: 0, time: 1e12 + step * 500, split: 'train', values: { loss: step / 4 } });
        if (step % 5 === 0)
          sink.write({ step, epoch: 0, time: 1e12 + step * 500, split: 'valid', values: { accuracy: 1 } });
      }
      await sink.close();
      return sink.path;
    };
    const first = await trainSteps(1, 23, null);
    truncateSync(first, statSync(first).size - 7);
    await trainSteps(11, 17, 10);
    await trainSteps(16, 40, 15);

    const output = execFileSync(python as string, ['-c', code, folder], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const found = JSON.parse(output) as Record<'scalars' | 'tensors', Record<string, Points>>;
    const loss = Array.from({ length: 40 }, (_, index) => [index + 1, 1e9 + (index + 1) / 2, (index + 1) / 4]);
    const accuracy = Array.from({ length: 8 }, (_, index) => [(index + 1) * 5, 1e9 + (index + 1) * 2.5, 1]);
    const expected = { 'train/loss': loss, 'valid/accuracy': accuracy };
    expect(found).to.deep.equal({ scalars: expected, tensors: expected });
  });

  it('shows images, texts, tables and histograms', async () => {
    const run = join(folder, 'media');
    mkdirSync(run);
    const sink = new EventFileSink(run);
    await loadPngEncoder();
    const at = (name: string, value: MediaValue) =>
      sink.writeMedia({ step: 3, epoch: 0, time: 1e12, split: 'valid', name, value });
    at('samples', image(tensor(Uint8Array.of(255, 0, 0, 0, 0, 255), [1, 2, 3])));
    at('note', text('Grüße'));
    at('table', table(['input', 'score'], [['a|b', 1]]));
    at('weights', histogram([0, 1, 1, 2, 4], { bins: 4 }));
    await sink.close();
    const output = execFileSync(python as string, ['-c', mediaCode, run], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    expect(JSON.parse(output)).to.deep.equal({
      tags: { images: ['valid/samples'], histograms: ['valid/weights'], tensors: ['valid/note', 'valid/table'] },
      image: [3, 2, 1, [255, 0, 0, 0, 0, 255]],
      texts: ['Grüße', '| input | score |\n| --- | --- |\n| a\\|b | 1 |'],
      plugin: 'text',
      histogram: { min: 0, max: 4, num: 5, sum: 8, limits: [1, 2, 3, 4], counts: [1, 2, 1, 1] },
    });
  });
});
