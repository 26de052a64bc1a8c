import type { Pipeline, TensorData } from '@forge-ml/core';
import { readerFunction } from '@forge-ml/core/node';
import type { OnBadFile } from '../files/bad-files.js';
import { imageSettings, imagesReader } from './images-reader.js';

export interface ImageOptions {
  /** Channels of every image: 1 gray, 3 RGB, 4 RGBA. Default: 3. */
  readonly channels?: 1 | 3 | 4;
  /** Height and width that every image is resized to, without keeping its proportions. Default: the file's. */
  readonly size?: readonly [height: number, width: number];
  /** An image with more pixels is refused before memory is reserved for it. Default: 100 million. */
  readonly maxPixels?: number;
  /** Whether class folders are labels. Default: true. */
  readonly labels?: boolean;
  /**
   * What to do with an image that cannot be decoded. `error` reports it when it is read; `skip` and a function decode
   * every image once when the folder is opened. Default: `error`.
   */
  readonly onBadRow?: OnBadFile;
}

export interface Image {
  /** uint8, shape [height, width, channels]. */
  readonly image: TensorData & { readonly dtype: 'uint8' };
  /** The path in the folder, with slashes. */
  readonly file: string;
}

export interface LabelledImage extends Image {
  /** The class folder's name; missing if the images are in no class folders. */
  readonly label: string;
}

/**
 * The PNG and JPEG images of a folder: `folder/cat/1.png` has the label `cat`. They are listed once, in an order that is
 * the same on every machine, and decoded when they are read, turned as their EXIF data says.
 * @throws ForgeError OPTION_UNKNOWN, DATA_INVALID; DATA_INVALID, PATH_UNSAFE or FILE_SYSTEM when it is opened; DATA_INVALID naming an
 * image that cannot be decoded, or that changed, when it is read
 */
export const images: {
  (folder: string | URL, options: ImageOptions & { readonly labels: false }): Pipeline<Image>;
  (folder: string | URL, options?: ImageOptions): Pipeline<LabelledImage>;
} = readerFunction<LabelledImage, ImageOptions>('images', imagesReader, imageSettings);
