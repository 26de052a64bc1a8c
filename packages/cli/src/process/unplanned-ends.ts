import { closeSync, writeSync } from 'node:fs';
import { isatty } from 'node:tty';
import type { ErrorCode } from '@forge-ml/core';
import { reportError } from '../errors/report-error.js';

/** How long a run may take to save what is sound after an error that nothing caught, ms. */
const patience = 60_000;

/** What is at work and can end in order when something outside of it goes wrong. */
let atWork: ((error: unknown) => void) | undefined;

/** Calls the listener where the process is about to end unexpectedly. @returns removes the listener */
export function onUnplannedEnd(listener: (error: unknown) => void): () => void {
  atWork = listener;
  return () => {
    atWork = undefined;
  };
}

let leaving = false;

/** Says that the process is about to be ended on purpose. */
export function leavePlanned(): void {
  leaving = true;
}

/**
 * Gives every end of the process a message and a status: errors that nothing catches, promises that are never
 * resolved, `process.exit` of a config, a standard output that is full or closed.
 * @returns to be called once the command is done
 */
export function guardProcess(options: { readonly json: boolean; readonly debug: boolean }): () => void {
  let done = false;

  const leave = (status: number): never => {
    leavePlanned();
    process.exit(status);
  };
  const endNow = async (error: unknown) => {
    leave((await reportError(error, options).catch(() => 1)) || 1);
  };
  let told = false;
  /** oclif listens to stdout too, and throws what this one has dealt with. */
  let ofStdout: unknown;
  const unplanned = (error: unknown) => {
    if (error === ofStdout) return;
    if (told || atWork === undefined) return void endNow(error);
    told = true;
    atWork(error);
    setTimeout(() => void endNow(error), patience).unref();
  };
  process.on('uncaughtException', unplanned);
  process.on('unhandledRejection', unplanned);

  let empty = 0;
  process.on('beforeExit', () => {
    // What is at work hears of it first, and says what it waited for.
    if (done || (atWork !== undefined && empty++ === 0)) return;
    const message = 'The command never finished: a config, a model or a plugin waits for what never comes.';
    void failure('CONFIG_FAILED', message, { hint: 'Look for a promise that is never resolved.' }).then(endNow);
  });
  const terminals = [0, 1, 2].filter((descriptor) => isatty(descriptor));
  process.on('exit', (status) => {
    // Node sets each terminal back at its end, and aborts where one was closed; what we close it leaves alone.
    for (const descriptor of terminals) if (!isatty(descriptor)) closeSync(descriptor);
    if (done || leaving) return;
    process.exitCode = status || 1;
    tell(
      `Error: The process ended before the command: process.exit(${status}) was called by a config, a model or a plugin.\n`,
    );
  });

  process.stdout.prependListener('error', (error: NodeJS.ErrnoException) => {
    ofStdout = error;
    // A terminal that is gone: SIGHUP decides.
    if (error.code === 'EIO') return;
    // A reader that has seen enough, or was killed: a run goes on without it, everything else was for it alone.
    if (error.code === 'EPIPE') {
      if (atWork === undefined) leave(Number(process.exitCode ?? 0));
      return;
    }
    const message = `Standard output cannot be written: ${error.message}.`;
    void failure('FILE_SYSTEM', message, { about: 'stdout', cause: error }).then(unplanned);
  });
  // There is nowhere left to say so.
  process.stderr.on('error', () => undefined);
  return () => {
    done = true;
  };
}

/** Made when it is needed: a command that goes well loads no core for it. */
async function failure(code: ErrorCode, message: string, details: object): Promise<Error> {
  const { ForgeError } = await import('@forge-ml/core/flags');
  return new ForgeError(code, message, details);
}

function tell(text: string): void {
  try {
    writeSync(2, text);
  } catch {
    // Nowhere to say it.
  }
}
