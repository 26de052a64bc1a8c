import { formula } from '../formula.js';
import { decayed } from './shared.js';

/** Nesterov's momentum (Sutskever et al., 2013): v ← momentum · v + g, p ← p - rate · (g + momentum · v). */
export const nesterov = formula(['velocity'], ['momentum', 'rate'], (arithmetic, values) => {
  const { add, sub, mul } = arithmetic;
  const { gradient, slots, constants } = values;
  const velocity = add(mul(slots.velocity, constants.momentum), gradient);
  const direction = add(gradient, mul(velocity, constants.momentum));
  return { parameter: sub(decayed(arithmetic, values), mul(direction, constants.rate)), slots: { velocity } };
});
