import { formatBytes, formatCount, printable } from '@forge-ml/core/text';
import { renderColumns, wrapList, wrapText } from './columns.js';
import type { LoraTarget, ShownCut, ShownModel, ShownOperator, ShownParameter, ShownValue } from './shown-model.js';

/** Rows of a table that are shown; `--json` has all. */
const mostRows = 40;
/** Weights that are named where no pattern names them. */
const mostNames = 3;

/** What `forge onnx show` prints. Names come from the file: they cannot write anything but themselves. */
export function renderModel(shown: ShownModel): string {
  // Line breaks are no control characters, but a name with one would write a line of its own.
  const model = oneLine(printable(shown));
  const sections = [
    facts(model),
    titled('Inputs', renderColumns(model.inputs.map(valueRow))),
    titled('Outputs', renderColumns(model.outputs.map(valueRow))),
    titled('Open axes', renderColumns(model.openAxes.map(({ name, of }) => [name, of.join(', ')]))),
    titled(
      'Metadata',
      renderColumns(
        Object.entries(model.metadata)
          .slice(0, mostRows)
          .map(([key, value]) => [key, short(value)]),
      ),
    ),
    operators(model.operators),
    parameters(model),
    titled('Values to cut at: outputs of fromOnnx', renderColumns(limited(model.cuts.map(cutRow)))),
    titled('LoRA targets', renderColumns(limited(model.lora.map(loraRow)))),
    ...(model.problem === null
      ? []
      : [
          `fromOnnx cannot read this file: ${model.problem.message}${model.problem.hint === null ? '' : ` ${model.problem.hint}`}`,
        ]),
  ];
  return sections.filter((section) => section !== '').join('\n\n');
}

function facts({ file, bytes, irVersion, opsets, producer, externalData }: ShownModel): string {
  const versions = Object.entries(opsets).map(([domain, version]) => `${domain} ${version}`);
  const rows = [
    ['file', `${file}, ${formatBytes(bytes)}`],
    ...externalData.map((other) => ['weights in', `${other.file}, ${formatBytes(other.bytes)}`]),
    ['opset', versions.join(', ')],
    ['IR version', irVersion === null ? '' : String(irVersion)],
    ['producer', producer ?? ''],
  ];
  return renderColumns(
    rows.filter(([, value]) => value !== ''),
    '',
  );
}

function operators(all: readonly ShownOperator[]): string {
  const titles = [
    ['differentiable', 'differentiable'],
    ['no-gradient', 'no gradient flows through'],
    ['forward-only', 'computed, but without a gradient rule'],
    ['unknown', 'unknown'],
  ] as const;
  const nodes = all.reduce((sum, { count }) => sum + count, 0);
  const lines = titles.flatMap(([support, title]) => {
    const found = all.filter((operator) => operator.support === support);
    const names = found.map(({ op, domain, count }) => `${domain === '' ? op : `${domain}.${op}`} ${count}`);
    return found.length === 0 ? [] : [`  ${title}`, wrapList(names, '    ')];
  });
  return [`Operators: ${all.length}, in ${formatCount(nodes)} nodes`, ...lines].join('\n');
}

function parameters({ parameters: all, blocks }: ShownModel): string {
  const sum = (key: 'numbers' | 'bytes', of = all) => of.reduce((total, parameter) => total + parameter[key], 0);
  const trained = all.filter(({ trainable }) => trainable);
  const total = `${formatCount(all.length)} tensors, ${formatCount(sum('numbers'))} numbers, ${formatBytes(sum('bytes'))}`;
  const title = wrapText(`Parameters: ${total}`, '');
  if (all.length === 0) return title;
  const rows = blocks.map(({ name, tensors, numbers, bytes, share }) => [
    ...[name === '' ? '(none)' : name, formatCount(tensors), formatCount(numbers), percent(share), formatBytes(bytes)],
  ]);
  const share = percent(sum('numbers', trained) / Math.max(1, sum('numbers')));
  const said = `fromOnnx trains ${formatCount(trained.length)} of them, ${share} of the numbers, if nothing else is said; roles: ${rolesIn(all)}`;
  const trains = wrapText(said, '  ');
  return [title, trains, renderColumns([['BLOCK', 'TENSORS', 'NUMBERS', 'SHARE', 'SIZE'], ...limited(rows)])].join(
    '\n',
  );
}

function rolesIn(all: readonly ShownParameter[]): string {
  const counts = new Map<string, number>();
  for (const { role } of all) counts.set(role, (counts.get(role) ?? 0) + 1);
  return Array.from(counts, ([role, count]) => `${role} ${formatCount(count)}`).join(', ');
}

function valueRow({ name, dtype, shape }: ShownValue): string[] {
  const sizes = shape === null ? '[…]' : `[${shape.map(shownSize).join(', ')}]`;
  return [name, dtype === null ? (shape === null ? 'of an unknown type' : sizes) : `${dtype}${sizes}`];
}

function cutRow(cut: ShownCut): string[] {
  const what = cut.kind === 'features' ? 'what the last layer reads' : `end of ${cut.block}`;
  return [...valueRow(cut), what];
}

/** A size computed from others, as convolutions do, may be a long formula: `--json` has it. */
function shownSize(size: number | string | null): string {
  if (size === null) return '?';
  return typeof size === 'string' && size.length > 40 && size.includes('(') ? '…' : `${size}`;
}

function loraRow({ pattern, layer, weights, shape, adapters, suggested }: LoraTarget): string[] {
  const more = weights.length > mostNames ? `, … (--json)` : '';
  const names = `${weights.slice(0, mostNames).join(', ')}${more}`;
  const size = `${weights.length} × [${shape.join(', ')}]`;
  const rank8 = `${formatCount(adapters)} numbers at rank 8`;
  return [pattern ?? names, size, rank8, suggested ? 'suggested' : '', pattern === null ? layer : ''];
}

function titled(title: string, table: string): string {
  return table === '' ? '' : `${title}\n${table}`;
}

function limited(rows: readonly (readonly string[])[]): readonly (readonly string[])[] {
  return rows.length <= mostRows ? rows : [...rows.slice(0, mostRows), [`… ${rows.length - mostRows} more (--json)`]];
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function short(text: string): string {
  return text.length > 100 ? `${text.slice(0, 99)}…` : text;
}

/** The same with every line break of a text, keys included, as `\n`. */
function oneLine<T>(value: T): T {
  return JSON.parse(JSON.stringify(value).replaceAll('\\n', '\\\\n')) as T;
}
