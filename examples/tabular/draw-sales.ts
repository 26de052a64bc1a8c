import { writeFileSync } from 'node:fs';
import { RandomStream } from '@forge-ml/core';

// Writes invented sales of houses, always the same: npx jiti examples/tabular/draw-sales.ts examples/tabular/sales.csv
const districts = { Harbor: 1.3, Hills: 1.5, Center: 1.8, Meadow: 1 };

/** A table as text. The spread of the prices grows with the area, so intervals differ in width. */
export function drawSales(count: number): string {
  const random = RandomStream.of(0, 'sales');
  const lines = Array.from({ length: count }, (_, index) => {
    const sale = random.child(index);
    const area = Math.round(50 + 150 * sale.float());
    const built = 1950 + sale.below(75);
    const [district, factor] = Object.entries(districts)[sale.below(4)]!;
    const mean = 1500 * area * factor + 600 * (built - 1950);
    const price = Math.round(mean + 400 * (area - 30) * sale.normal());
    const seller = `agency-${1 + sale.below(40)}`;
    // Some years are not known.
    return [seller, district, area, sale.below(10) === 0 ? '' : built, Math.max(price, 20_000)].join();
  });
  return `${['seller,district,area,built,price', ...lines].join('\n')}\n`;
}

const [file] = process.argv.slice(2);
if (import.meta.filename === process.argv[1] && file !== undefined) writeFileSync(file, drawSales(600));
