import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { forge } from './forge-process.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const file = 'examples/finetune/model.onnx';

describe('forge onnx show', () => {
  it('prints what is in a file, as text and as JSON', async () => {
    const { status, stdout, stderr } = await forge(['onnx', 'show', file], { cwd: root });
    expect([status, stderr]).to.deep.equal([0, '']);
    expect(stdout).to.include('pixels  float32[batch, 1, 28, 28]').and.to.include('Conv 2');
    const json = await forge(['onnx:show', file, '--json'], { cwd: root });
    const shown = JSON.parse(json.stdout) as { readonly parameters: readonly object[]; readonly problem: unknown };
    expect([shown.parameters.length, shown.problem]).to.deep.equal([14, null]);
  });

  it('is in the topic onnx, with grad', async () => {
    const { stdout } = await forge(['onnx', '--help'], { cwd: root });
    expect(stdout)
      .to.match(/^ {2}onnx show +\S/m)
      .and.to.match(/^ {2}onnx grad +\S/m);
    const wrong = await forge(['onnx', 'show', 'package.json'], { cwd: root });
    expect([wrong.status === 0, wrong.stderr.includes('package.json: This is not an ONNX model')]).to.deep.equal([
      false,
      true,
    ]);
  });
});
