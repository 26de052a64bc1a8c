import { ForgeError, isObject } from '@forge-ml/core/plugin';
import type { JsonObject } from './class-options.js';

interface TokenJson {
  readonly id?: number;
  readonly content: string;
  readonly lstrip: boolean;
  readonly rstrip: boolean;
  readonly single_word: boolean;
  readonly normalized: boolean;
  readonly special: boolean;
}

/** The tokens that transformers knows by name. */
const named = ['bos_token', 'eos_token', 'unk_token', 'sep_token', 'pad_token', 'cls_token', 'mask_token'];

/**
 * A tokenizer.json with the tokens that only tokenizer_config.json has, as transformers adds them: those of `added_tokens_decoder`, then
 * those with a name (`pad_token`), then `extra_special_tokens`. A token of the model's vocabulary keeps its id, and is found in texts
 * before they are split; a new one gets the next id.
 * @throws ForgeError DATA_INVALID naming the first token that tokenizer.json has by another id than the configuration
 */
export function withTokensOf(tokenizer: JsonObject, config: JsonObject, configFile: string): JsonObject {
  const { added_tokens: given, model } = tokenizer;
  const added = (Array.isArray(given) ? given : []).filter(isObject) as unknown as TokenJson[];
  const vocab = vocabularyOf(model);
  const byContent = new Map(added.map((token) => [token.content, token]));
  const decoder = isObject(config.added_tokens_decoder) ? config.added_tokens_decoder : {};
  let next = Math.max(vocab.size, ...added.map(({ id }) => id! + 1));
  const add = (token: TokenJson, expected?: number): void => {
    const { content } = token;
    if (content === '') return;
    const found = byContent.get(content);
    const id = found?.id ?? vocab.get(content) ?? next;
    if (expected !== undefined && id !== expected)
      throw otherId(expected, content, id === next ? undefined : id, configFile);
    byContent.set(content, { ...token, id });
    next = Math.max(next, id + 1);
  };
  for (const [id, token] of Object.entries(decoder)) add(tokenOf(token, false), Number(id));
  const rest = [...specialTokens(config)].map((token) => tokenOf(token, true));
  for (const token of rest) if (!byContent.has(token.content)) add(token);
  const tokens = [...byContent.values()].sort((a, b) => a.id! - b.id!);
  return tokens.length === 0 ? tokenizer : { ...tokenizer, added_tokens: tokens };
}

/** The tokens with a name, then those without. `special_tokens_map.json` writes the latter under an older word. */
function* specialTokens(config: JsonObject): Generator<unknown> {
  const { extra_special_tokens: extra, additional_special_tokens: older } = config;
  for (const name of named) if (isToken(config[name])) yield config[name];
  for (const [name, token] of Object.entries(config)) {
    if (name.endsWith('_token') && !named.includes(name) && isToken(token)) yield token;
  }
  const list = Array.isArray(extra) && extra.length === 0 ? older : (extra ?? older);
  for (const token of Array.isArray(list) ? list : Object.values(isObject(list) ? list : {})) {
    if (isToken(token)) yield token;
  }
}

function isToken(value: unknown): boolean {
  return typeof value === 'string' || (isObject(value) && typeof value.content === 'string');
}

function tokenOf(value: unknown, isSpecial: boolean): TokenJson {
  const token: JsonObject = isObject(value) ? value : { content: String(value) };
  const special = isSpecial || token.special === true;
  const flag = (name: string, usual: boolean) => (typeof token[name] === 'boolean' ? token[name] : usual);
  return {
    content: String(token.content),
    single_word: flag('single_word', false),
    lstrip: flag('lstrip', false),
    rstrip: flag('rstrip', false),
    normalized: flag('normalized', !special),
    special,
  };
}

/** The ids of the model's pieces. */
export function vocabularyOf(model: unknown): ReadonlyMap<string, number> {
  if (!isObject(model)) return new Map();
  if (Array.isArray(model.vocab)) {
    return new Map(model.vocab.map((piece, id) => [String(Array.isArray(piece) ? piece[0] : piece), id]));
  }
  return new Map(Object.entries(isObject(model.vocab) ? (model.vocab as Record<string, number>) : {}));
}

function otherId(expected: number, content: string, found: number | undefined, configFile: string): ForgeError {
  const other = found === undefined ? 'is not in tokenizer.json' : `is ${found} in tokenizer.json`;
  return new ForgeError('DATA_INVALID', `Token ${expected} of ${configFile}, ${JSON.stringify(content)}, ${other}.`, {
    about: configFile,
    hint: 'Take both files from one model, or save them again: AutoTokenizer.from_pretrained(FOLDER).save_pretrained(FOLDER).',
  });
}
