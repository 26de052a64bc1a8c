import { checkOptions } from '../errors/check-options.js';
import { isObject } from '../json/json-file.js';
import type { DeclaredDirections } from '../metrics/metric-address.js';
import type { Direction } from '../metrics/metric-direction.js';
import { describeValue, invalidModel } from './model-error.js';

/** A model config's declaration of a metric, under `metrics` by the metric's name. */
export interface MetricDeclaration {
  /** Whether a lower or a higher value is better. */
  readonly direction?: Direction;
}

/**
 * The directions that a model declares: `metrics: { myScore: { direction: 'max' } }` in what `load` returns.
 * @throws ForgeError MODEL_INVALID, OPTION_UNKNOWN for an invalid declaration
 */
export function declaredDirections(model: unknown): DeclaredDirections {
  const metrics = isObject(model) ? model.metrics : undefined;
  if (metrics === undefined) return {};
  if (!isObject(metrics)) {
    throw invalidModel(
      `The model's metrics is ${describeValue(metrics)}, not an object of declarations by name.`,
      example,
    );
  }
  return Object.fromEntries(
    Object.entries(metrics).flatMap(([name, declaration]) => {
      const { direction } = checkDeclaration(name, declaration);
      return direction === undefined ? [] : [[name, direction]];
    }),
  );
}

const example = "Write metrics: { myScore: { direction: 'max' } }.";

function checkDeclaration(name: string, declaration: unknown): MetricDeclaration {
  const of = `metrics.${name}`;
  if (!isObject(declaration)) throw invalidModel(`${of} is ${describeValue(declaration)}, not an object.`, example);
  checkOptions(declaration, ['direction'], { of });
  const { direction } = declaration;
  if (direction !== undefined && direction !== 'min' && direction !== 'max') {
    throw invalidModel(
      `${of}.direction is ${JSON.stringify(direction) ?? String(direction)}, not "min" or "max".`,
      example,
    );
  }
  return declaration as MetricDeclaration;
}
