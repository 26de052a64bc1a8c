import type { Dim } from '../../graph/ir/types.js';

/** Which convolutions without groups an engine computes faster than matrix products and transposed convolutions. */
export type FastConvolutions = (sizes: { readonly channels: Dim; readonly filters: Dim }) => boolean;
