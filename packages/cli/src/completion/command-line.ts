import type { CommandModel, FlagModel } from './command-model.js';

/** A command line up to the word that is being completed. */
export interface UnfinishedLine {
  /** The id of the command so far: `runs` or `runs:show`; empty if there is none yet. */
  readonly id: string;
  readonly command: CommandModel | undefined;
  /** The words before the current one that are not flags or their values. */
  readonly words: readonly string[];
  /** The values of the flags before the current word. */
  readonly values: ReadonlyMap<string, string>;
  /** The flag whose value the current word is. */
  readonly valueOf: FlagModel | undefined;
  /** The current word; of `--flag=value` the value. */
  readonly current: string;
  /** What the current word starts with before the value: `--flag=`. */
  readonly lead: string;
}

/** Reads the words after `forge`; the last one is being completed. */
export function readUnfinished(
  given: readonly string[],
  commands: ReadonlyMap<string, CommandModel>,
  ids: readonly string[],
): UnfinishedLine {
  const before = given.slice(0, -1);
  let current = given.at(-1) ?? '';
  let lead = '';
  let id = '';
  let isCommand = true;
  let waiting: FlagModel | undefined;
  const words: string[] = [];
  const values = new Map<string, string>();
  const flagOf = (word: string) => commands.get(id)?.flags[word.replace(/^--/, '').split('=')[0]!];
  for (const word of before) {
    const next = id === '' ? word : `${id}:${word}`;
    if (waiting !== undefined) {
      values.set(waiting.name, word);
      waiting = undefined;
    } else if (word.startsWith('-')) {
      const flag = flagOf(word);
      const equals = word.indexOf('=');
      if (flag?.type === 'option' && equals < 0) waiting = flag;
      else if (flag !== undefined && equals >= 0) values.set(flag.name, word.slice(equals + 1));
    } else if (isCommand && ids.some((known) => known === next || known.startsWith(`${next}:`))) id = next;
    else {
      isCommand = false;
      words.push(word);
    }
  }
  const equals = current.indexOf('=');
  if (waiting === undefined && current.startsWith('--') && equals > 0) {
    waiting = flagOf(current);
    lead = current.slice(0, equals + 1);
    current = current.slice(equals + 1);
  }
  return { id, command: commands.get(id), words, values, valueOf: waiting, current, lead };
}

/** Splits what is typed in bash before the cursor, without the program: quotes and backslashes as bash reads them. */
export function splitShellLine(line: string): string[] {
  const words: string[] = [''];
  let quote = '';
  for (let at = 0; at < line.length; at++) {
    const character = line[at]!;
    if (quote === '' && /\s/.test(character)) {
      if (words.at(-1) !== '') words.push('');
    } else if (quote === '' && (character === '"' || character === "'")) quote = character;
    else if (character === quote) quote = '';
    else if (character === '\\' && quote !== "'") words[words.length - 1] += line[++at] ?? '';
    else words[words.length - 1] += character;
  }
  return words.slice(1);
}
