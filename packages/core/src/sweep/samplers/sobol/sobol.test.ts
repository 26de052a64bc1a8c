import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { failureOf } from '../../../testing/temporary-folder.test.support.js';
import { choice, uniform } from '../../space/definitions.js';
import { anyFlags } from '../../space/parameters.test.support.js';
import { resolveSpace } from '../../space/resolve-space.js';
import type { Parameter } from '../../space/space.js';
import { sobolSampler } from './sobol-sampler.js';
import { sobolSequence } from './sobol-sequence.js';

/**
 * Points 8 to 15 of `scipy.stats.qmc.Sobol(256, scramble=False)` of SciPy 1.17.1, times 2^30, in these dimensions.
 */
const dimensions = [0, 1, 2, 5, 9, 20, 99, 255];
const scipy = [
  [201326592, 335544320, 1006632960, 335544320, 335544320, 201326592, 1006632960, 469762048],
  [738197504, 872415232, 469762048, 872415232, 872415232, 738197504, 469762048, 1006632960],
  [1006632960, 67108864, 738197504, 603979776, 603979776, 469762048, 201326592, 738197504],
  [469762048, 603979776, 201326592, 67108864, 67108864, 1006632960, 738197504, 201326592],
  [335544320, 201326592, 335544320, 469762048, 1006632960, 67108864, 67108864, 67108864],
  [872415232, 738197504, 872415232, 1006632960, 469762048, 603979776, 603979776, 603979776],
  [603979776, 469762048, 67108864, 738197504, 201326592, 335544320, 872415232, 872415232],
  [67108864, 1006632960, 603979776, 201326592, 738197504, 872415232, 335544320, 335544320],
];
/** Of the first 4096 points in all 256 dimensions, as little-endian unsigned integers times 2^32. */
const scipyChecksum = 'e8fb0eb17fd7317357a834949d0cf9d1d41af7a37740e62fa6a2537aa72ca6f2';

describe('a Sobol sequence', () => {
  it('has the points of SciPy', () => {
    const sequence = sobolSequence(256);
    const points = scipy.map((_, at) => sequence.point(8 + at));
    expect(points.map((point) => dimensions.map((at) => point[at]! * 2 ** 30))).to.deep.equal(scipy);
    const hash = createHash('sha256');
    for (let index = 0; index < 4096; index++) {
      hash.update(Uint32Array.from(sequence.point(index), (coordinate) => coordinate * 2 ** 32));
    }
    expect(hash.digest('hex')).to.equal(scipyChecksum);
  });

  const python = process.env.FORGE_SWEEP_PYTHON;
  if (python === undefined) {
    it('is not compared with an installed SciPy: FORGE_SWEEP_PYTHON names no Python with scipy');
  } else {
    it('has the points of the installed SciPy', () => {
      const script = [
        'import hashlib, scipy.stats',
        'points = scipy.stats.qmc.Sobol(256, scramble=False).random(4096)',
        'print(hashlib.sha256((points * 2**32).astype("<u4").tobytes()).hexdigest())',
      ];
      expect(execFileSync(python, ['-c', script.join('\n')], { encoding: 'utf8' }).trim()).to.equal(scipyChecksum);
    }).timeout(60_000);
  }

  it('stays a net when it is scrambled: each of 2^k points is in its own interval of each dimension', () => {
    for (const seed of [0, 1, 2]) {
      const sequence = sobolSequence(20, seed);
      const points = Array.from({ length: 256 }, (_, index) => sequence.point(index));
      for (let dimension = 0; dimension < 20; dimension++) {
        expect(new Set(points.map((point) => Math.floor(point[dimension]! * 256))).size).to.equal(256);
      }
      // The first two dimensions are a (0, m, 2)-net: every elementary box has one point.
      const boxes = points.map(([x, y]) => Math.floor(x! * 16) * 16 + Math.floor(y! * 16));
      expect(new Set(boxes).size).to.equal(256);
    }
  });

  it('differs by the seed, and not by the number of dimensions', () => {
    expect(sobolSequence(2, 1).point(5)).not.to.deep.equal(sobolSequence(2, 2).point(5));
    expect(sobolSequence(9, 1).point(5).slice(0, 2)).to.deep.equal(sobolSequence(2, 1).point(5));
  });

  it('is uniform at each place over the seeds', () => {
    const first = Array.from({ length: 4000 }, (_, seed) => sobolSequence(1, seed).point(3)[0]!);
    const counts = Array.from({ length: 10 }, (_, bin) => first.filter((x) => Math.floor(x * 10) === bin).length);
    // 400 ± 5 standard deviations.
    for (const count of counts) expect(count).to.be.within(305, 495);
  });
});

describe('sobolSampler', () => {
  it('gives the same trials for the same seed, whatever was asked before', () => {
    const space = resolveSpace({ rate: uniform(0, 1), name: choice('a', 'b', 'c') }, anyFlags);
    const sampler = () => sobolSampler({ space, directions: ['min'], seed: 3, options: {} });
    const all = Array.from({ length: 9 }, (_, at) => sampler().ask(at + 1));
    const one = sampler();
    expect(all).to.deep.equal(Array.from({ length: 9 }, (_, at) => one.ask(at + 1)));
    expect(new Set(all.map((values) => values!.name)).size).to.equal(3);
  });

  it('refuses more dimensions than it has, and options', async () => {
    const parameter: Parameter = { kind: 'integer', low: 0, high: 9, log: false, step: 1, when: null };
    const space = Object.fromEntries(Array.from({ length: 257 }, (_, at) => [`p${at}`, parameter]));
    const error = await failureOf(() => sobolSampler({ space, directions: ['min'], seed: 0, options: {} }));
    expect(error.message).to.include('at most 256 parameters, and the space has 257');
    const request = { space: {}, directions: ['min'], seed: 0, options: { scramble: true } } as const;
    expect(await failureOf(() => sobolSampler(request))).to.include({ code: 'OPTION_UNKNOWN' });
  });
});
