import { Undecodable } from '../decode/undecodable.js';

export interface WavFormat {
  readonly encoding: 'integer' | 'float';
  readonly channels: number;
  /** Samples per second of each channel. */
  readonly sampleRate: number;
  /** Bytes of one sample of one channel. */
  readonly sampleBytes: number;
}

/** Encodings that are refused, by format code (RFC 2361). */
const otherCodes: Readonly<Record<number, string>> = {
  2: 'Microsoft ADPCM',
  6: 'A-law',
  7: 'mu-law',
  17: 'IMA ADPCM',
  49: 'GSM 6.10',
  80: 'MPEG audio',
  85: 'MP3',
};

/** The sub-format of WAVE_FORMAT_EXTENSIBLE is a format code and these bytes. */
const extensibleEnd = Buffer.from('000000001000800000aa00389b71', 'hex');

const widths = { integer: [8, 16, 24, 32], float: [32, 64] };

/** Reads the chunk `fmt ` of a WAV file. @throws Undecodable */
export function wavFormat(chunk: Buffer): WavFormat {
  if (chunk.length < 16) throw new Undecodable('is damaged: its format chunk is too short');
  const code = formatCode(chunk);
  const encoding = code === 1 ? 'integer' : code === 3 ? 'float' : undefined;
  if (encoding === undefined) {
    const name = otherCodes[code] ?? `of the unknown format ${code}`;
    throw new Undecodable(`is ${name}; Forge reads PCM and floats`);
  }
  const channels = chunk.readUInt16LE(2);
  const sampleRate = chunk.readUInt32LE(4);
  const frameBytes = chunk.readUInt16LE(12);
  const bits = chunk.readUInt16LE(14);
  if (channels === 0 || sampleRate === 0) {
    throw new Undecodable(`is damaged: it has ${channels} channels and a sample rate of ${sampleRate}`);
  }
  if (!widths[encoding].includes(bits)) {
    throw new Undecodable(`has ${bits} bits per sample; Forge reads ${widths[encoding].join(', ')} (${encoding})`);
  }
  if (frameBytes !== (channels * bits) / 8) {
    throw new Undecodable(`is damaged: ${channels} samples of ${bits} bits do not take ${frameBytes} bytes`);
  }
  return { encoding, channels, sampleRate, sampleBytes: bits / 8 };
}

function formatCode(chunk: Buffer): number {
  const code = chunk.readUInt16LE(0);
  if (code !== 0xfffe) return code;
  if (chunk.length < 40) throw new Undecodable('is damaged: its format chunk is too short');
  if (!chunk.subarray(26, 40).equals(extensibleEnd)) throw new Undecodable('has an unknown sub-format');
  return chunk.readUInt16LE(24);
}
