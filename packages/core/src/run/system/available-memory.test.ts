import { expect } from 'chai';
import { availableMemory } from './available-memory.js';

const machine = { '/proc/meminfo': 'MemTotal:       24000000 kB\nMemAvailable:   8000000 kB\n' };
const reading = (files: Readonly<Record<string, string>>) => (path: string) => files[path];

describe('availableMemory', () => {
  it('is what the machine has available', () => {
    expect(availableMemory({}, reading(machine))).to.deep.equal({ bytes: 8_192_000_000, by: 'machine' });
  });

  it('is what the control groups leave, without file caches', () => {
    const files = {
      ...machine,
      '/proc/self/cgroup': '0::/user/job\n',
      '/sys/fs/cgroup/user/job/memory.max': 'max\n',
      '/sys/fs/cgroup/user/job/memory.current': '500000\n',
      '/sys/fs/cgroup/user/memory.max': '2000000\n',
      '/sys/fs/cgroup/user/memory.current': '1500000\n',
      '/sys/fs/cgroup/user/memory.stat': 'anon 1\ninactive_file 300000\nactive_file 100000\n',
    };
    expect(availableMemory({}, reading(files))).to.deep.equal({ bytes: 900_000, by: 'control group' });
  });

  it('knows control groups of version 1', () => {
    const files = {
      ...machine,
      '/proc/self/cgroup': '4:memory:/job\n0::/\n',
      '/sys/fs/cgroup/memory/job/memory.limit_in_bytes': '2000000\n',
      '/sys/fs/cgroup/memory/job/memory.usage_in_bytes': '1500000\n',
      '/sys/fs/cgroup/memory/job/memory.stat': 'total_inactive_file 300000\n',
      '/sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712\n',
      '/sys/fs/cgroup/memory/memory.usage_in_bytes': '1500000\n',
    };
    expect(availableMemory({}, reading(files))).to.deep.equal({ bytes: 800_000, by: 'control group' });
  });

  it('is what the setting says', () => {
    expect(availableMemory({ FORGE_MEMORY_LIMIT: '2GB' })).to.deep.equal({ bytes: 2e9, by: 'setting' });
    expect(availableMemory({ FORGE_MEMORY_LIMIT: 'none' })).to.equal(undefined);
    expect(() => availableMemory({ FORGE_MEMORY_LIMIT: 'much' })).to.throw(/"much", which is no size/);
  });
});
