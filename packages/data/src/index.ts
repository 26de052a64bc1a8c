/** Readers of image folders, audio and Parquet files, random changes of images for training, and tokenizers. */

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
export { type ChatOptions, chat } from './text/chat.js';
export type { ArrayMap, ArrayName } from './text/text-arrays.js';
export { type NamesOf, type TextArrays, type TextPlan, type TokenizeTextOptions, tokenize } from './text/tokenize.js';
export { type EncodedText, type EncodeOptions, readTokenizer, Tokenizer } from './text/tokenizer.js';
export type { TokenizerData } from './text/tokenizer-files.js';
export { type LabelledRecording, type Recording, type WavOptions, wav } from './wav/wav.js';
