import { printableText, shellWord } from '@forge-ml/core/text';
import type { ServedModel } from './served-model.js';

/** A command for a shell that asks the server; undefined where an example would be too large to type. */
export function curlCommand({ example }: ServedModel, url: string): string {
  const isShown = !JSON.stringify(example).includes('null');
  const data = isShown ? shellWord(JSON.stringify(example)) : '@example.json';
  return `curl ${url}predict -H 'content-type: application/json' -d ${data}`;
}

/** What `GET /` shows. @param url of the server, with a slash at its end */
export function describeServer(model: ServedModel, url: string): string {
  const { name, takes, inputs } = model;
  const width = Math.max(0, ...inputs.map((input) => printableText(input.name).length));
  const rows = inputs.map((input) => `  ${printableText(input.name).padEnd(width)}  ${printableText(input.type)}`);
  const what =
    takes === 'rows'
      ? 'An example is an object with a value for each column; null is a missing value.'
      : 'An example is an object with an array for each input, as nested lists of numbers.';
  return `${printableText(name)}

POST /predict  one example, a list of examples, or { "instances": [ … ] }
GET  /health   whether the server answers

${what}
${rows.join('\n')}

${printableText(curlCommand(model, url))}
`;
}
