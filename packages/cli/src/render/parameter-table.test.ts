import { parameterTable } from '@forge-ml/core';
import { expect } from 'chai';
import picocolors from 'picocolors';
import { textWidth } from '../terminal/text-width.js';
import { renderParameters } from './parameter-table.js';

const plain = picocolors.createColors(false);
const parameter = (name: string, shape: number[], trainable = true) => {
  return { name, dtype: 'float32' as const, shape, trainable };
};
const small = parameterTable([parameter('dense/kernel', [784, 128]), parameter('norm/mean', [128], false)]);

describe('renderParameters', () => {
  it('lists name, shape, count, whether it is trained, and size, with sums', () => {
    expect(renderParameters(small, plain, 100).split('\n')).to.deep.equal([
      'PARAMETER     SHAPE                COUNT             SIZE',
      'dense/kernel  float32[784, 128]  100,352  trained  401 kB',
      'norm/mean     float32[128]           128  frozen    512 B',
      'parameters  100,480 in 2 tensors  402 kB  trained 100,352 (99.9 %)  frozen 128 (0.13 %)',
    ]);
  });

  it('shows the first and last rows of a long model, and all where asked', () => {
    const long = parameterTable(Array.from({ length: 30 }, (_, at) => parameter(`layer${at}/w`, [10])));
    const lines = renderParameters(long, plain, 80).split('\n');
    expect(lines).to.have.length(1 + 5 + 1 + 3 + 1);
    expect(lines[6]).to.equal('… 22 more (--dry-run lists all)');
    expect(lines.at(-2)).to.match(/^layer29/);
    expect(renderParameters(long, plain, 80, true).split('\n')).to.have.length(1 + 30 + 1);
    expect(renderParameters(parameterTable([]), plain, 80)).to.equal('parameters  0 in 0 tensors  0 B');
  });

  it('counts a base that is no state as frozen, and no fingerprints', () => {
    const hash = {
      name: 'base/model.sha256',
      dtype: 'uint8' as const,
      shape: [32],
      trainable: false,
      fingerprint: true,
    };
    const table = parameterTable([parameter('lora_A', [8, 100]), hash], {
      tensors: 199,
      count: 799_200,
      bytes: 3_196_800,
    });
    expect(renderParameters(table, plain, 100).split('\n')).to.deep.equal([
      'PARAMETER  SHAPE            COUNT              SIZE',
      'lora_A     float32[8, 100]    800  trained  3.20 kB',
      'parameters  800,000 in 200 tensors  3.20 MB  trained 800 (0.10 %)  frozen 799,200 (99.9 %)',
    ]);
  });

  it('fits terminals of 40, 80 and 200 columns', () => {
    for (const columns of [40, 80, 200]) {
      for (const line of renderParameters(small, plain, columns).split('\n')) {
        expect(textWidth(line), line).to.be.at.most(columns);
      }
    }
  });
});
