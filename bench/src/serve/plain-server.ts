import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { InferenceSession, Tensor } from 'onnxruntime-node';

// The least that answers: node plain-server.js MODEL.onnx [THREADS]. Prints its URL.
const [model, threads] = process.argv.slice(2) as [string, string | undefined];
const options = threads === undefined ? {} : { intraOpNumThreads: Number(threads) };
const session = await InferenceSession.create(model, options);
const [name] = session.inputNames as [string];
const [output] = session.outputNames as [string];

const server = createServer(async (request, response) => {
  const { [name]: array } = (await json(request)) as Record<string, number[][][]>;
  const values = Float32Array.from(array!.flat(2));
  const { [output]: scores } = await session.run({ [name]: new Tensor('float32', values, [1, 28, 28, 1]) });
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ [output]: Array.from(scores!.data as Float32Array) }));
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}/\n`);
});
