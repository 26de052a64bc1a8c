import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
  '.json': 'application/json',
};

/** Serves the files of folders, by the first part of the path. `/` is an empty page. */
export async function serveFolders(folders: Readonly<Record<string, string>>): Promise<Server & { origin: string }> {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url!, 'http://localhost');
    const [, first = '', ...rest] = normalize(decodeURIComponent(pathname)).split('/');
    if (first === '')
      return void response.setHeader('content-type', 'text/html').end('<!doctype html><title>Test</title>');
    const folder = folders[first];
    const content = folder === undefined ? undefined : await readFile(join(folder, ...rest)).catch(() => undefined);
    if (content === undefined) return void response.writeHead(404).end();
    response.setHeader('content-type', types[extname(pathname)] ?? 'application/octet-stream').end(content);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return Object.assign(server, { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}
