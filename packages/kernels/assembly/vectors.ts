/** -1, 0 or 1 in each lane; NaN of NaN, and +0 of both zeros. */
export function sign(x: v128): v128 {
  const zero = f32x4.splat(0);
  const positive = v128.and(f32x4.gt(x, zero), f32x4.splat(1));
  const negative = v128.and(f32x4.lt(x, zero), f32x4.splat(-1));
  return v128.bitselect(v128.or(positive, negative), x, f32x4.eq(x, x));
}

/** The gradient times `scale`, limited to [low, high]. NaN remains NaN: `pmin` and `pmax` give their first operand then. */
export function limited(gradient: v128, scale: v128, low: v128, high: v128): v128 {
  return f32x4.pmax(f32x4.pmin(f32x4.mul(gradient, scale), high), low);
}

/** a + share · (p - a): the moving average of the parameter p. */
export function averaged(average: v128, parameter: v128, share: v128): v128 {
  return f32x4.add(average, f32x4.mul(f32x4.sub(parameter, average), share));
}
