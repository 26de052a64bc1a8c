import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RandomStream } from '@forge-ml/core';

// Draws a folder of spoken words, always the same: npx jiti examples/keywords/draw-words.ts words
const [rate, samples] = [8000, 4000];

/** The two lowest resonances of some vowels, in Hz. */
const vowels = { a: [730, 1090], e: [530, 1840], i: [270, 2290], o: [570, 840], u: [300, 870] } as const;
type Vowel = keyof typeof vowels;

/** A word is two vowels. What `model.onnx` has learned, and what it has not. */
export const learned = ['aa', 'ae', 'ai', 'ea', 'ee', 'eu', 'ie', 'io', 'oe', 'oo', 'ua', 'uu'];
export const keywords = ['ao', 'ei', 'iu', 'oa'];

/** Writes `count` recordings of each word into a folder of its name: 16-bit WAV, 8 kHz, half a second. */
export function drawWords(folder: string, words: readonly string[], count: number): void {
  for (const word of words) {
    mkdirSync(join(folder, word), { recursive: true });
    for (let index = 0; index < count; index++) {
      writeFileSync(join(folder, word, `${index}.wav`), wavFile(speak(word, RandomStream.of(0, word).child(index))));
    }
  }
}

/** A speaker with a pitch, a speed and a noise of its own. */
function speak(word: string, random: RandomStream): Int16Array {
  const pitch = 90 + 130 * random.float();
  const throat = 0.9 + 0.2 * random.float();
  const length = samples * (0.6 + 0.3 * random.float());
  const start = (samples - length) * random.float();
  const noise = 0.02 + 0.06 * random.float();
  return Int16Array.from({ length: samples }, (_, at) => {
    const place = (at - start) / length;
    let wave = noise * random.normal();
    if (place > 0 && place < 1) {
      const [first, second] = vowels[word[place < 0.5 ? 0 : 1] as Vowel].map((resonance) => resonance * throat);
      const loudness = Math.abs(Math.sin(2 * Math.PI * place));
      for (let overtone = 1; overtone * pitch < 3000; overtone++) {
        const frequency = overtone * pitch;
        const strength = peak(frequency, first!, 90) + 0.6 * peak(frequency, second!, 140);
        wave += 0.3 * loudness * strength * Math.sin((2 * Math.PI * frequency * at) / rate);
      }
    }
    return Math.round(32767 * Math.max(-1, Math.min(1, wave)));
  });
}

function peak(frequency: number, resonance: number, width: number): number {
  return 1 / (1 + ((frequency - resonance) / width) ** 2);
}

/** https://www.mmsp.ece.mcgill.ca/Documents/AudioFormats/WAVE/WAVE.html */
function wavFile(wave: Int16Array): Buffer {
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + wave.byteLength, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(2 * rate, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(wave.byteLength, 40);
  return Buffer.concat([header, Buffer.from(wave.buffer)]);
}

const [folder, which] = process.argv.slice(2);
if (import.meta.filename === process.argv[1] && folder !== undefined) {
  drawWords(folder, which === 'learned' ? learned : keywords, 60);
}
