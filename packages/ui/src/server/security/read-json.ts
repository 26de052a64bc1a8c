import { ApiProblem } from './api-problem.js';

/** Most bytes of a body. */
const mostBytes = 64 * 1024;

/** The JSON of a request's body. @throws ApiProblem TOO_LARGE, INVALID, NOT_JSON */
export async function readJson(request: Request): Promise<unknown> {
  const type = request.headers.get('content-type') ?? '';
  // A form of another site can send neither this type nor, therefore, a request that changes something.
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    throw new ApiProblem(415, 'NOT_JSON', 'The body must be JSON, with the type application/json.');
  }
  const tooLarge = new ApiProblem(413, 'TOO_LARGE', `The body has more than ${mostBytes} bytes.`);
  if (Number(request.headers.get('content-length') ?? 0) > mostBytes) throw tooLarge;
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of request.body ?? []) {
    bytes += part.length;
    if (bytes > mostBytes) throw tooLarge;
    parts.push(part);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8'));
  } catch {
    throw new ApiProblem(400, 'INVALID', 'The body is not valid JSON.');
  }
}
