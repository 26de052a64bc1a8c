import { run } from '@oclif/core/run';
import { settings } from '@oclif/core/settings';
import { reportError } from './errors/report-error.js';
import { packageRoot } from './process/package-root.js';
import { guardProcess } from './process/unplanned-ends.js';

/** Runs one command line, reports its error if it fails, and ends the process with its exit status. */
export async function runCommandLine(argv: string[]): Promise<void> {
  // Never look for TypeScript sources beside ours, whatever NODE_ENV a project sets.
  settings.enableAutoTranspile = false;
  const done = guardProcess({ json: argv.includes('--json'), debug: argv.includes('--debug') });
  try {
    // Plugins are found by their forge key, by the command that needs them: they cost no other command anything.
    await run(argv, { root: packageRoot, userPlugins: false, devPlugins: false });
  } catch (error) {
    process.exitCode = await reportError(error, { json: argv.includes('--json'), debug: argv.includes('--debug') });
  }
  // A config may leave timers, sockets or threads behind; the work is done all the same.
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
