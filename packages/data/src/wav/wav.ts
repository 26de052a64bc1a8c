import type { Pipeline, TensorData } from '@forge-ml/core';
import { readerFunction } from '@forge-ml/core/node';
import type { OnBadFile } from '../files/bad-files.js';
import { wavReader, wavSettings } from './wav-reader.js';

export interface WavOptions {
  /** 1: the mean of the channels of each file. Default: the file's channels. */
  readonly channels?: 1;
  /** A file with more samples, of all channels together, is refused. Default: 100 million. */
  readonly maxSamples?: number;
  /** Whether class folders are labels. Default: true. */
  readonly labels?: boolean;
  /**
   * What to do with a file that cannot be decoded. `error` reports it when it is read; `skip` and a function decode every
   * file once when the folder is opened. Default: `error`.
   */
  readonly onBadRow?: OnBadFile;
}

export interface Recording {
  /** float32, shape [samples, channels]; PCM is from -1 to 1. */
  readonly audio: TensorData & { readonly dtype: 'float32' };
  /** Samples per second. */
  readonly sampleRate: number;
  /** The path in the folder, with slashes. */
  readonly file: string;
}

export interface LabelledRecording extends Recording {
  /** The class folder's name; missing if the files are in no class folders. */
  readonly label: string;
}

/**
 * A WAV file, or those of a folder: `folder/yes/1.wav` has the label `yes`. They are listed once, in an order that is the
 * same on every machine, and decoded when they are read.
 * @throws ForgeError OPTION_UNKNOWN, DATA_INVALID; DATA_INVALID, PATH_UNSAFE or FILE_SYSTEM when it is opened; DATA_INVALID naming a
 * file that cannot be decoded, or that changed, when it is read
 */
export const wav: {
  (path: string | URL, options: WavOptions & { readonly labels: false }): Pipeline<Recording>;
  (path: string | URL, options?: WavOptions): Pipeline<LabelledRecording>;
} = readerFunction<LabelledRecording, WavOptions>('wav', wavReader, wavSettings);
