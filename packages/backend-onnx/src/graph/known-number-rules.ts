import type { Node } from './node.js';

export function noteKnownNumbers(_node: Node): void {}
