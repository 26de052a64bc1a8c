/** Numbers and untrusted text for people to read: `@forge-ml/core/text`. Runs in a browser too. */

export { characterEnd } from './text/character-end.js';
export { formatBytes, formatCount, formatDuration, formatNumber } from './text/numbers.js';
export { isPackageName } from './text/package-name.js';
export { printable, printableJson, printableLines, printableText } from './text/printable.js';
export { shellCommand } from './text/shell-command.js';
export { shellWord } from './text/shell-word.js';
