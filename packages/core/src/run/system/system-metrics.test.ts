import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import type { Stats } from '../../backend/backend.js';
import { useTemporaryFolder } from '../../testing/temporary-folder.test.support.js';
import { CpuMeter } from './cpu-usage.js';
import { findGpus, parseNvidia } from './gpu-usage.js';
import { SystemMetrics } from './system-metrics.js';

describe('system metrics', () => {
  const folder = useTemporaryFolder();

  it('measure the processor between two calls', () => {
    const meter = new CpuMeter();
    const end = performance.now() + 200;
    while (performance.now() < end);
    const busy = meter.read();
    expect(busy.process).to.be.within(20, 1000);
    expect(busy.machine).to.be.within(0.1, 100);
  });

  it('are logged at an interval until they are stopped', async () => {
    const logged: Stats[] = [];
    const metrics = new SystemMetrics(folder(), (values) => logged.push(values));
    metrics.start(20);
    while (logged.length < 3) await delay(10);
    metrics.stop();
    const { length } = logged;
    await delay(100);
    expect(logged.length).to.equal(length);
    for (const values of logged) {
      expect(values).to.include.keys('cpu.process', 'cpu.machine', 'memory.process', 'memory.free', 'disk.free');
      expect(Object.values(values).every(Number.isFinite)).to.equal(true);
      expect(values['memory.process']).to.be.greaterThan(1e6);
    }
  });

  it('omit the disk of a folder that is gone', async () => {
    const values = await new SystemMetrics(join(folder(), 'missing'), () => undefined).read();
    expect(values).to.not.have.property('disk.free');
  });

  it("read what NVIDIA's tool prints, without what a GPU does not tell", () => {
    expect(parseNvidia('93, 40960, 512.25, 61\n0, 0, [N/A], 30\n')).to.deep.equal([
      { utilization: 93, memory: 40960 * 2 ** 20, power: 512.25, temperature: 61 },
      { utilization: 0, memory: 0, temperature: 30 },
    ]);
    expect(parseNvidia('No devices were found\n')).to.deep.equal([]);
  });

  it("read the files of AMD's driver", async function () {
    if ((await findGpus(join(folder(), 'none'))) !== undefined) {
      console.log('      skipped: this machine has an NVIDIA GPU, which is read first');
      this.skip();
    }
    const card = join(folder(), 'card1/device');
    await mkdir(card, { recursive: true });
    await mkdir(join(folder(), 'card0/device'), { recursive: true });
    await writeFile(join(card, 'gpu_busy_percent'), '37\n');
    await writeFile(join(card, 'mem_info_vram_used'), '1048576\n');
    const read = await findGpus(folder());
    expect(await read?.()).to.deep.equal([{ utilization: 37, memory: 1048576 }]);
  });
});
