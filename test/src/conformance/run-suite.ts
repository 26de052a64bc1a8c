import { type ConformanceOptions, describeBackendConformance } from '@forge-ml/core/testing';
import Mocha from 'mocha';

export interface SuiteResult {
  /** Full titles of the tests. */
  readonly failed: readonly string[];
  readonly slow: readonly string[];
  readonly passed: number;
  readonly pending: readonly string[];
}

/** Runs the backends' conformance suite in this process, or those of its tests whose title matches. */
export function runSuite(options: ConformanceOptions, only?: RegExp): Promise<SuiteResult> {
  return runTests(() => describeBackendConformance(options), only);
}

/** Runs the tests that a function declares, apart from those of a Mocha around it. */
export async function runTests(declare: () => void, only?: RegExp): Promise<SuiteResult> {
  const names = [
    'describe',
    'it',
    'before',
    'after',
    'beforeEach',
    'afterEach',
    'context',
    'specify',
    'xit',
    'xdescribe',
    'run',
  ];
  const globals = globalThis as unknown as Record<string, unknown>;
  const outer = names.map((name) => [name, globals[name]] as const);
  const mocha = new Mocha({ timeout: 60_000, reporter: class {} as unknown as Mocha.ReporterConstructor });
  mocha.suite.emit('pre-require', globals as unknown as Mocha.MochaGlobals, '', mocha);
  declare();
  // This may itself run inside a Mocha, which has its own.
  for (const [name, value] of outer) globals[name] = value;
  if (only !== undefined) mocha.grep(only);
  const failed: string[] = [];
  const slow: string[] = [];
  const pending: string[] = [];
  let passed = 0;
  await new Promise<void>((resolve) => {
    mocha
      .run(() => resolve())
      // A timeout does not count as a found fault.
      .on('fail', (test, error) => void (isTimeout(error) ? slow : failed).push(test.fullTitle()))
      .on('pending', (test) => pending.push(test.fullTitle()))
      .on('pass', () => passed++);
  });
  mocha.dispose();
  return { failed, slow, passed, pending };
}

function isTimeout(error: unknown): boolean {
  return (error as { code?: string } | undefined)?.code === 'ERR_MOCHA_TIMEOUT';
}
