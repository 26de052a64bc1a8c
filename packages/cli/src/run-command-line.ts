import '@oclif/core/command';
import { run } from '@oclif/core/run';
import { settings } from '@oclif/core/settings';
import { reportError } from './errors/report-error.js';
import { guardProcess } from './process/guard-process.js';
import { packageRoot } from './process/package-root.js';

/** Runs a command line, reports its error, and exits the process with its status. */
export async function runCommandLine(argv: string[]): Promise<void> {
  // Never load TypeScript sources instead of the bundle, whatever NODE_ENV is.
  settings.enableAutoTranspile = false;
  const done = guardProcess({ json: argv.includes('--json'), debug: argv.includes('--debug') });
  try {
    // Forge's plugins are not oclif's: the commands that need them find them by their forge key.
    await run(argv, { root: packageRoot, userPlugins: false, devPlugins: false });
  } catch (error) {
    process.exitCode = await reportError(error, { json: argv.includes('--json'), debug: argv.includes('--debug') });
  }
  // Exit even if a config left timers, sockets or threads behind.
  await Promise.all([process.stdout, process.stderr].map(drained));
  done();
  process.exit();
}

function drained(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed || !stream.writable) resolve();
    else stream.write('', () => resolve());
  });
}
