import { createRequire } from 'node:module';
import { unusable } from './unusable.js';

export type Koffi = typeof import('koffi');

/** The version that this package is tested with. */
export const koffiVersion = '3.3.4';

const require = createRequire(import.meta.url);

/** @throws ForgeError ENGINE_UNUSABLE where it is not installed, or has no build for this machine. */
export function loadKoffi(): Koffi {
  let koffi: Koffi & { readonly version?: string };
  try {
    koffi = require('koffi');
  } catch (error) {
    throw unusable('the package koffi cannot be loaded', `npm install koffi@${koffiVersion}`, error);
  }
  if (koffi.version === koffiVersion) return koffi;
  throw unusable(`koffi has version ${koffi.version}, not ${koffiVersion}`, `npm install koffi@${koffiVersion}`);
}
