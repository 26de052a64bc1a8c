import { splitShellLine } from './command-line.js';
import { complete } from './complete.js';

/**
 * Answers the script of a shell, one candidate in a line: its value, a tab and its description. A last line `:files` lets
 * the shell complete paths too.
 * @param argv the shell and, for bash, the line up to the cursor; for others, the words after `forge`
 */
export async function answer([shell, ...rest]: readonly string[]): Promise<void> {
  const words = shell === 'bash' ? splitShellLine(rest[0] ?? '') : rest;
  try {
    const { candidates, files } = await complete(words, { directory: process.cwd(), env: process.env });
    const { printableText } = await import('@forge-ml/core/text');
    const lines = candidates.map(
      ({ value, description }) => `${value}\t${printableText(description).replaceAll('\t', ' ')}`,
    );
    process.stdout.write([...lines, ...(files ? [':files'] : []), ''].join('\n'));
  } catch (error) {
    // A shell shows what is printed in the middle of the line that a user types.
    if (process.env.FORGE_COMPLETION_DEBUG) throw error;
  }
}
