import { checkOptions, type DatasetReader, tensor } from '@forge-ml/core/plugin';
import { checkOnBadRow } from '../files/bad-files.js';
import { fileDataset } from '../files/file-dataset.js';
import { checkLabels, isCount, wrongValue } from '../files/option-values.js';
import { type Audio, decodeWav } from './decode-wav.js';

const of = 'wav(path, options)';
const defaultMaxSamples = 100_000_000;

/** Reads WAV files. */
export const wavReader: DatasetReader = {
  description: 'A WAV file, or those of a folder; the folder of each is its label.',
  async open({ path, options, warn }) {
    const { mono, maxSamples, labels, onBadRow } = wavSettings(options);
    return fileDataset({
      path,
      what: 'WAV files',
      extensions: ['.wav'],
      labels,
      onBadRow,
      decode(bytes) {
        const audio = decodeWav(bytes, maxSamples);
        const { samples, sampleRate, channels } = mono ? mixed(audio) : audio;
        return { audio: tensor(samples, [samples.length / channels, channels]), sampleRate };
      },
      warn,
    });
  },
};

/** Checks the options. @throws ForgeError OPTION_UNKNOWN, DATA_INVALID */
export function wavSettings(options: object) {
  checkOptions(options, ['channels', 'maxSamples', 'labels', 'onBadRow'], {
    of,
    synonyms: { mono: 'channels', onError: 'onBadRow' },
  });
  const { channels, maxSamples = defaultMaxSamples, labels, onBadRow } = options as Readonly<Record<string, unknown>>;
  if (channels !== undefined && channels !== 1)
    throw wrongValue(of, 'channels', channels, '1: the mean of all channels');
  if (!isCount(maxSamples)) throw wrongValue(of, 'maxSamples', maxSamples, 'a whole number above 0');
  return {
    mono: channels === 1,
    maxSamples,
    labels: checkLabels(labels, of),
    onBadRow: checkOnBadRow(onBadRow, of),
  };
}

function mixed({ samples, channels, sampleRate }: Audio): Audio {
  if (channels === 1) return { samples, channels, sampleRate };
  const mean = new Float32Array(samples.length / channels);
  for (let frame = 0; frame < mean.length; frame++) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) sum += samples[frame * channels + channel]!;
    mean[frame] = sum / channels;
  }
  return { samples: mean, channels: 1, sampleRate };
}
