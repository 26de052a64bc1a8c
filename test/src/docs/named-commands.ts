/** What Forge has: flags by command, where the words of a command are separated by spaces. */
export interface Known {
  readonly commands: ReadonlyMap<string, ReadonlySet<string>>;
  /** Flags that configs declare: commands that load configs take them too. */
  readonly ofConfigs: ReadonlySet<string>;
}

/** Commands that take the flags of configs. */
const takesConfigFlags = /^(train|eval|find-lr|sweep)$/;

/** The commands and flags of Forge in the code of a Markdown page that do not exist, with their lines. */
export function unknownNames(markdown: string, known: Known): string[] {
  return codeIn(markdown).flatMap(({ code, line }) =>
    code
      .split(/&&|\|\||[\n;|()]|\$\(/)
      .flatMap((part) => unknownIn(part.trim(), known))
      .map((mistake) => `line ${line}: ${mistake}`),
  );
}

/** Lines of console and sh blocks, and inline code. */
function codeIn(markdown: string): { code: string; line: number }[] {
  const found: { code: string; line: number }[] = [];
  let block: string | undefined;
  for (const [index, text] of markdown.split('\n').entries()) {
    const fence = /^ *```(\w*)/.exec(text);
    if (fence !== null) block = block === undefined ? fence[1]! : undefined;
    else if (block === undefined) {
      for (const [, code] of text.matchAll(/`([^`]+)`/g)) found.push({ code: code!, line: index + 1 });
    } else if (block === 'sh') found.push({ code: text, line: index + 1 });
    else if (block === 'console' && text.startsWith('$ ')) found.push({ code: text.slice(2), line: index + 1 });
  }
  return found;
}

function unknownIn(code: string, { commands, ofConfigs }: Known): string[] {
  // Text in quotes is a value.
  const words = code.replace(/'[^']*'|"[^"]*"/g, 'VALUE').split(/\s+/);
  const at = words.findIndex((word) => !/^[A-Z_]+=|^(do|npx)$/.test(word));
  const [first = '', ...rest] = words.slice(at);
  if (first.startsWith('--')) {
    const all = new Set([...ofConfigs, ...[...commands.values()].flatMap((flags) => [...flags])]);
    return missing(words, all).map((flag) => `no command has ${flag}`);
  }
  if (first !== 'forge' || rest.length === 0 || rest[0]!.startsWith('-')) return [];
  // A placeholder, or the words of a sentence.
  if (!/^[a-z]/.test(rest[0]!)) return [];
  const command = [3, 2, 1].map((count) => rest.slice(0, count).join(' ')).find((name) => commands.has(name));
  const isGroup = [...commands.keys()].some((name) => name.startsWith(`${rest[0]} `));
  if (command === undefined && isGroup && !/^[a-z]/.test(rest[1] ?? '')) return [];
  const next = rest[command?.split(' ').length ?? 0];
  const isTopic = [...commands.keys()].some((name) => name.startsWith(`${command} `));
  // Commands with subcommands take no words, but perhaps a file.
  if (command === undefined || (isTopic && /^[a-z][a-z-]*$/.test(next ?? '')))
    return [`there is no command "forge ${rest.slice(0, 2).join(' ')}"`];
  const flags = new Set([...commands.get(command)!, ...(takesConfigFlags.test(command) ? ofConfigs : [])]);
  return missing(rest, flags).map((flag) => `"forge ${command}" has no ${flag}`);
}

function missing(words: readonly string[], flags: ReadonlySet<string>): string[] {
  const given = words.flatMap((word) => /^--[a-zA-Z][\w-]*/.exec(word)?.[0] ?? []);
  return given.filter((flag) => ![flag.slice(2), flag.replace(/^--no-/, '')].some((name) => flags.has(kebab(name))));
}

/** `batchSize` and `batch_size` as `batch-size`. */
export function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`).replaceAll('_', '-');
}
