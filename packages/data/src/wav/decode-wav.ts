import { Undecodable } from '../decode/undecodable.js';
import { type WavFormat, wavFormat } from './wav-format.js';

export interface Audio {
  /** From -1 to 1 for integers, a sample of each channel after the other. */
  readonly samples: Float32Array;
  readonly channels: number;
  /** Samples per second of each channel. */
  readonly sampleRate: number;
}

/**
 * Decodes a WAV file: PCM of 8, 16, 24 and 32 bits, floats of 32 and 64. Integers are divided by 2^(bits - 1): the values
 * of libsndfile, librosa and torchaudio.
 * @param maxSamples the most samples, of all channels together
 * @throws Undecodable
 */
export function decodeWav(file: Buffer, maxSamples: number): Audio {
  const { format, data } = wavChunks(file);
  const { channels, sampleBytes, sampleRate } = format;
  if (data.length % (channels * sampleBytes) !== 0) throw new Undecodable('is truncated: its last sample is not whole');
  const count = data.length / sampleBytes;
  if (count > maxSamples) {
    throw new Undecodable(`has ${count} samples, above the limit of ${maxSamples} (the option maxSamples)`);
  }
  const samples = new Float32Array(count);
  const read = sampleReader(data, format);
  for (let index = 0; index < count; index++) samples[index] = read(index * sampleBytes);
  return { samples, channels, sampleRate };
}

function sampleReader(data: Buffer, { encoding, sampleBytes }: WavFormat): (at: number) => number {
  if (encoding === 'float') return sampleBytes === 4 ? (at) => data.readFloatLE(at) : (at) => data.readDoubleLE(at);
  switch (sampleBytes) {
    case 1:
      return (at) => (data[at]! - 128) / 128;
    case 2:
      return (at) => data.readInt16LE(at) / 2 ** 15;
    case 3:
      return (at) => data.readIntLE(at, 3) / 2 ** 23;
    default:
      return (at) => data.readInt32LE(at) / 2 ** 31;
  }
}

/** The first format chunk, and the data chunk after it. */
function wavChunks(file: Buffer): { readonly format: WavFormat; readonly data: Buffer } {
  if (file.length === 0) throw new Undecodable('is empty');
  const kind = file.toString('latin1', 0, 4);
  if (kind === 'RF64' || kind === 'RIFX') throw new Undecodable(`is an ${kind} file; Forge reads RIFF`);
  if (kind !== 'RIFF' || file.toString('latin1', 8, 12) !== 'WAVE') throw new Undecodable('is no WAV file');
  let format: WavFormat | undefined;
  for (let at = 12; at + 8 <= file.length; ) {
    const name = file.toString('latin1', at, at + 4);
    const size = file.readUInt32LE(at + 4);
    const end = at + 8 + size;
    if (name === 'data' && size === 0xffff_ffff) {
      throw new Undecodable('does not say how long it is: it was written as a stream');
    }
    if (end > file.length) throw new Undecodable('is truncated: a chunk is longer than the rest of the file');
    const chunk = file.subarray(at + 8, end);
    if (name === 'fmt ') format ??= wavFormat(chunk);
    if (name === 'data') {
      if (format === undefined) throw new Undecodable('is damaged: its format chunk is missing');
      return { format, data: chunk };
    }
    at = end + (size % 2);
  }
  throw new Undecodable('is truncated: it has no samples');
}
