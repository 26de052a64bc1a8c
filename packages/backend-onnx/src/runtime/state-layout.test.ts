import { adam, type OptimizerSpec, sgd } from '@forge-ml/core/plugin';
import { formulas } from '@forge-ml/kernels';
import type { ParameterValue } from '@forge-ml/onnx/graph';
import { expect } from 'chai';
import { fitsKernels } from '../model/kernel-update.js';
import { layOut } from './state-layout.js';

const gib = 2 ** 30;

/** A parameter with so many bytes. */
function parameterOf(bytes: number, dtype = 'float32'): ParameterValue {
  return {
    name: 'w',
    dtype,
    initial: { dtype, shape: [bytes / 4], bytes: new Uint8Array() },
  } as unknown as ParameterValue;
}

function layoutOf(optimizer: OptimizerSpec, { initial: { shape } }: ParameterValue) {
  const slots = formulas[optimizer.formula].slots.map((slot) => `w/${slot}`);
  const values = ['w', ...slots].map((name) => ({ name, dtype: 'float32', shape, initial: 0 }) as const);
  const parameter = { name: 'w', gradient: 'gradient/w', slots, sum: undefined, average: undefined, constants: 0 };
  const plan = { formula: optimizer.formula, parameters: [parameter], batches: 1 };
  return layOut(values, { ...plan, clipValue: undefined, clipNorm: undefined });
}

describe('the memory of a state', () => {
  it('has at most 4 GiB for each parameter that kernels update', () => {
    for (const optimizer of [adam(0.1), sgd(0.1)]) {
      const tensors = 1 + 2 * (1 + formulas[optimizer.formula].slots.length);
      const most = Math.floor((4 * gib - 64) / tensors / 64) * 64;
      expect(fitsKernels({ optimizer, parameters: [parameterOf(most)], ema: undefined })).to.equal(true);
      expect(layoutOf(optimizer, parameterOf(most)).memories.every((bytes) => bytes <= 4 * gib)).to.equal(true);
      expect(fitsKernels({ optimizer, parameters: [parameterOf(most + 64)], ema: undefined })).to.equal(false);
    }
  });

  it('is counted with sums and averages', () => {
    const parameters = [parameterOf(0.5 * gib)];
    const fits = (accumulate: number, ema?: number) => {
      return fitsKernels({ optimizer: adam(0.1, { accumulate }), parameters, ema });
    };
    expect(fits(1)).to.equal(true);
    expect(fits(2)).to.equal(false);
    expect(fits(1, 0.9)).to.equal(false);
  });
});
