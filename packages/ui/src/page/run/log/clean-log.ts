import { printableLines } from '@forge-ml/core/text';

/** Sequences that control a terminal: CSI (colors, the cursor), OSC (titles, links), and those of two characters (ECMA-48). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these characters are what it removes
const control = /\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b\n]*(?:\x07|\x1b\\)|\x1b[@-Z\\^_]/g;

/** Text of a terminal as plain text: without colors, and of a line that was written over and over only the last state. */
export function cleanLog(raw: string): string {
  const lines = raw.replace(control, '').replaceAll('\r\n', '\n').split('\n');
  return printableLines(lines.map(lastState).join('\n'));
}

function lastState(line: string): string {
  const end = line.endsWith('\r') ? line.length - 1 : line.length;
  return line.slice(line.lastIndexOf('\r', end - 1) + 1, end);
}
