import { closeSync, writeSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { stripVTControlCharacters } from 'node:util';
import { fsError } from '../../fs/fs-error.js';
import { openForChange } from '../../fs/safe-files.js';

export interface ConsoleCapture {
  /** Writes an incomplete last line, and restores the streams. */
  release(): void;
}

/**
 * Appends what the process writes to stdout and stderr to a file in readable form: without colours, and with only the
 * last state of a progress bar. If the file cannot be written, it warns once and stops copying.
 */
export function captureConsole(path: string): ConsoleCapture {
  const { stdout, stderr } = process;
  const original = stderr.write;
  let descriptor: number | undefined;
  const giveUp = (error: unknown): void => {
    if (descriptor !== undefined) closeSync(descriptor);
    descriptor = undefined;
    original.call(stderr, `Warning: ${fsError(error, path, 'write').message} Console output is no longer saved.\n`);
  };
  const copy = (text: string): void => {
    if (descriptor === undefined || text === '') return;
    try {
      const bytes = Buffer.from(text);
      for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done);
    } catch (error) {
      giveUp(error);
    }
  };
  try {
    descriptor = openForChange(path, 'a');
  } catch (error) {
    giveUp(error);
    return { release: () => undefined };
  }
  const stops = [tee(stdout, copy), tee(stderr, copy)];
  return {
    release: () => {
      for (const stop of stops.splice(0)) stop();
      if (descriptor !== undefined) closeSync(descriptor);
      descriptor = undefined;
    },
  };
}

type Listener = (chunk: string | Uint8Array, encoding: unknown) => void;

interface Wrapper {
  readonly listeners: Set<Listener>;
  unwrap(): void;
}

/** A stream is wrapped once for all runs: with two wrappers, the run that started first could not end first. */
const wrappers = new WeakMap<NodeJS.WriteStream, Wrapper>();

function tee(stream: NodeJS.WriteStream, copy: (text: string) => void): () => void {
  const decoder = new StringDecoder('utf8');
  const lines = new ReadableLines();
  const listener: Listener = (chunk, encoding) =>
    copy(lines.add(typeof chunk === 'string' ? textOf(chunk, encoding) : decoder.write(Buffer.from(chunk))));
  const wrapper = wrappers.get(stream) ?? wrap(stream);
  wrapper.listeners.add(listener);
  return () => {
    wrapper.listeners.delete(listener);
    copy(lines.end());
    if (wrapper.listeners.size === 0) wrapper.unwrap();
  };
}

function wrap(stream: NodeJS.WriteStream): Wrapper {
  const write = stream.write;
  const listeners = new Set<Listener>();
  const teeing = (chunk: string | Uint8Array, ...more: unknown[]): boolean => {
    for (const listener of listeners) listener(chunk, more[0]);
    return Reflect.apply(write, stream, [chunk, ...more]);
  };
  const unwrap = (): void => {
    wrappers.delete(stream);
    // A later wrapper by other code stays in place; this one then only passes writes on.
    if (stream.write === teeing) stream.write = write;
  };
  stream.write = teeing;
  wrappers.set(stream, { listeners, unwrap });
  return { listeners, unwrap };
}

function textOf(chunk: string, encoding: unknown): string {
  return encoding === 'hex' || encoding === 'base64' ? Buffer.from(chunk, encoding).toString() : chunk;
}

/** Collects text into lines as a terminal would finally show them. */
export class ReadableLines {
  private waiting = '';

  /** Returns the lines that are now complete, each with its newline. */
  add(text: string): string {
    this.waiting += text;
    const end = this.waiting.lastIndexOf('\n') + 1;
    const whole = this.waiting.slice(0, end);
    // A progress bar may redraw one line for days: its earlier states are dropped.
    this.waiting = this.waiting.slice(end).replace(/^.*\r(?=.)/s, '');
    return whole === '' ? '' : whole.slice(0, -1).split('\n').map(asShown).join('');
  }

  end(): string {
    const rest = asShown(this.waiting);
    this.waiting = '';
    return rest === '\n' ? '' : rest;
  }
}

function asShown(line: string): string {
  const drawn = line.replace(/\r+$/, '');
  return `${stripVTControlCharacters(drawn.slice(drawn.lastIndexOf('\r') + 1))}\n`;
}
