import { expect } from 'chai';
import { makeFolder, removeFolder } from '../cli/folder.js';
import { slice } from './variants/cases.js';
import { compare, misses, missingReason } from './variants/compare.js';
import { tableOf } from './variants/table.js';

const python = process.env.FORGE_TORCH_PYTHON;

/** A slice; `npm run variants` has all architectures. */
describe('fine-tuning files of exporters, quantized, fused and of half precision, beside PyTorch', function () {
  this.timeout(900_000);
  const reason = missingReason(python);
  if (reason !== undefined) {
    it(`is skipped: ${reason}`);
    return;
  }

  it('has the gradients of PyTorch, a loss that falls, and exports that ONNX Runtime runs', async () => {
    const folder = await makeFolder();
    try {
      const findings = await compare(python!, folder, slice);
      console.log(tableOf(findings).replace(/^/gm, '      '));
      expect(findings.flatMap((finding) => misses(finding).map((miss) => `${finding.name}: ${miss}`))).to.deep.equal(
        [],
      );
      expect(findings.filter(({ skipped }) => skipped === undefined)).to.not.have.length(0);
    } finally {
      await removeFolder(folder);
    }
  });
});
