import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '@forge-ml/core/plugin';
import { floats, identityModel, longModel, tensorIn } from './models.test.support.js';
import { openOrt } from './open-ort.js';

/** What a worker thread of the tests does with a session of its own. */
export interface ThreadOrder {
  readonly task: 'run many' | 'run long' | 'leave all';
  readonly value: number;
}

const { task, value } = workerData as ThreadOrder;
const ort = openOrt();
if (task === 'run many') {
  const binding = ort.createSession(identityModel()).bind();
  const [x, y] = [tensorIn([1]), tensorIn([1])];
  binding.bindInput('x', x);
  binding.bindOutput('y', y);
  let wrong = 0;
  for (let run = 0; run < 5000; run++) {
    floats(x)[0] = value + run;
    binding.run();
    if (floats(y)[0] !== value + run) wrong++;
  }
  ort.release();
  parentPort!.postMessage({ wrong });
}
if (task === 'run long') {
  const size = 512;
  const binding = ort.createSession(longModel(size, 2000)).bind();
  binding.bindInput('x', tensorIn([size, size]));
  binding.bindOutput('y', tensorIn([size, size]));
  const options = ort.createRunOptions();
  parentPort!.postMessage({ handle: options.handle });
  let error: unknown;
  try {
    binding.run(options);
  } catch (thrown) {
    error = thrown;
  }
  ort.release();
  parentPort!.postMessage({ message: messageOf(error), code: (error as { code?: string } | undefined)?.code });
}
if (task === 'leave all') {
  const binding = ort.createSession(identityModel(), { threads: 2 }).bind();
  binding.bindInput('x', tensorIn([1]));
  binding.bindOutputToDevice('y');
  binding.run();
  parentPort!.postMessage({ values: binding.outputs().size });
}
