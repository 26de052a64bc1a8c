import type { IncomingMessage } from 'node:http';
import { RequestGone } from './batcher.js';
import { HttpProblem } from './http-problem.js';
import type { Instance } from './served-model.js';

/** The examples of a request, and how they were given: the answer has the same form. */
export interface Examples {
  readonly instances: readonly Instance[];
  /** One example; a list of examples; `{ "instances": list }`. */
  readonly form: 'one' | 'list' | 'instances';
}

/** Reads the examples of a request. @throws HttpProblem */
export async function readExamples(incoming: IncomingMessage, mostBytes: number): Promise<Examples> {
  const body = parse(await readBody(incoming, mostBytes));
  if (Array.isArray(body)) return { instances: body, form: 'list' };
  if (typeof body !== 'object' || body === null) {
    const hint = 'GET / shows the inputs, and an example.';
    throw new HttpProblem(
      400,
      'INVALID',
      'The body is neither an example, nor a list, nor { "instances": [ … ] }.',
      hint,
    );
  }
  const { instances } = body as { readonly instances?: unknown };
  return Array.isArray(instances) ? { instances, form: 'instances' } : { instances: [body], form: 'one' };
}

/** By its events: iterating over it takes as long as a small model. */
function readBody(incoming: IncomingMessage, mostBytes: number): Promise<Buffer> {
  const tooLarge = () => {
    const hint = 'Send fewer examples at once, or start forge serve with a larger --max-body-mb.';
    return new HttpProblem(413, 'TOO_LARGE', `The body has more than ${mostBytes} bytes.`, hint);
  };
  return new Promise((resolve, reject) => {
    if (Number(incoming.headers['content-length'] ?? 0) > mostBytes) return reject(tooLarge());
    const parts: Buffer[] = [];
    let bytes = 0;
    const add = (part: Buffer) => {
      bytes += part.length;
      if (bytes <= mostBytes) return void parts.push(part);
      incoming.off('data', add);
      incoming.resume();
      reject(tooLarge());
    };
    incoming.on('data', add);
    incoming.once('end', () => resolve(parts.length === 1 ? parts[0]! : Buffer.concat(parts)));
    incoming.once('error', () => reject(new RequestGone()));
    incoming.once('close', () => {
      if (!incoming.complete) reject(new RequestGone());
    });
  });
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    const hint = 'GET / shows an example.';
    throw new HttpProblem(400, 'INVALID', `The body is not valid JSON: ${(error as Error).message}.`, hint);
  }
}
