/** Escaping untrusted text for a terminal or a command line: `@forge-ml/core/text`. */

export { isPackageName } from './text/package-name.js';
export { printable, printableJson, printableLines, printableText } from './text/printable.js';
export { shellWord } from './text/shell-word.js';
