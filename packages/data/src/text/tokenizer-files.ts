import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ForgeError, isObject, type Json, messageOf } from '@forge-ml/core/plugin';
import { typeOf } from './tokenizer/model.js';
import type { Side } from './tokenizer/truncate.js';
import { vocabularyOf, withTokensOf } from './tokenizer-config/added-tokens.js';
import { type JsonObject, withClassOptions } from './tokenizer-config/class-options.js';
import { ignoredOptions } from './tokenizer-config/ignored-options.js';

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
  /** Whether special tokens in a text are encoded as any text, by `split_special_tokens`. Default: false. */
  readonly splitSpecialTokens?: boolean;
  /** Whether decoding removes the spaces before punctuation, by `clean_up_tokenization_spaces`. Default: false. */
  readonly cleanUp?: boolean;
  /** A Jinja template that writes messages as one text; null where there is none. */
  readonly chatTemplate: string | null;
  /** The texts of tokens that templates use: `bos_token` and others. */
  readonly tokens: { readonly [name: string]: string };
};

const mostBytes = 256 * 1024 * 1024;

/**
 * Reads tokenizer.json, and what its folder has besides: tokenizer_config.json, special_tokens_map.json,
 * chat_template.jinja.
 * @param path the file, or its folder
 * @param onRead is called with the path of each file that is read
 * @param onIgnored is called with a sentence for each option that has no effect
 * @throws ForgeError DATA_INVALID, FILE_SYSTEM naming the file
 */
export function readTokenizerFiles(
  path: string,
  onRead: (file: string) => void = () => {},
  onIgnored: (message: string) => void = () => {},
): TokenizerData {
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
  const config = withTokenMap(optional('tokenizer_config.json'), () => optional('special_tokens_map.json'));
  const { truncation, padding, ...rest } = withTokensOf(
    withClassOptions(tokenizer, config),
    config,
    beside('tokenizer_config.json'),
  );
  const { model_max_length: most = config.max_len, model_input_names: inputs } = config;
  const tokens = tokensOf(config);
  const side = sideOf(config, truncation, beside('tokenizer_config.json'));
  for (const ignored of ignoredOptions(rest, { ...paddingOf(padding), ...config })) {
    onIgnored(`${beside('tokenizer_config.json')}: ${ignored}.`);
  }
  return {
    tokenizer: rest as Json,
    padId: padIdOf({ ...rest, padding }, tokens),
    inputs: Array.isArray(inputs) ? inputs.map(String) : null,
    maxLength: Number.isSafeInteger(most) && (most as number) > 0 ? (most as number) : null,
    chatTemplate: chatTemplateOf(config, beside('chat_template.jinja'), onRead),
    tokens,
    ...(side === 'left' && { truncationSide: 'left' as const }),
    ...(config.split_special_tokens === true && { splitSpecialTokens: true }),
    ...(cleansUp(config, rest.model) && { cleanUp: true }),
  };
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

/** Configurations without `added_tokens_decoder` have their tokens in special_tokens_map.json, which counts more then. */
function withTokenMap(config: JsonObject, readMap: () => JsonObject): JsonObject {
  return config.added_tokens_decoder === undefined ? { ...config, ...readMap() } : config;
}

/** @throws ForgeError DATA_INVALID */
function sideOf({ truncation_side: said }: JsonObject, truncation: unknown, configFile: string): Side {
  // tokenizer.json writes sides with a capital.
  const usual = isObject(truncation) ? String(truncation.direction).toLowerCase() : 'right';
  const side = said ?? usual;
  if (side === 'left' || side === 'right') return side;
  throw new ForgeError('DATA_INVALID', `truncation_side of ${configFile} is ${JSON.stringify(side)}.`, {
    about: configFile,
    hint: 'It is "left" or "right".',
  });
}

/** The side of padding in tokenizer.json, where tokenizer_config.json has none. */
function paddingOf(padding: unknown): JsonObject {
  return isObject(padding) ? { padding_side: String(padding.direction).toLowerCase() } : {};
}

/** transformers cleans up what BPE models decode only where a second option insists. */
function cleansUp(config: JsonObject, model: unknown): boolean {
  const isBpe = isObject(model) && typeOf(model) === 'BPE';
  const insists = config.clean_up_tokenization_spaces_for_bpe_even_though_it_will_corrupt_output === true;
  return config.clean_up_tokenization_spaces === true && (!isBpe || insists);
}

/** Padded places are masked: without a token for it, any will do. */
function padIdOf(
  { padding, added_tokens: added, model }: JsonObject,
  tokens: Readonly<Record<string, string>>,
): number {
  const list = (Array.isArray(added) ? added : []) as readonly { readonly id: number; readonly content: string }[];
  const vocab = vocabularyOf(model);
  const idOf = (token: string | undefined): number | undefined =>
    token === undefined ? undefined : (list.find(({ content }) => content === token)?.id ?? vocab.get(token));
  const named = idOf(tokens.pad_token);
  if (named !== undefined) return named;
  if (isObject(padding) && Number.isSafeInteger(padding.pad_id)) return padding.pad_id as number;
  for (const token of ['[PAD]', '<pad>', tokens.eos_token]) {
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
  // The file counts more than the configuration.
  if (existsSync(file)) return readText(file, onRead);
  const { chat_template: template } = config;
  if (typeof template === 'string') return template;
  if (Array.isArray(template)) {
    const named = template as readonly { readonly name?: unknown; readonly template?: unknown }[];
    const found = named.find(({ name }) => name === 'default') ?? named[0];
    if (typeof found?.template === 'string') return found.template;
  }
  return null;
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
