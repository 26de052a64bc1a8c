import { createReadStream } from 'node:fs';
import { readCsvColumns } from '@forge-ml/core/node';
import papa from 'papaparse';
import { inferSchema, initParser, type Parser } from 'udsv';

/** A contender of `csv`: reads the file into typed arrays of some thousand rows, which the next rows replace. */
export interface Measured {
  readonly ms: number;
  readonly peakMegabytes: number;
}

const [name, file] = process.argv.slice(2) as [string, string];
const blockRows = 4096;
const numbers = [0, 1, 2, 3].map(() => new Float64Array(blockRows));
const texts: string[][] = [[], []];
const booleans = new Uint8Array(blockRows);
let rows = 0;
/** Checks that each contender reads every row. */
let sum = 0;

const contenders: Readonly<Record<string, () => Promise<void>>> = {
  async forge() {
    for await (const { length, columns } of readCsvColumns(file)) {
      const incomes = columns.get('income')!.values as Float64Array;
      for (const income of incomes) sum += income;
      rows += length;
    }
  },
  async udsv() {
    let parser: Parser | undefined;
    const keep = (row: readonly unknown[]) => store(row);
    for await (const text of createReadStream(file, { highWaterMark: 1 << 20, encoding: 'utf8' })) {
      parser ??= initParser(inferSchema(text as string));
      parser.chunk(text as string, parser.typedArrs as never, keep as never);
    }
    parser?.end();
  },
  papaparse: () =>
    new Promise((resolve, reject) => {
      papa.parse<Record<string, never>>(createReadStream(file, { highWaterMark: 1 << 20 }), {
        header: true,
        dynamicTyping: true,
        skipEmptyLines: true,
        chunk({ data }) {
          for (const { id, age, income, score, plan, city, churned } of data) {
            store([id, age, income, score, plan, city, churned]);
          }
        },
        complete: () => resolve(),
        error: reject,
      });
    }),
};

function store(row: readonly unknown[]): void {
  const at = rows++ % blockRows;
  for (let column = 0; column < 4; column++) numbers[column]![at] = row[column] as number;
  texts[0]![at] = row[4] as string;
  texts[1]![at] = row[5] as string;
  booleans[at] = row[6] === true ? 1 : 0;
  sum += row[2] as number;
}

const began = performance.now();
await contenders[name]!();
const ms = performance.now() - began;
if (rows === 0 || !(sum > 0)) throw new Error(`${name} read nothing`);
// KB on Linux and macOS.
const measured: Measured = { ms, peakMegabytes: process.resourceUsage().maxRSS / 1024 };
process.send!(measured, () => process.exit());
