import { escapeName, unescapeName } from './escape-name.js';

/** Whether axes are logarithmic, by the names of their flags and metrics, where a person chose it. */
export type AxisScales = ReadonlyMap<string, boolean>;

/** `learningRate:log;valid.loss:linear`. Invalid parts are ignored. */
export function parseScales(text: string | null): AxisScales {
  const scales = new Map<string, boolean>();
  for (const part of (text ?? '').split(';')) {
    const [, name, kind] = /^(.+):(log|linear)$/s.exec(part) ?? [];
    if (name !== undefined) scales.set(unescapeName(name), kind === 'log');
  }
  return scales;
}

export function formatScales(scales: AxisScales): string {
  return [...scales].map(([name, isLog]) => `${escapeName(name)}:${isLog ? 'log' : 'linear'}`).join(';');
}
