/** Readers of images, and what goes with them. */

export type { BadFile, OnBadFile } from './files/bad-files.js';
export { type Image, type ImageOptions, images, type LabelledImage } from './images/images.js';
