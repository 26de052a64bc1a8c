import { closeSync, writeSync } from 'node:fs';
import { isatty } from 'node:tty';
import type { ErrorCode } from '@forge-ml/core';
import { reportError } from '../errors/report-error.js';

/**
 * Gives every end of the process a message and a status: uncaught errors, promises that never settle, `process.exit`
 * in a config, a full or closed stdout.
 * @returns a function to call when the command is done
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
  let stopping = false;
  const unplanned = (error: unknown) => {
    if (stopping || stopWork === undefined) return void endNow(error);
    stopping = true;
    stopWork(error);
    setTimeout(() => void endNow(error), saveTimeout).unref();
  };
  process.on('uncaughtException', unplanned);
  process.on('unhandledRejection', unplanned);

  let empty = 0;
  process.on('beforeExit', () => {
    // The running work is stopped first, as it knows what it waited for.
    if (done || (stopWork !== undefined && empty++ === 0)) return;
    const message = 'The command never finished: a promise of a config, a model or a plugin never settles.';
    void failure('CONFIG_FAILED', message, { hint: 'Look for a promise that is never resolved or rejected.' }).then(
      endNow,
    );
  });
  const terminals = [0, 1, 2].filter((descriptor) => isatty(descriptor));
  process.on('exit', (status) => {
    // At exit Node resets each terminal, and aborts if one is gone. It skips descriptors that are closed.
    for (const descriptor of terminals) if (!isatty(descriptor)) closeSync(descriptor);
    if (done || leaving) return;
    process.exitCode = status || 1;
    writeToStderr(
      `Error: The process ended before the command: process.exit(${status}) was called by a config, a model or a plugin.\n`,
    );
  });

  // oclif throws the errors of stdout, which marks a run as failed.
  process.stdout.removeAllListeners('error');
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // The terminal is gone. SIGHUP decides what happens.
    if (error.code === 'EIO') return;
    // The reader of the pipe is gone. A run continues without it; any other command has no purpose left.
    if (error.code === 'EPIPE') {
      if (readerGone !== undefined) readerGone();
      else if (stopWork === undefined) leave(Number(process.exitCode ?? 0));
      return;
    }
    const message = `Cannot write to stdout: ${error.message}.`;
    void failure('FILE_SYSTEM', message, { about: 'stdout', cause: error }).then(unplanned);
  });
  // No stream is left to report it to.
  process.stderr.on('error', () => undefined);
  return () => {
    done = true;
  };
}

/** How long a run may take to save its last valid state after an uncaught error, ms. */
const saveTimeout = 60_000;

/** Stops the running work in order after an unexpected error. */
let stopWork: ((error: unknown) => void) | undefined;

/** Sets the listener for an unexpected end of the process. @returns a function that removes it */
export function onUnplannedEnd(listener: (error: unknown) => void): () => void {
  stopWork = listener;
  return () => {
    stopWork = undefined;
  };
}

/** Stops the running work when nothing reads stdout any more, instead of ending the process. */
let readerGone: (() => void) | undefined;

/** Sets the listener for the end of stdout's reader. @returns a function that removes it */
export function onReaderGone(listener: () => void): () => void {
  readerGone = listener;
  return () => {
    readerGone = undefined;
  };
}

let leaving = false;

/** Marks the coming exit as intended. */
export function leavePlanned(): void {
  leaving = true;
}

/** Imports the core only when needed, because it slows start-up. */
async function failure(code: ErrorCode, message: string, details: object): Promise<Error> {
  const { ForgeError } = await import('@forge-ml/core/flags');
  return new ForgeError(code, message, details);
}

function writeToStderr(text: string): void {
  try {
    writeSync(2, text);
  } catch {
    // stderr is gone too.
  }
}
