import { formula } from '../formula.js';
import { decayed } from './shared.js';

/** Heavy-ball momentum (Polyak, 1964): v ← momentum · v + g, p ← p - rate · v. */
export const momentum = formula(['velocity'], ['momentum', 'rate'], (arithmetic, values) => {
  const { add, sub, mul } = arithmetic;
  const { gradient, slots, constants } = values;
  const velocity = add(mul(slots.velocity, constants.momentum), gradient);
  return { parameter: sub(decayed(arithmetic, values), mul(velocity, constants.rate)), slots: { velocity } };
});
