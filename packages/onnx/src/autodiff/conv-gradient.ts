import type { FastConvolutions } from './adjoints/fast-convolutions.js';
import { type DefinedGradient, defineGradient } from './define-gradient.js';
import { convRule } from './rules/conv.js';

/**
 * The gradient of Conv for an engine that computes some convolutions faster than matrix products.
 * @param areFast which ones
 */
export function convGradient(areFast: FastConvolutions): DefinedGradient {
  return defineGradient('Conv', convRule(areFast));
}
