import { openLibrary } from './open-library.js';
import { Ort } from './ort.js';

/** y = x + x over four float32: a model of ONNX's operator set 21. */
const model = Buffer.from(
  'CAoSDkBmb3JnZS1tbC9vbm54QgIQFTpAChUKAXgKAXgSAXkaBUFkZF8xIgNBZGQSBWdyYXBoWg8KAXgSCgoICAESBAoCCARiDwoBeRIKCggIARIECgIIBA==',
  'base64',
);

// Runs the model once over shared memory, as the first process on a machine that loads the library it is given.
const { api, env } = openLibrary(process.argv[2]!);
const ort = new Ort(api, env);
const session = ort.createSession(model);
const memory = new SharedArrayBuffer(256);
const [x, y] = [new Float32Array(memory, 64, 4), new Float32Array(memory, 128, 4)];
const tensor = ({ buffer, byteOffset, byteLength }: Float32Array) => {
  return { dtype: 'float32', shape: [4], bytes: new Uint8Array(buffer, byteOffset, byteLength) } as const;
};
const binding = session.bind();
binding.bindInput('x', tensor(x));
binding.bindOutput('y', tensor(y));
x.set([1, -2, 0.5, 3]);
binding.run();
ort.release();
if (y.join() !== '2,-4,1,6') {
  process.stderr.write(`1, -2, 0.5, 3 doubled is not ${y.join(', ')}\n`);
  process.exitCode = 1;
}
