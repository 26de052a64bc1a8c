import { type Config, unsupported } from './config.js';

/** What is put around the tokens of a text: tokens of its own, and the texts; with their type ids. */
export type Template = readonly (
  | { readonly ids: readonly number[]; readonly type: number }
  | { readonly text: 0 | 1; readonly type: number }
)[];

export interface Templates {
  /** For one text, and for a pair of texts. */
  readonly single: Template;
  readonly pair: Template;
}

const plain: Templates = {
  single: [{ text: 0, type: 0 }],
  pair: [
    { text: 0, type: 0 },
    { text: 1, type: 1 },
  ],
};

/**
 * The special tokens of a tokenizer.json: its `post_processor`.
 * @throws ForgeError DATA_INVALID for a type that is not known
 */
export function templatesOf(config: Config | null | undefined): Templates {
  if (config === null || config === undefined) return plain;
  switch (config.type) {
    // It corrects offsets, which are not used here.
    case 'ByteLevel':
      return plain;
    case 'Sequence': {
      const parts = (config.processors as readonly Config[]).map(templatesOf).filter((part) => part !== plain);
      if (parts.length > 1) throw unsupported('post-processor', 'Sequence of several templates');
      return parts[0] ?? plain;
    }
    case 'BertProcessing': {
      const [cls, sep] = clsAndSep(config);
      const single: Template = [
        { ids: cls, type: 0 },
        { text: 0, type: 0 },
        { ids: sep, type: 0 },
      ];
      return { single, pair: [...single, { text: 1, type: 1 }, { ids: sep, type: 1 }] };
    }
    case 'RobertaProcessing': {
      const [cls, sep] = clsAndSep(config);
      const single: Template = [
        { ids: cls, type: 0 },
        { text: 0, type: 0 },
        { ids: sep, type: 0 },
      ];
      // Every token is of the type 0, also those of the second text.
      return { single, pair: [...single, { ids: sep, type: 0 }, { text: 1, type: 0 }, { ids: sep, type: 0 }] };
    }
    case 'TemplateProcessing': {
      const special = config.special_tokens as Readonly<Record<string, { readonly ids: readonly number[] }>>;
      return { single: templateOf(config.single, special), pair: templateOf(config.pair, special) };
    }
    default:
      throw unsupported('post-processor', config.type);
  }
}

/** How many special tokens a template adds. */
export function specialsIn(template: Template): number {
  return template.reduce((sum, part) => sum + ('ids' in part ? part.ids.length : 0), 0);
}

function clsAndSep(config: Config): [cls: readonly number[], sep: readonly number[]] {
  const [, cls] = config.cls as [string, number];
  const [, sep] = config.sep as [string, number];
  return [[cls], [sep]];
}

type Piece =
  | { readonly SpecialToken: { readonly id: string; readonly type_id: number } }
  | { readonly Sequence: { readonly id: 'A' | 'B'; readonly type_id: number } };

function templateOf(pieces: unknown, special: Readonly<Record<string, { readonly ids: readonly number[] }>>): Template {
  return (pieces as readonly Piece[]).map((piece) => {
    if ('Sequence' in piece) return { text: piece.Sequence.id === 'A' ? 0 : 1, type: piece.Sequence.type_id } as const;
    const { id, type_id: type } = piece.SpecialToken;
    const ids = special[id]?.ids;
    if (ids === undefined) throw unsupported('post-processor with a special token without ids', id);
    return { ids, type };
  });
}
