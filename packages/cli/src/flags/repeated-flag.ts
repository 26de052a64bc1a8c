/**
 * Takes a flag that may be given several times out of a command line: its values, empty where one is missing, and the
 * other words.
 */
export function takeRepeated(argv: readonly string[], name: string): { values: string[]; rest: string[] } {
  const values: string[] = [];
  const rest: string[] = [];
  const end = argv.indexOf('--') < 0 ? argv.length : argv.indexOf('--');
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at]!;
    if (at < end && word.startsWith(`--${name}=`)) values.push(word.slice(name.length + 3));
    else if (at < end && word === `--${name}`) {
      values.push(argv[at + 1] ?? '');
      at++;
    } else rest.push(word);
  }
  return { values, rest };
}
