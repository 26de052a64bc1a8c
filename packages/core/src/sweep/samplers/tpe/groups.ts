import { type Axis, axisOf } from '../../density/axis.js';
import type { Condition, Space } from '../../space/space.js';

export interface SpaceAxis {
  readonly name: string;
  readonly when: Condition | null;
  readonly axis: Axis;
  /** The index in the space. */
  readonly index: number;
}

/** Parameters that are active in the same trials, so that one density can be over all of them. */
export interface Group {
  readonly when: Condition | null;
  /** Without those that have one value. */
  readonly axes: readonly SpaceAxis[];
}

export function axesOf(space: Space): SpaceAxis[] {
  return Object.entries(space).map(([name, parameter], index) => ({
    name,
    when: parameter.when,
    axis: axisOf(parameter),
    index,
  }));
}

/**
 * The parameters with equal conditions, in an order in which each condition's parameter comes first.
 * @param isJoint false for a group for each parameter
 */
export function groupsOf(axes: readonly SpaceAxis[], isJoint: boolean): Group[] {
  const groups = new Map<string, { when: Condition | null; axes: SpaceAxis[] }>();
  for (const axis of axes) {
    if (axis.axis.isSingle) continue;
    const key = isJoint ? JSON.stringify(axis.when) : axis.name;
    const group = groups.get(key);
    if (group) group.axes.push(axis);
    else groups.set(key, { when: axis.when, axes: [axis] });
  }
  return [...groups.values()];
}
