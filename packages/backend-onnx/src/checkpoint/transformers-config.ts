import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { FittedPreparation } from '@forge-ml/core/plugin';
import { storedFiles } from './stored-files.js';

/** The names of the classes that a model tells apart; undefined where its targets are no classes, or several. */
export function classesOf({ targets }: FittedPreparation): readonly string[] | undefined {
  const [target] = targets;
  if (target === undefined || targets.length > 1) return undefined;
  const { step, options, state } = target.columns[0]!.steps.at(-1)!;
  return step.classes?.(options, state);
}

/**
 * The configuration of a model: that of the model which was adapted, where the run stores its config.json, with the task and
 * the classes of the run.
 */
export async function transformersConfig(
  runFolder: string,
  preparation: FittedPreparation,
): Promise<Readonly<Record<string, unknown>>> {
  const config: Readonly<Record<string, unknown>> = (await storedConfig(runFolder)) ?? { model_type: usualType };
  const names = classesOf(preparation) ?? numbersOf(preparation);
  if (names === undefined) return config;
  return {
    ...config,
    architectures: [architectureOf(config)],
    problem_type: classesOf(preparation) === undefined ? 'regression' : 'single_label_classification',
    num_labels: names.length,
    id2label: Object.fromEntries(names.entries()),
    label2id: Object.fromEntries(names.map((name, at) => [name, at])),
  };
}

/** Programs choose by it how a model is called; every encoder of texts is called as BERT. */
const usualType = 'bert';

async function storedConfig(runFolder: string): Promise<Record<string, unknown> | undefined> {
  for (const { path } of await storedFiles(runFolder)) {
    if (basename(path) !== 'config.json') continue;
    const config: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (typeof (config as { model_type?: unknown } | null)?.model_type === 'string') {
      return config as Record<string, unknown>;
    }
  }
  return undefined;
}

/** Names for the numbers that a model of one target predicts. */
function numbersOf(preparation: FittedPreparation): readonly string[] | undefined {
  const { targets } = preparation;
  if (targets.length !== 1 || targets[0]!.columns.some(({ steps }) => steps.at(-1)!.step.arrays)) return undefined;
  return Array.from({ length: preparation.size(targets[0]!.name) }, (_, at) => `LABEL_${at}`);
}

/** `BertForSequenceClassification` for `BertModel` and the other heads of BERT. */
function architectureOf({ architectures, model_type: type }: Readonly<Record<string, unknown>>): string {
  const [first] = Array.isArray(architectures) ? architectures.map(String) : [];
  const family = first?.replace(/(Model|For[A-Z].*)$/, '') ?? String(type).replace(/^./, (one) => one.toUpperCase());
  return `${family}ForSequenceClassification`;
}
