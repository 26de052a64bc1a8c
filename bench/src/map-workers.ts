import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { deflateSync } from 'node:zlib';
import {
  elements,
  fromArrays,
  inWorkers,
  type MapFunction,
  type Pipeline,
  RandomStream,
  type TensorData,
  tensor,
} from '@forge-ml/core';
import { createModuleLoader } from '@forge-ml/core/loader';
import { type Benchmark, interleave, median } from './benchmark.js';

const decoder = new URL('../configs/decode-image.ts', import.meta.url);
const [images, batchSize, workers, rounds] = [192, 16, 2, 9];

type Example = Readonly<Record<string, TensorData>>;
type Batches = Pipeline<Example>;

/** Compressed images of 512 × 512 × 3 bytes, the size of photographs in data sets, with random access, as from files. */
function compressedImages() {
  const random = RandomStream.of(1, 'images');
  const files = Array.from({ length: images }, () => {
    const bytes = Uint8Array.from({ length: 512 * 512 * 3 }, (_, at) => (at % 7 === 0 ? random.below(12) : 1));
    return tensor(new Uint8Array(deflateSync(bytes)));
  });
  const numbers = fromArrays({ number: Int32Array.from({ length: images }, (_, number) => number) });
  return numbers.shuffle(1).map(({ number }) => ({ file: files[Number(elements(number)[0])]! }));
}

/** Reads an epoch as fast as it comes: the consumer does nothing else. */
function epochOf(batches: Batches): () => Promise<number[]> {
  return async () => {
    const start = performance.now();
    for await (const _ of batches.epoch(0));
    return [performance.now() - start];
  };
}

async function checksumOf(batches: Batches): Promise<string> {
  const hash = createHash('sha256');
  for await (const { image } of batches.epoch(0)) hash.update(image!.bytes);
  return hash.digest('hex');
}

export const mapWorkers: Benchmark = {
  name: 'map-workers',
  async run() {
    const loader = await createModuleLoader({ modules: {} });
    const { decode } = (await loader.import(fileURLToPath(decoder))) as { decode: MapFunction<unknown, Example> };
    const inThreads = inWorkers<typeof decode>(decoder, { workers, export: 'decode' });
    const files = compressedImages();
    const direct = files.map(decode, { seed: 1 }).batch(batchSize).prefetch(2);
    const threads = files.map(inThreads, { seed: 1 }).batch(batchSize).prefetch(2);
    await threads.open();
    if ((await checksumOf(direct)) !== (await checksumOf(threads))) throw new Error('The threads compute other bits.');
    const samples = await interleave(rounds, { direct: epochOf(direct), threads: epochOf(threads) });
    await inThreads.close();
    const [alone, shared] = [median(samples.direct), median(samples.threads)];
    return [
      {
        what: `map on ${workers} worker threads, images per second relative to a direct call`,
        // Of each round, so that load that comes and goes affects both of a pair.
        value: median(samples.direct.map((ms, round) => ms / samples.threads[round]!)),
        unit: '×',
        bar: { relation: '>=', value: 1.7 },
        detail: `${workers} threads ${(shared / images).toFixed(2)} ms an image, direct ${(alone / images).toFixed(2)} ms`,
      },
    ];
  },
};
