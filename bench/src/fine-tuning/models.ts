import { type FromOnnxOptions, fromOnnx, softmaxCrossEntropy } from '@forge-ml/backend-onnx';
import { type Batch, RandomStream, type TensorData, tensor } from '@forge-ml/core';
import type { Trained } from '../onnx/models.js';

/** A model that fine_tuning_models.py exports under this name. */
export interface FineTuned {
  readonly name: string;
  readonly what: string;
  /** The weights that have adapters. */
  readonly targets: readonly string[];
  batch(number: number): Batch;
}

export const fineTuned: readonly FineTuned[] = [
  {
    name: 'bert',
    what: 'BERT, 2 layers of 768, 8 × 128 tokens',
    targets: ['*query*', '*value*'],
    batch(number) {
      const draw = RandomStream.of(number, 'bert');
      // Texts of different lengths.
      const lengths = Array.from({ length: 8 }, () => 64 + draw.below(65));
      const mask = lengths.flatMap((length) => Array.from({ length: 128 }, (_, at) => (at < length ? 1 : 0)));
      return {
        input_ids: wholeNumbers(draw, [8, 128], 5087),
        attention_mask: tensor(Int32Array.from(mask), [8, 128]),
        labels: wholeNumbers(draw, [8], 4),
      };
    },
  },
  {
    name: 'vit',
    what: 'ViT, 4 layers of 384, 4 images of 224 × 224',
    targets: ['*q_proj*', '*v_proj*'],
    batch(number) {
      const draw = RandomStream.of(number, 'vit');
      const pixels = Float32Array.from({ length: 4 * 3 * 224 * 224 }, () => draw.normal());
      return { pixel_values: tensor(pixels, [4, 3, 224, 224]), labels: wholeNumbers(draw, [4], 10) };
    },
  },
  {
    name: 'llama',
    what: 'Llama, 4 layers of 512, vocabulary of 8000, 4 × 128 tokens',
    targets: ['*q_proj*', '*v_proj*'],
    batch(number) {
      const draw = RandomStream.of(number, 'llama');
      return { input_ids: wholeNumbers(draw, [4, 128], 8000), labels: wholeNumbers(draw, [4, 128], 8000) };
    },
  },
];

/** As a user fine-tunes it: all of the model, or adapters of rank 8. @param file the exported model */
export function training({ targets, batch }: FineTuned, file: string, adapters: boolean): Trained {
  const options: Omit<FromOnnxOptions, 'optimizer'> = {
    loss: ({ labels }, logits) => softmaxCrossEntropy(logits, labels!),
    ...(adapters ? { lora: { rank: 8, targets } } : {}),
  };
  return { model: (optimizer) => fromOnnx(file, { ...options, optimizer }), batch, rate: 1e-4 };
}

function wholeNumbers(draw: RandomStream, shape: readonly number[], below: number): TensorData {
  const length = shape.reduce((product, size) => product * size, 1);
  return tensor(
    Int32Array.from({ length }, () => draw.below(below)),
    shape,
  );
}
