import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ForgeLibrary } from '@forge-ml/core';
import { caseOf } from './cases.js';
import { type FineTuned, fineTune, type Way } from './fine-tune.js';

const script = fileURLToPath(new URL('../../../pytorch/variants.py', import.meta.url));
const modules = 'torch, transformers, onnx, onnxscript, onnxruntime, numpy and safetensors';

/** The bars of the comparison. */
export const bars = { gradient: 1e-4, difference: 1e-4, halfDifference: 1e-2 };

/** What was found of one file, trained in one way. */
export interface Finding extends Partial<FineTuned> {
  readonly name: string;
  /** Why there is nothing to compare: the exporter, or the tool that makes the variant, fails. */
  readonly skipped?: string;
  /** Why it could not be trained or exported. */
  readonly failed?: string;
  /**
   * What onnx.checker says of the exported file: `ok` where it is whole, `as the file` where it says the same of the
   * file that was trained.
   */
  readonly checker?: string;
  /** Between what Python's ONNX Runtime and the session compute with the exported file, relative. */
  readonly difference?: number;
  /** Why ONNX Runtime does not run the exported file. */
  readonly runtime?: string;
}

/** Why no Python is available that has what the comparison needs; undefined if there is one. */
export function missingReason(python: string | undefined): string | undefined {
  if (python === undefined) return `FORGE_TORCH_PYTHON names no Python with ${modules}`;
  const { status, stderr, error } = spawnSync(python, ['-c', `import ${modules.replace(' and', ',')}`], {
    encoding: 'utf8',
  });
  return status === 0 ? undefined : `${python}: ${error?.message ?? stderr.trim().split('\n').at(-1)}`;
}

/** Why the exporter of Optimum is not compared: where it is installed, the lane has no cases of it yet. */
export function optimumReason(python: string): string {
  const { status } = spawnSync(python, ['-c', 'import optimum.exporters.onnx']);
  return status === 0 ? 'no case exports with it' : 'this Python has no package optimum';
}

export function modelNames(python: string): readonly string[] {
  return inPython(python, '--list').trim().split(/\s+/);
}

/** Makes the files in FOLDER, trains and exports each, and checks the exports. */
export async function compare(python: string, folder: string, names: readonly string[]): Promise<readonly Finding[]> {
  const missing = names.filter(
    (name) => !['json', 'skipped'].some((end) => existsSync(join(folder, `${name}.${end}`))),
  );
  if (missing.length > 0) inPython(python, 'export', folder, ...missing);
  const { backends } = new ForgeLibrary();
  const engine = await (await backends.load(await backends.find('onnx'))).start({ engine: 'cpu', searchFrom: [] });
  const findings: Finding[] = [];
  try {
    for (const name of names) {
      const skipped = join(folder, `${name}.skipped`);
      if (existsSync(skipped)) {
        findings.push({ name, skipped: await readFile(skipped, 'utf8') });
        continue;
      }
      const { batchNorm } = JSON.parse(await readFile(join(folder, `${name}.json`), 'utf8')) as Facts;
      for (const way of waysOf(name)) {
        try {
          const tuned = await fineTune(engine, folder, name, way, batchNorm);
          if (tuned === undefined) findings.push({ name, way, skipped: 'no parameter to train' });
          else findings.push({ name, ...tuned });
        } catch (error) {
          const hasNone = /has no trainable parameter|finds no linear layer to adapt/.test(`${error}`);
          findings.push({ name, way, [hasNone ? 'skipped' : 'failed']: `${error}` });
        }
      }
    }
  } finally {
    await engine.dispose();
  }
  const checks = JSON.parse(inPython(python, 'check', folder)) as Record<string, Partial<Finding>>;
  return findings.map((one) => ({ ...one, ...checks[`${one.name}.${one.way}`] }));
}

interface Facts {
  readonly batchNorm: 'trained' | 'none';
}

/** Adapters are for weights that cannot be trained themselves, and on floating ones the same as elsewhere. */
function waysOf(name: string): readonly Way[] {
  return /int[48]/.test(caseOf(name).variant) ? ['full', 'lora'] : ['full'];
}

/** What misses its bar; empty where all hold. */
export function misses(finding: Finding): readonly string[] {
  if (finding.skipped !== undefined) return [];
  if (finding.failed !== undefined) return [finding.failed];
  const { gradient = Number.NaN, first = Number.NaN, last = Number.NaN, checker, difference, runtime } = finding;
  const missed: string[] = [];
  if (!(gradient <= bars.gradient))
    missed.push(`the gradient of ${finding.worst} differs by ${gradient.toExponential(1)}`);
  if (!(finding.compared! > 0)) missed.push('no gradient was compared');
  if (!(last < first)) missed.push(`the loss goes from ${first} to ${last}`);
  if (checker !== 'ok' && checker !== 'as the file') missed.push(`onnx.checker: ${checker}`);
  if (runtime !== undefined) missed.push(`ONNX Runtime: ${runtime}`);
  // A session computes in float32 what the file computes in half precision.
  const bar = caseOf(finding.name).variant === 'float16' ? bars.halfDifference : bars.difference;
  if (runtime === undefined && !(difference! <= bar)) missed.push(`the exported file differs by ${difference}`);
  return missed;
}

function inPython(python: string, ...words: string[]): string {
  const { status, stdout, stderr } = spawnSync(python, [script, ...words], { encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}
