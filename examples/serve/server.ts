import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { Forge, ForgeError, isForgeError, type Row } from '@forge-ml/core';

// Answers rows with predictions, both as JSON: npx jiti examples/serve/server.ts results/tabular/1 8080
const run = await Forge.loadFromCheckpoint(process.argv[2]!, { data: false });
createServer(async (request, response) => {
  response.setHeader('content-type', 'application/json');
  try {
    if (!(Number(request.headers['content-length']) <= 1e6)) throw new ForgeError('USAGE', 'POST at most 1 MB.');
    response.end(JSON.stringify(await run.predictRows((await json(request).catch(() => null)) as Row[])));
  } catch (error) {
    response.writeHead(isForgeError(error) ? 400 : 500).end(JSON.stringify(error));
  }
}).listen(Number(process.argv[3]), 'localhost');
