import { Forge } from '@forge-ml/core';

// Predicts the rows of a CSV file: npx jiti examples/tabular/predict.ts results/tabular/1 examples/tabular/new.csv
const [folder, file] = process.argv.slice(2) as [string, string];
await using run = await Forge.loadFromCheckpoint(folder, { data: false });
for await (const row of await run.readRows(file)) console.log(row, await run.predictRows([row]));
