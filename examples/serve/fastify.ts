import { Forge, isForgeError, type Row } from '@forge-ml/core';
import fastify from 'fastify';

// The same with a framework: npx jiti examples/serve/fastify.ts results/tabular/1 8080
const run = await Forge.loadFromCheckpoint(process.argv[2]!, { data: false });
const server = fastify({ bodyLimit: 1e6 });

server.post<{ Body: Row[] }>('/predict', ({ body }) => run.predictRows(body));

server.get('/health', async () => ({ status: 'ok', step: run.step }));

server.setErrorHandler<Error & { statusCode?: number }>((error, _request, reply) => {
  if (isForgeError(error)) return reply.code(400).send(error.toJSON());
  return reply.code(error.statusCode ?? 500).send({ message: error.message });
});

server.addHook('onClose', () => run.dispose());
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void server.close());
await server.listen({ port: Number(process.argv[3]) });
