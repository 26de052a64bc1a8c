/** Writes the drawn digits 0 to 4 for pretrain.py: npx jiti examples/finetune/pretrain/write-digits.ts digits.safetensors */
import { tensor, writeTensorFile } from '@forge-ml/core';
import { side } from '../../digits/draw-digits.ts';
import { drawRange } from '../draw-range.ts';

const [path = 'digits.safetensors'] = process.argv.slice(2);
const count = 4_000;
const { images, labels } = drawRange(1, 0, count, 0);
await writeTensorFile(
  path,
  new Map([
    // PyTorch has channels first; with one channel the bytes are the same.
    ['images', tensor(images, [count, 1, side, side])],
    ['labels', tensor(labels)],
  ]),
);
