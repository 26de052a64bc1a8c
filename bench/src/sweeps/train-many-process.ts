import { ForgeLibrary } from '@forge-ml/core';

/** `node train-many-process.js COUNT FLAGS…`: trains a run COUNT times, with different learning rates, in one process. */
const [count, ...argv] = process.argv.slice(2);
for (let trial = 0; trial < Number(count); trial++) {
  const rate = 10 ** (-3 + (2 * trial) / Number(count));
  const words = [...argv, '--run-name', 'many', `--learning-rate=${rate}`];
  const library = new ForgeLibrary({ directory: process.cwd(), argv: words, warn: () => undefined });
  await library.train(await library.config());
}
