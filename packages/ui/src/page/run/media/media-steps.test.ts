import { expect } from 'chai';
import { chosenStep, withStep } from './media-steps.js';

it('the step of each group is in the address', () => {
  const one = withStep(null, 'valid.a,b~c', 400);
  const two = withStep(one, 'train.h', 0);
  expect([chosenStep(two, 'valid.a,b~c'), chosenStep(two, 'train.h'), chosenStep(two, 'x')]).to.deep.equal([
    400,
    0,
    null,
  ]);
  expect(withStep(withStep(two, 'train.h', null), 'valid.a,b~c', null)).to.equal(null);
  expect(chosenStep('%~1,a~,a~x', 'a')).to.equal(null);
});
