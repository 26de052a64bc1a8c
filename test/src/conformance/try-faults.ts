import { bytesPerElement, type DType, tensor } from '@forge-ml/core/plugin';
import type { ConformanceOptions } from '@forge-ml/core/testing';
import type { Fault } from './fault.js';
import { faults } from './faults/all.js';
import { releaseLeaks } from './faults/leaks.js';
import { faulty } from './faulty.js';
import { runSuite } from './run-suite.js';
import { subjects } from './subjects.js';

export interface Trial {
  readonly group: string;
  readonly fault: string;
  readonly engine: string;
  /** The title of the test that found it; undefined if no expected test did. */
  readonly caughtBy?: string;
  /** Whether the engine lacks the ability that the fault needs. */
  readonly impossible?: boolean;
}

/** Tests every fault on every engine; for a slice, every `every`-th pair. */
export async function* tryFaults({
  every = 1,
  groups = Object.keys(faults),
  engines = subjects.map(({ name }) => name),
} = {}) {
  let count = 0;
  for (const subject of subjects.filter(({ name }) => engines.includes(name))) {
    const able = await abilitiesOf(subject);
    for (const group of groups) {
      for (const fault of faults[group]!) {
        if (count++ % every !== 0) continue;
        const trial = { group, fault: fault.name, engine: subject.name };
        if (fault.needs !== undefined && !able.has(fault.needs)) yield { ...trial, impossible: true } as Trial;
        else yield { ...trial, ...(await caught(subject, fault)) } as Trial;
      }
    }
  }
}

async function caught(subject: ConformanceOptions, fault: Fault): Promise<Pick<Trial, 'caughtBy'>> {
  const name = `backend conformance: ${fault.name} `;
  const { failed } = await runSuite(faulty(subject, fault), fault.caughtBy);
  releaseLeaks();
  // Removes the name of the suite from the titles, because it contains the name of the fault.
  const [title] = failed.map((full) => full.replace(name, '')).filter((title) => fault.caughtBy.test(title));
  return title === undefined ? {} : { caughtBy: title };
}

async function abilitiesOf(subject: ConformanceOptions): Promise<ReadonlySet<Fault['needs']>> {
  const engine = await subject.start();
  const names = Object.keys(subject.optimizers ?? {});
  const able = new Set<Fault['needs']>();
  if (names.includes('adam')) able.add('slots of Adam');
  const sample = { x: tensor(new Float32Array(32), [8, 4]), y: tensor(new Float32Array(16), [8, 2]) };
  for (const optimizer of names) {
    const load = () => subject.model({ dropout: false, linear: false, optimizer });
    const session = await engine.build({ load, sample, seed: 1 });
    for (const ability of ['observe', 'fused', 'captureAside'] as const)
      if (session[ability] !== undefined) able.add(ability);
    if (session.fused !== undefined && engine.features?.outputs) able.add('fused outputs');
    await session.dispose();
  }
  for (const [feature, declared] of Object.entries(engine.features ?? {})) {
    if (declared) able.add(feature as Fault['needs']);
  }
  const types = engine.accepts ?? (Object.keys(bytesPerElement) as DType[]);
  for (const dtype of types) able.add(`arrays of ${dtype}`);
  await engine.dispose();
  return able;
}
