import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { elements } from '@forge-ml/core';
import { expect } from 'chai';
import { Undecodable } from '../decode/undecodable.js';
import { all, captureWarnings, failure } from '../files/collect.test.support.js';
import { decodeWav } from './decode-wav.js';
import { wav } from './wav.js';

const fixtures = fileURLToPath(new URL('../../fixtures/', import.meta.url));
const references: Record<string, { shape: [number, number]; sampleRate: number; sha256: string }> = JSON.parse(
  readFileSync(join(fixtures, 'audio.json'), 'utf8'),
);
const read = (name: string) => readFileSync(join(fixtures, 'audio', name));
const names = readdirSync(join(fixtures, 'audio'));
const maxSamples = 1_000_000;

const refusals: Record<string, string> = {
  'bad-12-bit.wav': 'has 12 bits per sample; Forge reads 8, 16, 24, 32',
  'bad-adpcm.wav': 'is Microsoft ADPCM',
  'bad-align.wav': 'do not take 7 bytes',
  'bad-channels.wav': '65535 samples of 16 bits do not take 2 bytes',
  'bad-empty.wav': 'is empty',
  'bad-half-sample.wav': 'its last sample is not whole',
  'bad-header-only.wav': 'is truncated',
  'bad-huge.wav': 'is truncated',
  'bad-mp3.wav': 'is no WAV file',
  'bad-mu-law.wav': 'is mu-law',
  'bad-no-channels.wav': '0 channels',
  'bad-rate.wav': 'a sample rate of 0',
  'bad-rf64.wav': 'is an RF64 file',
  'bad-rifx.wav': 'is an RIFX file',
  'bad-streamed.wav': 'does not say how long it is',
  'bad-truncated.wav': 'is truncated',
  'bad-without-data.wav': 'it has no samples',
  'bad-without-format.wav': 'its format chunk is missing',
};

describe('decodeWav', () => {
  for (const [name, { shape, sampleRate, sha256 }] of Object.entries(references)) {
    it(`decodes ${name} to the samples of libsndfile`, () => {
      const audio = decodeWav(read(name), maxSamples);
      expect([audio.samples.length / audio.channels, audio.channels]).to.deep.equal(shape);
      expect(audio.sampleRate).to.equal(sampleRate);
      expect(createHash('sha256').update(audio.samples).digest('hex')).to.equal(sha256);
    });
  }

  for (const name of names.filter((name) => name.startsWith('bad-'))) {
    it(`refuses ${name}`, () => {
      expect(() => decodeWav(read(name), maxSamples)).to.throw(Undecodable, refusals[name] ?? '?');
    });
  }

  it('refuses every cut of a file, and reads or refuses every changed byte', () => {
    const file = read('pcm-16-2-extensible.wav');
    for (let end = 0; end < file.length; end += 3) {
      expect(() => decodeWav(file.subarray(0, end), maxSamples), `${end}`).to.throw(Undecodable);
    }
    for (let at = 0; at < 80; at++) {
      for (const change of [1, 128, 255]) {
        const damaged = Buffer.from(file);
        damaged[at]! ^= change;
        try {
          decodeWav(damaged, maxSamples);
        } catch (error) {
          expect(error, `byte ${at}`).to.be.instanceOf(Undecodable);
        }
      }
    }
  });

  it('refuses a file above maxSamples', () => {
    expect(() => decodeWav(read('pcm-16-2.wav'), 399)).to.throw('has 400 samples, above the limit of 399');
  });
});

describe('wav', () => {
  let folder: string;
  let warnings: ReturnType<typeof captureWarnings>;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'forge-wav-'));
    warnings = captureWarnings();
  });
  afterEach(() => {
    warnings.restore();
    rmSync(folder, { recursive: true });
  });

  function put(fixture: string, as: string): string {
    const path = join(folder, as);
    mkdirSync(dirname(path), { recursive: true });
    cpSync(join(fixtures, 'audio', fixture), path);
    return path;
  }

  it('reads a class folder for each label, and resumes from every position', async () => {
    put('pcm-16-2.wav', 'yes/b.wav');
    put('pcm-24-1.wav', 'yes/a.WAV');
    put('float-1.wav', 'no/c.wav');
    const dataset = wav(folder).shuffle(2);
    const rows = await all(dataset);
    expect(rows.map(({ file, label }) => `${file} ${label}`).sort()).to.deep.equal([
      'no/c.wav no',
      'yes/a.WAV yes',
      'yes/b.wav yes',
    ]);
    expect(rows.find(({ file }) => file === 'yes/b.wav')!.audio).to.deep.include({ dtype: 'float32', shape: [200, 2] });
    expect(rows[0]!.sampleRate).to.equal(8000);
    for (let skip = 0; skip <= 3; skip++) expect(await all(dataset, 0, skip)).to.deep.equal(rows.slice(skip));
  });

  it('reads one file, mixed to one channel if asked', async () => {
    const path = put('float-2.wav', 'x.wav');
    const [both] = await all(wav(path));
    const [mono] = await all(wav(path, { channels: 1 }));
    expect(mono!.audio.shape).to.deep.equal([200, 1]);
    const [left, right] = elements(both!.audio);
    expect(elements(mono!.audio)[0]).to.be.closeTo((left! + right!) / 2, 1e-7);
    expect(await all(wav(put('no-samples.wav', 'y.wav'))))
      .to.have.nested.property('[0].audio.shape')
      .deep.equal([0, 1]);
  });

  it('names a file that cannot be decoded, or skips and counts it', async () => {
    put('pcm-16-2.wav', 'b.wav');
    const path = put('bad-mu-law.wav', 'a.wav');
    const error = await failure(() => all(wav(folder)));
    expect(error.message).to.equal(`${path} is mu-law; Forge reads PCM and floats.`);
    expect((await all(wav(folder, { onBadRow: 'skip' }))).map(({ file }) => file)).to.deep.equal(['b.wav']);
    expect(warnings.text()).to.contain(`Skipped a file of ${folder}: a.wav is mu-law`);
  });

  it('refuses wrong options, and a folder without WAV files', async () => {
    expect((await failure(() => wav(folder).open())).message).to.contain(`There are no WAV files in ${folder}`);
    for (const options of [{ channels: 2 }, { maxSamples: 0 }, { labels: 1 }, { onBadRow: 1 }, { rate: 8000 }]) {
      expect(await failure(() => wav(folder, options as never)))
        .to.have.property('hint')
        .that.is.a('string');
    }
  });
});
