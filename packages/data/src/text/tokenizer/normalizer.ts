import { characterClass, controls, lowercase, marks, nonspacingMarks, normalize, strip } from './characters.js';
import { type Config, unsupported } from './config.js';
import { library } from './library.js';
import { precompiledNormalizer } from './precompiled.js';

export type Normalize = (text: string) => string;

/**
 * A normalizer of a tokenizer.json, as the reference implementation computes it.
 * @throws ForgeError DATA_INVALID for a type that it does not know
 */
export function normalizerOf(config: Config | null | undefined): Normalize {
  if (config === null || config === undefined) return (text) => text;
  switch (config.type) {
    case 'Sequence': {
      const steps = (config.normalizers as readonly Config[]).map(normalizerOf);
      return (text) => steps.reduce((normal, step) => step(normal), text);
    }
    case 'BertNormalizer':
      return bertNormalizer(config);
    case 'NFC':
    case 'NFD':
    case 'NFKC':
    case 'NFKD': {
      const form = config.type;
      return (text) => normalize(text, form);
    }
    case 'Lowercase':
      return lowercase;
    case 'StripAccents':
      return (text) => text.replace(everyMark, '');
    case 'Strip':
      return (text) => strip(text, config.strip_left === true, config.strip_right === true);
    case 'Prepend':
      return (text) => (text === '' ? '' : `${String(config.prepend)}${text}`);
    case 'Replace': {
      const replace = new library.ReplaceNormalizer(config);
      // A function: a replacement text would have its `$&` replaced.
      return (text) =>
        replace.pattern === null ? text : text.replaceAll(replace.pattern, () => String(config.content));
    }
    case 'Precompiled':
      return precompiledNormalizer(typeof config.precompiled_charsmap === 'string' ? config.precompiled_charsmap : '');
    case 'Nmt':
      return nmt;
    default:
      throw unsupported('normalizer', config.type);
  }
}

const everyMark = new RegExp(marks, 'gu');
const everyAccent = new RegExp(nonspacingMarks, 'gu');
const everyControl = new RegExp(controls, 'gu');
const ideographs =
  /[\u4E00-\u9FFF\u3400-\u4DBF\u{20000}-\u{2A6DF}\u{2A700}-\u{2B73F}\u{2B740}-\u{2B81F}\u{2B920}-\u{2CEAF}\uF900-\uFAFF\u{2F800}-\u{2FA1F}]/gu;

function bertNormalizer(config: Config): Normalize {
  const lower = config.lowercase === true;
  const accents = (config.strip_accents ?? lower) === true;
  return (text) => {
    let normal = text;
    if (config.clean_text !== false) normal = normal.replace(everyControl, '').replace(/\p{White_Space}/gu, ' ');
    if (config.handle_chinese_chars !== false) normal = normal.replace(ideographs, ' $& ');
    if (accents) normal = normalize(normal, 'NFD').replace(everyAccent, '');
    return lower ? lowercase(normal) : normal;
  };
}

/** Control characters removed, other spaces made spaces. */
function nmt(text: string): string {
  return text.replace(nmtControls, '').replace(nmtSpaces, ' ');
}

const nmtControls = new RegExp(characterClass('1-8 b e-1f 7f 8f 9f'), 'gu');
const nmtSpaces = new RegExp(characterClass('9-a c-d 1680 200b-200f 2028-2029 2581 feff fffd'), 'gu');
