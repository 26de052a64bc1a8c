import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';

const useAnEngine = `
  const { OnnxBackend } = await import(${JSON.stringify(new URL('../backend.js', import.meta.url))});
  await (await new OnnxBackend().start({ engine: 'cpu' })).dispose();
`;

describe("ONNX Runtime's telemetry", () => {
  let home: string;
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'forge-home-'));
  });
  afterEach(() => rm(home, { recursive: true }));

  it('is off: a run of an engine stores nothing about its user', async () => {
    const { ORT_DISABLE_TELEMETRY: _, XDG_CACHE_HOME: __, ...environment } = process.env;
    const env = { ...environment, HOME: home };
    execFileSync(process.execPath, ['--input-type=module', '-e', useAnEngine], { env });
    // Forge itself remembers there that it has tried the library.
    const stored = (await readdir(home, { recursive: true })).filter(
      (path) => !'.cache/forge/ort/'.startsWith(`${path}/`),
    );
    expect(stored.filter((path) => !path.startsWith('.cache/forge/ort/'))).to.deep.equal([]);
  });
});
