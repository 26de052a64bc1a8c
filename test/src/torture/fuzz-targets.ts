import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  csv,
  findRun,
  jsonLines,
  npy,
  type Pipeline,
  readIdx,
  readMetrics,
  readRunFlags,
  readRunRecord,
  readTensorFile,
  shownStatus,
  tensor,
  verifyRun,
  writeTensorFile,
} from '@forge-ml/core';
import { writeToyProject } from '@forge-ml/core/testing';
import fc from 'fast-check';
import { idxFile } from '../examples/idx-file.js';
import { bytesLike, jsonLike } from './fuzz-inputs.js';
import { libraryIn, toyFlags, trainHere } from './toy-training.js';

/** A kind of file to fuzz. */
export interface FuzzTarget {
  readonly name: string;
  /** The fraction of the usual number of inputs, less than 1 for slow readers. */
  readonly share: number;
  readonly inputs: fc.Arbitrary<Uint8Array>;
  /** Reads an input. Must succeed or throw a ForgeError. */
  read(input: Uint8Array): Promise<unknown>;
}

/** All readers of untrusted files, with a new run in a folder. */
export async function fuzzTargets(folder: string): Promise<readonly FuzzTarget[]> {
  await writeToyProject(folder);
  const { run } = await trainHere(folder, [...toyFlags, '--run-name', 'line', '--steps', '12', '--save-every', '6']);
  const place = await findRun(run, folder);
  const store = libraryIn(folder).checkpoints(run);

  const verify = () => verifyRun(place, { deep: true });

  const inRun = (
    name: string,
    read: () => Promise<unknown>,
    inputs?: (valid: Buffer) => fc.Arbitrary<Uint8Array>,
  ): FuzzTarget => {
    const path = join(run, name);
    const valid = readFileSync(path);
    return {
      name,
      share: read === verify ? 0.1 : 1,
      inputs: inputs?.(valid) ?? fc.oneof(bytesLike(valid), jsonOf(valid)),
      async read(input) {
        writeFileSync(path, input);
        try {
          await read();
        } finally {
          writeFileSync(path, valid);
        }
      },
    };
  };
  const tensors = join(folder, 'any.safetensors');
  await writeTensorFile(
    tensors,
    new Map([
      ['w', tensor(new Float32Array(6), [2, 3])],
      ['b', tensor(new Int32Array(4))],
    ]),
  );
  const idx = join(folder, 'any.idx');
  const table = 'a,b,c\n1,"x, ""y""",true\n-2.5e3,,NA\n';
  const rowsOf = (name: string, valid: string | Buffer, open: (path: string) => Pipeline<unknown>): FuzzTarget => ({
    name,
    share: 0.5,
    inputs: bytesLike(Buffer.from(valid)),
    read: (input) => readWritten(join(folder, 'any.data'), input, (path) => drain(open(path).epoch(0))),
  });
  const events = readdirSync(run).find((name) => name.startsWith('events.'))!;
  return [
    {
      name: 'safetensors',
      share: 1,
      inputs: safetensorsInputs(readFileSync(tensors)),
      read: (input) => readWritten(tensors, input, readTensorFile),
    },
    inRun(
      'checkpoints/6/checkpoint.json',
      () => store.load(6),
      (valid) => fc.oneof(bytesLike(valid), signed(valid)),
    ),
    inRun('checkpoints/12/parameters.safetensors', verify, bytesLike),
    inRun('run.json', async () => shownStatus(await readRunRecord(run), run)),
    inRun('flags.json', () => readRunFlags(run)),
    inRun('metrics.jsonl', () => drain(readMetrics(join(run, 'metrics.jsonl'))), metricsInputs),
    inRun('code.json', verify),
    inRun(events, verify, bytesLike),
    {
      name: 'idx',
      share: 1,
      inputs: bytesLike(idxFile([2, 3], [1, 2, 3, 4, 5, 6])),
      read: (input) => readWritten(idx, input, readIdx),
    },
    rowsOf('csv', table, (path) => csv(path, { onBadRow: () => undefined })),
    rowsOf('csv stream', table, (path) => csv(path, { stream: true })),
    rowsOf('jsonLines', '{"a":1,"b":"x"}\n{"a":null,"b":"\\u00e9"}\n', (path) => jsonLines(path)),
    rowsOf('npy', npyFile('(2, 3)', Buffer.alloc(24)), (path) => npy(path)),
  ];
}

/** A npy file of float32. */
function npyFile(shape: string, elements: Buffer): Buffer {
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': ${shape}, }`.padEnd(117);
  return Buffer.concat([Buffer.from('\x93NUMPY\x01\x00\x76\x00', 'latin1'), Buffer.from(`${header}\n`), elements]);
}

function readWritten(path: string, input: Uint8Array, read: (path: string) => Promise<unknown>): Promise<unknown> {
  writeFileSync(path, input);
  return read(path);
}

async function drain(records: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of records);
}

function jsonOf(valid: Buffer): fc.Arbitrary<Uint8Array> {
  return jsonLike(JSON.parse(valid.toString())).map((text) => Buffer.from(text));
}

/** Invalid manifests with a valid checksum, as an attacker would write them. */
function signed(valid: Buffer): fc.Arbitrary<Uint8Array> {
  const { checksum: _, ...content } = JSON.parse(valid.toString()) as Record<string, unknown>;
  return jsonLike(content).map((text) => {
    const open = `${text.slice(0, -1)},\n`;
    const checksum = createHash('sha256').update(open).digest('hex');
    return Buffer.from(`${open}  "checksum": "sha256:${checksum}"\n}\n`);
  });
}

/** Invalid headers: a wrong length, wrong tensors, wrong offsets. */
function safetensorsInputs(valid: Buffer): fc.Arbitrary<Uint8Array> {
  const end = 8 + Number(valid.readBigUInt64LE(0));
  const header = JSON.parse(valid.subarray(8, end).toString()) as unknown;
  const invalid = fc
    .record({
      text: jsonLike(header),
      length: fc.option(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), { freq: 4 }),
      body: fc.oneof(fc.constant(Uint8Array.from(valid.subarray(end))), fc.uint8Array({ maxLength: 64 })),
    })
    .map(({ text, length, body }) => {
      const json = Buffer.from(text);
      const start = Buffer.alloc(8);
      start.writeBigUInt64LE(length ?? BigInt(json.length));
      return Buffer.concat([start, json, body]);
    });
  return fc.oneof(bytesLike(valid), invalid);
}

function metricsInputs(valid: Buffer): fc.Arbitrary<Uint8Array> {
  const [first] = valid.toString().split('\n', 1);
  const line = fc.oneof(jsonLike(JSON.parse(first!)), fc.constant(first!), fc.string());
  const lines = fc.array(line, { maxLength: 6 }).map((texts) => Buffer.from(texts.map((text) => `${text}\n`).join('')));
  return fc.oneof(bytesLike(valid), lines);
}
