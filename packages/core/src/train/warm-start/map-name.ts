import { ForgeError } from '../../errors/forge-error.js';

/** Renames the parameters of another run to those of this model. */
export interface NameMap {
  /** As the user wrote it: `backbone/*=encoder/*`. */
  readonly text: string;
  /** The new name; undefined for a name that the pattern does not match. */
  rename(name: string): string | undefined;
}

/**
 * Reads `--map`: `FROM=TO` pairs, comma-separated, with `*` for any characters, as often in TO as in FROM:
 * `backbone/*=encoder/*`.
 * @throws ForgeError FLAG_INVALID
 */
export function parseNameMaps(text: string): readonly NameMap[] {
  return text.split(',').map((pair) => {
    const [from = '', to = '', ...more] = pair.split('=').map((part) => part.trim());
    const [stars, places] = [from.split('*').length, to.split('*').length];
    if (from === '' || to === '' || more.length > 0 || stars !== places) throw invalidMap(pair.trim());
    const expression = new RegExp(`^${from.split('*').map(escapeExpression).join('(.*)')}$`, 's');
    const rename = (name: string): string | undefined => {
      const parts = expression.exec(name)?.slice(1);
      return parts && to.split('*').reduce((before, after, index) => `${before}${parts[index - 1]}${after}`);
    };
    return { text: pair.trim(), rename };
  });
}

function escapeExpression(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

function invalidMap(pair: string): ForgeError {
  return new ForgeError('FLAG_INVALID', `--map has ${JSON.stringify(pair)}, which is not FROM=TO.`, {
    about: 'map',
    hint: "Write --map 'backbone/*=encoder/*', with as many * on both sides; separate several by commas.",
  });
}
