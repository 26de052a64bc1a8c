import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { failureOf, useTemporaryFolder } from '../testing/temporary-folder.test.support.js';
import { tensor } from './tensor-data.js';
import { readTensorFile, writeTensorFile } from './tensor-file.js';

describe('tensor files', () => {
  const folder = useTemporaryFolder();
  const file = () => join(folder(), 'a.safetensors');

  it('are read as written, and replace an existing file', async () => {
    await writeTensorFile(file(), new Map([['old', tensor(new Float32Array(3))]]));
    const tensors = new Map([['x', tensor(new Int32Array([1, 2]), [2, 1])]]);
    await writeTensorFile(file(), tensors);
    expect(await readTensorFile(file())).to.deep.equal(tensors);
    expect(await readdir(folder())).to.deep.equal(['a.safetensors']);
  });

  it('report what is wrong with them', async () => {
    const missing = await failureOf(() => readTensorFile(file()));
    expect(missing).to.include({ code: 'FILE_SYSTEM', message: `Cannot read ${file()}: it does not exist.` });
    await writeFile(file(), 'a,b\n');
    const csv = await failureOf(() => readTensorFile(file()));
    expect(csv.code).to.equal('DATA_INVALID');
    expect(csv.message).to.include('4 bytes').and.to.include(file());
    expect(csv.hint).to.include('safetensors');
  });
});
