/** A file of the comparison: an architecture, how PyTorch exported it, and what became of the file. */
export interface Case {
  readonly model: string;
  readonly exporter: string;
  readonly variant: string;
}

/** `script-training` keeps batch norms, which the others fold into convolutions; see test/pytorch/roles.py. */
const exporters = ['script', 'script-training', 'dynamo'] as const;

/** See test/pytorch/variants.py. */
export const variants = ['float32', 'float16', 'int8-dynamic', 'int8-qdq', 'int4', 'int4-qdq', 'fused'] as const;

/** What every run of the tests has: each kind of operator, exporter and variant once. */
export const slice: readonly string[] = [
  'bert.script.float16',
  'bert.script.int4',
  'bert.dynamo.int8-qdq',
  'bert.script.fused',
  'gpt2.script.int8-dynamic',
  'llama.dynamo.float32',
  'llama.dynamo.int4-qdq',
  'resnet.script-training.float32',
  'resnet.dynamo.int8-qdq',
];

/** All cases of these models. */
export function casesOf(models: readonly string[]): readonly string[] {
  return models.flatMap((model) => {
    return exporters.flatMap((exporter) => {
      // What quantization and fusion do depends on the operators, which training mode hardly changes.
      const some = exporter === 'script-training' ? (['float32', 'float16'] as const) : variants;
      return some.map((variant) => `${model}.${exporter}.${variant}`);
    });
  });
}

export function caseOf(name: string): Case {
  const [model, exporter, variant] = name.split('.') as [string, string, string];
  return { model, exporter, variant };
}
