import { text } from '../../metrics/media/text.js';
import type { Run } from '../../run/run.js';
import { ForgeLibrary } from '../forge.js';

/**
 * Does one job, which writes into every file that a training keeps open: it prints a line and logs a text after each
 * step, after a pause in ms. Then prints the result. For the tests of jobs in several processes.
 */
const [file, index, pause] = [process.argv[2]!, Number(process.argv[3]), Number(process.argv[4] ?? 0)];
await using runner = await new ForgeLibrary({ argv: [] }).jobRunner();
let run: Run | undefined;
const still = new Int32Array(new SharedArrayBuffer(4));
const result = await runner.run(
  { file, index },
  {
    onRun: (started) => {
      run = started;
    },
    hooks: {
      step({ step, epoch }) {
        Atomics.wait(still, 0, 0, pause);
        process.stdout.write(`step ${step} by ${process.pid}\n`);
        run?.log({ step, epoch, split: 'notes', values: { note: text(`step ${step}`) } });
      },
    },
  },
);
process.stderr.write(`${JSON.stringify(result)}\n`);
