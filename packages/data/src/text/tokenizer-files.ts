import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ForgeError, isObject, type Json, messageOf } from '@forge-ml/core/plugin';
import type { Side } from './tokenizer/truncate.js';

/** What is stored of a tokenizer with a run: plain data, all that is needed to encode texts. */
export type TokenizerData = {
  /** The content of tokenizer.json. */
  readonly tokenizer: Json;
  readonly padId: number;
  /** The arrays that its model reads, by tokenizer_config.json; null where it does not say. */
  readonly inputs: readonly string[] | null;
  /** The longest text that its model reads; null where it is not known. */
  readonly maxLength: number | null;
  /** The end at which texts are cut, by tokenizer_config.json. Default: `right`. */
  readonly truncationSide?: Side;
  /** A Jinja template that writes messages as one text; null where there is none. */
  readonly chatTemplate: string | null;
  /** The texts of tokens that templates use: `bos_token` and others. */
  readonly tokens: { readonly [name: string]: string };
};

const mostBytes = 256 * 1024 * 1024;
/** Files say 10^30 where there is no limit. */
const longest = 1_000_000;

/**
 * Reads tokenizer.json, and what its folder has besides: tokenizer_config.json, special_tokens_map.json,
 * chat_template.jinja.
 * @param path the file, or its folder
 * @param onRead is called with the path of each file that is read
 * @throws ForgeError DATA_INVALID, FILE_SYSTEM naming the file
 */
export function readTokenizerFiles(path: string, onRead: (file: string) => void = () => {}): TokenizerData {
  const isFolder = existsSync(path) ? statSync(path).isDirectory() : !path.endsWith('.json');
  const file = isFolder ? join(path, 'tokenizer.json') : path;
  if (!existsSync(file)) throw noFile(file);
  const tokenizer = readObject(file, onRead);
  if (!isObject(tokenizer.model)) {
    throw new ForgeError('DATA_INVALID', `${file} is no tokenizer.json: it has no "model".`, {
      about: file,
      hint: 'Name the file tokenizer.json of the model, or the folder that it is in.',
    });
  }
  const beside = (name: string) => join(dirname(file), name);
  const optional = (name: string) => (existsSync(beside(name)) ? readObject(beside(name), onRead) : {});
  const config = { ...optional('special_tokens_map.json'), ...optional('tokenizer_config.json') };
  checkAddedTokens(tokenizer, config, beside('tokenizer_config.json'));
  const { model_max_length: most, model_input_names: inputs } = config;
  const { truncation, padding, ...rest } = tokenizer;
  const tokens = tokensOf(config);
  return {
    tokenizer: rest as Json,
    padId: padIdOf(tokenizer, tokens),
    inputs: Array.isArray(inputs) ? inputs.map(String) : null,
    maxLength: typeof most === 'number' && most > 0 && most <= longest ? most : null,
    chatTemplate: chatTemplateOf(config, beside('chat_template.jinja'), onRead),
    tokens,
    ...(config.truncation_side === 'left' && { truncationSide: 'left' }),
  };
}

/**
 * transformers adds tokens that only tokenizer_config.json has: a file without them would split their texts.
 * @throws ForgeError DATA_INVALID naming the first token that tokenizer.json has not, or by another id
 */
function checkAddedTokens(
  { added_tokens: added, model }: Readonly<Record<string, unknown>>,
  { added_tokens_decoder: decoder }: Readonly<Record<string, unknown>>,
  configFile: string,
): void {
  if (!isObject(decoder)) return;
  const ids = new Map<unknown, unknown>(isObject(model) && isObject(model.vocab) ? Object.entries(model.vocab) : []);
  if (isObject(model) && Array.isArray(model.vocab)) {
    for (const [id, piece] of model.vocab.entries()) ids.set(Array.isArray(piece) ? piece[0] : piece, id);
  }
  for (const token of Array.isArray(added) ? added : []) if (isObject(token)) ids.set(token.content, token.id);
  for (const [id, token] of Object.entries(decoder)) {
    const content = isObject(token) ? token.content : token;
    const found = ids.get(content);
    if (found === Number(id)) continue;
    const other = found === undefined ? 'is not in tokenizer.json' : `is ${String(found)} in tokenizer.json`;
    throw new ForgeError('DATA_INVALID', `Token ${id} of ${configFile}, ${JSON.stringify(content)}, ${other}.`, {
      about: configFile,
      hint: 'Take both files from one model, or save them again: AutoTokenizer.from_pretrained(FOLDER).save_pretrained(FOLDER).',
    });
  }
}

/** The tokens that a configuration names, as text or as an object with `content`. */
function tokensOf(config: Readonly<Record<string, unknown>>): Record<string, string> {
  const tokens: Record<string, string> = {};
  for (const [name, value] of Object.entries(config)) {
    if (!name.endsWith('_token')) continue;
    const text = isObject(value) ? value.content : value;
    if (typeof text === 'string') tokens[name] = text;
  }
  return tokens;
}

/** Padded places are masked: without a token for it, any will do. */
function padIdOf(tokenizer: Readonly<Record<string, unknown>>, tokens: Readonly<Record<string, string>>): number {
  const { padding, added_tokens: added, model } = tokenizer;
  if (isObject(padding) && Number.isSafeInteger(padding.pad_id)) return padding.pad_id as number;
  const list = (Array.isArray(added) ? added : []) as readonly { readonly id: number; readonly content: string }[];
  const idOf = (token: string | undefined): number | undefined => {
    if (token === undefined) return undefined;
    const vocab = (model as { readonly vocab?: unknown }).vocab;
    const inModel = isObject(vocab) && Object.hasOwn(vocab, token) ? (vocab[token] as number) : undefined;
    return list.find(({ content }) => content === token)?.id ?? inModel;
  };
  for (const token of [tokens.pad_token, '[PAD]', '<pad>', tokens.eos_token]) {
    const id = idOf(token);
    if (id !== undefined) return id;
  }
  return 0;
}

/** One template, or several by name, of which one is called `default`. */
function chatTemplateOf(
  config: Readonly<Record<string, unknown>>,
  file: string,
  onRead: (file: string) => void,
): string | null {
  const { chat_template: template } = config;
  if (typeof template === 'string') return template;
  if (Array.isArray(template)) {
    const named = template as readonly { readonly name?: unknown; readonly template?: unknown }[];
    const found = named.find(({ name }) => name === 'default') ?? named[0];
    if (typeof found?.template === 'string') return found.template;
  }
  return existsSync(file) ? readText(file, onRead) : null;
}

function readObject(file: string, onRead: (file: string) => void): Readonly<Record<string, unknown>> {
  const text = readText(file, onRead);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ForgeError('DATA_INVALID', `${file} is no JSON: ${messageOf(error)}`, { about: file, cause: error });
  }
  if (isObject(value)) return value;
  throw new ForgeError('DATA_INVALID', `${file} has no JSON object.`, { about: file });
}

function readText(file: string, onRead: (file: string) => void): string {
  onRead(file);
  try {
    if (statSync(file).size <= mostBytes) return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ForgeError('FILE_SYSTEM', `${file} cannot be read: ${messageOf(error)}`, { about: file, cause: error });
  }
  throw new ForgeError('DATA_INVALID', `${file} has more than ${mostBytes} bytes.`, { about: file });
}

function noFile(file: string): ForgeError {
  const name = basename(file);
  return new ForgeError('DATA_INVALID', `There is no tokenizer ${file}.`, {
    about: file,
    hint: `Download ${name} of the model, with tokenizer_config.json, into the folder ${dirname(file)}. Models with only vocab.txt or a SentencePiece file have to be saved by transformers first: AutoTokenizer.from_pretrained(NAME).save_pretrained(FOLDER).`,
  });
}
