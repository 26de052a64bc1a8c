/** Readers of image folders, audio and Parquet files, and random changes of images for training. */

export { type AugmentOptions, augment } from './augment/augment.js';
export { type CropOptions, randomCrop } from './augment/crop.js';
export { type FlipOptions, randomFlip } from './augment/flip.js';
export type { ArrayOption, ImageFunction } from './augment/image-function.js';
export { colorJitter, type JitterOptions } from './augment/jitter.js';
export { type MixupOptions, mixup } from './augment/mixup.js';
export { randomRotate } from './augment/rotate.js';
export type { BadFile, OnBadFile } from './files/bad-files.js';
export { decodeImage } from './images/decode-image.js';
export { type Image, type ImageOptions, images, type LabelledImage } from './images/images.js';
export { type ParquetOptions, parquet } from './parquet/parquet.js';
export { type LabelledRecording, type Recording, type WavOptions, wav } from './wav/wav.js';
