import { graphAttributeOf } from '../../graph/ir/read-attributes.js';
import { ifThenElse } from '../../ops/control.js';
import { add } from '../../ops/elementwise.js';
import { capturedBy } from '../adjoints/operands.js';

import { type Gradient, type GradientRule, type GradientRules, inputOf } from '../adjoints/rule.js';
import { zerosLike } from '../adjoints/shapes.js';

/**
 * A branch has no inputs, so all its outputs count as captured values: those of the chosen branch get the gradient,
 * those of the other get zeros. Both branches are computed when they are differentiated.
 */
const ifRule: GradientRule = (node, gradients) => {
  const branches = ['then_branch', 'else_branch'].map((name) => [...graphAttributeOf(node, name).outputs.values()]);
  const captured = capturedBy(node);
  return [
    null,
    ...captured.map((value): Gradient => {
      const terms = branches.flatMap((outputs, branch) =>
        outputs.flatMap((output, at) => {
          const gradient = gradients[at];
          if (output !== value || !gradient) return [];
          const [here, there] = [[gradient], [zerosLike(value)]];
          return ifThenElse(inputOf(node, 0), branch === 0 ? here : there, branch === 0 ? there : here);
        }),
      );
      return terms.length === 0 ? null : terms.reduce((sum, term) => add(sum, term));
    }),
  ];
};

export const ifRules: GradientRules = { If: ifRule };
