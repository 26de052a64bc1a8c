import { isObject } from '@forge-ml/core/plugin';

/** The content of tokenizer.json, or of tokenizer_config.json. */
export type JsonObject = Readonly<Record<string, unknown>>;

type Apply = (tokenizer: JsonObject, config: JsonObject) => JsonObject;

/**
 * A tokenizer.json with the options that its class in transformers 5 sets from tokenizer_config.json, and their defaults there:
 * `do_lower_case`, `strip_accents` and `tokenize_chinese_chars` of the classes like BERT's, `add_prefix_space` of those with
 * byte-level BPE or a Metaspace, `legacy` of Llama's, `do_lower_case` and `keep_accents` of ALBERT's. A part that tokenizer.json has not
 * is not added: `ignoredOptions` says so. Without a `tokenizer_class`, tokenizer.json counts, as there.
 */
export function withClassOptions(tokenizer: JsonObject, config: JsonObject): JsonObject {
  const name = String(config.tokenizer_class ?? '').replace(/Fast$/, '');
  return classes.get(name)?.(tokenizer, config) ?? tokenizer;
}

const bert =
  (lower: boolean): Apply =>
  (tokenizer, config) =>
    changed(tokenizer, 'normalizer', 'BertNormalizer', (part) => ({
      ...part,
      lowercase: optionOf(config, 'do_lower_case', lower),
      strip_accents: typeof config.strip_accents === 'boolean' ? config.strip_accents : null,
      handle_chinese_chars: optionOf(config, 'tokenize_chinese_chars', true),
    }));

const byteLevel =
  (prefix: boolean): Apply =>
  (tokenizer, config) =>
    // A sequence of pre-tokenizers is of a model of its own.
    isObject(tokenizer.pre_tokenizer) && tokenizer.pre_tokenizer.type === 'ByteLevel'
      ? changed(tokenizer, 'pre_tokenizer', 'ByteLevel', (part) => ({
          ...part,
          add_prefix_space: optionOf(config, 'add_prefix_space', prefix),
        }))
      : tokenizer;

const metaspace: Apply = (tokenizer, config) =>
  changed(tokenizer, 'pre_tokenizer', 'Metaspace', ({ add_prefix_space: _, ...part }) => ({
    ...part,
    prepend_scheme: optionOf(config, 'add_prefix_space', true) ? 'always' : 'never',
  }));

/** Tokenizers of Llama 2: whatever writes the spaces as `▁` there, is a Metaspace here. Other models have the class by mistake. */
const llama: Apply = (tokenizer, config) => {
  const { model, normalizer, pre_tokenizer: words } = tokenizer;
  const isSentencePiece = has(normalizer, 'Prepend') || has(normalizer, 'Replace') || has(words, 'Metaspace');
  if (!isObject(model) || model.byte_fallback !== true || !isSentencePiece) return tokenizer;
  const prefix = optionOf(config, 'add_prefix_space', true);
  const scheme = optionOf(config, 'legacy', false) ? 'always' : 'first';
  const decoders = [
    { type: 'Replace', pattern: { String: '▁' }, content: ' ' },
    { type: 'ByteFallback' },
    { type: 'Fuse' },
  ];
  return {
    ...tokenizer,
    model: { ...model, fuse_unk: true, unk_token: null },
    normalizer: null,
    pre_tokenizer: { type: 'Metaspace', replacement: '▁', prepend_scheme: prefix ? scheme : 'never', split: false },
    decoder: {
      type: 'Sequence',
      decoders: prefix ? [...decoders, { type: 'Strip', content: ' ', start: 1, stop: 0 }] : decoders,
    },
  };
};

const albert: Apply = (tokenizer, config) => {
  const accents = optionOf(config, 'keep_accents', false) ? [] : [{ type: 'NFKD' }, { type: 'StripAccents' }];
  const lower = optionOf(config, 'do_lower_case', true) ? [{ type: 'Lowercase' }] : [];
  const quotes = ['``', "''"].map((pattern) => ({ type: 'Replace', pattern: { String: pattern }, content: '"' }));
  const normalizers = [...quotes, ...accents, ...lower, ...partsOf(tokenizer.normalizer, 'Precompiled')];
  const model = isObject(tokenizer.model) ? { ...tokenizer.model, unk_id: 1 } : tokenizer.model;
  return metaspace({ ...tokenizer, model, normalizer: { type: 'Sequence', normalizers } }, config);
};

const classes: ReadonlyMap<string, Apply> = new Map(
  (
    [
      [
        'Bert DistilBert Electra ConvBert SqueezeBert MobileBert MPNet Funnel LayoutLM LayoutLMv2 Lxmert RoFormer Splinter',
        bert(true),
      ],
      ['DPRReader DPRContextEncoder DPRQuestionEncoder', bert(false)],
      ['GPT2 Roberta Bart LED Mvp Longformer Deberta GPTNeoX Whisper Luke MarkupLM CodeGen', byteLevel(false)],
      ['Blenderbot LayoutLMv3', byteLevel(true)],
      ['XLMRoberta Camembert Barthez BigBird XGLM', metaspace],
      ['Llama', llama],
      ['Albert FNet', albert],
    ] as const
  ).flatMap(([names, apply]) => names.split(' ').map((name) => [`${name}Tokenizer`, apply] as const)),
);

function optionOf(config: JsonObject, name: string, usual: boolean): boolean {
  const value = config[name];
  return typeof value === 'boolean' ? value : usual;
}

/** A tokenizer.json with other parts of a type in its normalizer or pre-tokenizer, also where it is a sequence of them. */
function changed(
  tokenizer: JsonObject,
  section: 'normalizer' | 'pre_tokenizer',
  type: string,
  change: (part: JsonObject) => JsonObject,
): JsonObject {
  const list = section === 'normalizer' ? 'normalizers' : 'pretokenizers';
  const walk = (part: unknown): unknown => {
    if (!isObject(part)) return part;
    if (part.type === type) return change(part);
    const parts = part[list];
    return Array.isArray(parts) ? { ...part, [list]: parts.map(walk) } : part;
  };
  return { ...tokenizer, [section]: walk(tokenizer[section]) };
}

/** The parts of a type in a normalizer or pre-tokenizer. */
function partsOf(section: unknown, type: string): JsonObject[] {
  if (!isObject(section)) return [];
  if (section.type === type) return [section];
  const parts = section.normalizers ?? section.pretokenizers;
  return Array.isArray(parts) ? parts.flatMap((part) => partsOf(part, type)) : [];
}

function has(section: unknown, type: string): boolean {
  return partsOf(section, type).length > 0;
}
