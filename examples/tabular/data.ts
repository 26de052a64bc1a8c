import { csv, defineData, flag, impute, oneHot, standardize } from '@forge-ml/core';

/** Sales of houses: `x` [batch, 6] of area, year and district, and the standardized `price` [batch]. */
export default defineData({
  files: ['sales.csv'],
  flags: { batchSize: flag.integer(32, 'Sales per minibatch.', { min: 1 }) },
  load({ batchSize, seed }) {
    const sales = csv(new URL('./sales.csv', import.meta.url)).split({ valid: 0.2, by: 'seller' });
    const x = { area: standardize(), built: impute('median').standardize(), district: oneHot() };
    const price = standardize().target({ outputs: ['low', 'mid', 'high'] });
    return sales.prepare({ x, price }).shuffle(seed).batch(batchSize);
  },
});
