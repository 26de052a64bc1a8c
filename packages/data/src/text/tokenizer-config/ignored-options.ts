import type { Config } from '../tokenizer/config.js';
import { normalizerOf } from '../tokenizer/normalizer.js';
import { preTokenizerOf } from '../tokenizer/pre-tokenizer.js';
import { templatesOf } from '../tokenizer/special-tokens.js';
import { vocabularyOf } from './added-tokens.js';
import type { JsonObject } from './class-options.js';

/**
 * The options of tokenizer_config.json that say something else than what the tokenizer does: transformers ignores them where there is a
 * tokenizer.json, too, except `padding_side`. It is found by trying, whatever parts a tokenizer has.
 * @param tokenizer the content of tokenizer.json, with all that counts of the configuration
 * @returns a sentence for each of them
 */
export function ignoredOptions(tokenizer: JsonObject, config: JsonObject): string[] {
  const part = (name: string) => tokenizer[name] as Config | null | undefined;
  const normalize = normalizerOf(part('normalizer'));
  const { single } = templatesOf(part('post_processor'));
  const first = (text: string) =>
    preTokenizerOf(part('pre_tokenizer'))({ text: normalize(text), first: true })[0]?.text;
  const idsOf = (at: number): readonly number[] => {
    const found = single.at(at);
    return found !== undefined && 'ids' in found ? found.ids : [];
  };
  const ids = idsByContent(tokenizer);
  const has = (tokens: readonly number[], name: string): boolean => {
    const id = ids.get(contentOf(config[name]) ?? '');
    return id === undefined ? tokens.length > 0 : tokens.includes(id);
  };
  const does: Readonly<Record<string, () => boolean>> = {
    add_bos_token: () => has(idsOf(0), 'bos_token'),
    add_eos_token: () => has(idsOf(-1), 'eos_token'),
    add_prefix_space: () => /^[ Ġ▁]/u.test(first('a') ?? ''),
    do_lower_case: () => normalize('A') === normalize('a'),
    strip_accents: () => !normalize('é').normalize('NFD').includes('\u0301'),
    tokenize_chinese_chars: () => normalize('a中a').length > 3,
  };
  const ignored = Object.entries(does).flatMap(([name, test]) => {
    const said = config[name];
    return typeof said === 'boolean' && test() !== said
      ? [`${name}: ${said} has no effect: tokenizer.json, which counts, says otherwise`]
      : [];
  });
  if (config.padding_side !== 'left') return ignored;
  return [...ignored, 'padding_side: "left" has no effect: batches are padded at the end, and masked there'];
}

function contentOf(token: unknown): string | undefined {
  return typeof token === 'object' && token !== null
    ? String((token as JsonObject).content)
    : (token as string | undefined);
}

function idsByContent({ model, added_tokens: added }: JsonObject): ReadonlyMap<string, number> {
  const tokens = (Array.isArray(added) ? added : []) as readonly { readonly id: number; readonly content: string }[];
  return new Map([...vocabularyOf(model), ...tokens.map(({ content, id }) => [content, id] as const)]);
}
