import { readFileSync } from 'node:fs';
import { packageRoot } from './process/package-root.js';

const versionFlags = ['--version', '-v'];

/** Runs a command line, and exits the process with its status. */
export async function main(argv: readonly string[]): Promise<void> {
  if (argv.length === 1 && versionFlags.includes(argv[0]!)) return showVersion();
  if (argv[0] === '__complete') {
    const { answer } = await import('./completion/answer.js');
    return answer(argv.slice(1));
  }
  const { runCommandLine } = await import('./run-command-line.js');
  await runCommandLine([...argv]);
}

/** Skips the command framework, because scripts call this most often. */
function showVersion(): void {
  const { name, version } = JSON.parse(readFileSync(`${packageRoot}/package.json`, 'utf8')) as Record<string, string>;
  process.stdout.write(`${name}/${version} ${process.platform}-${process.arch} node-${process.version}\n`);
}
