import { readFileSync } from 'node:fs';
import { packageRoot } from './process/package-root.js';

const versionFlags = ['--version', '-v'];

/** Runs one command line, and ends the process with its exit status. */
export async function main(argv: readonly string[]): Promise<void> {
  if (argv.length === 1 && versionFlags.includes(argv[0]!)) return showVersion();
  const { runCommandLine } = await import('./run-command-line.js');
  await runCommandLine([...argv]);
}

/** Without the command framework: this is what scripts and shells ask for most. */
function showVersion(): void {
  const { name, version } = JSON.parse(readFileSync(`${packageRoot}/package.json`, 'utf8')) as Record<string, string>;
  process.stdout.write(`${name}/${version} ${process.platform}-${process.arch} node-${process.version}\n`);
}
