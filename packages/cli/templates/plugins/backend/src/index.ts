/** What model configs import from this package. */

export { type Mlp, type MlpOptions, mlp } from './mlp.js';
