import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FileServer {
  readonly url: string;
  /** The requests: `/path`, followed by the range if there was one. */
  readonly requests: readonly string[];
}

export type Answer = (request: IncomingMessage, response: ServerResponse, rangeStart: number) => void;

/** Runs a test with an HTTP server on the loopback interface. */
export async function withServer(answer: Answer, test: (server: FileServer) => Promise<void>): Promise<void> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const range = request.headers.range;
    requests.push(range === undefined ? request.url! : `${request.url} ${range}`);
    answer(request, response, Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await test({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests });
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** Answers with the bytes of a file from the requested position. */
export function serve(bytes: Uint8Array): Answer {
  return (_request, response, start) => {
    response.writeHead(start === 0 ? 200 : 206, rangeHeaders(bytes, start));
    response.end(bytes.subarray(start));
  };
}

/** Sends the first bytes of the answer, then breaks the connection. */
export function cutAfter(bytes: Uint8Array, count: number): Answer {
  return (_request, response, start) => {
    response.writeHead(start === 0 ? 200 : 206, rangeHeaders(bytes, start));
    response.write(bytes.subarray(start, start + count), () => setTimeout(() => response.destroy(), 20));
  };
}

function rangeHeaders(bytes: Uint8Array, start: number): Record<string, string | number> {
  const length = { 'content-length': bytes.length - start };
  return start === 0 ? length : { ...length, 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` };
}
