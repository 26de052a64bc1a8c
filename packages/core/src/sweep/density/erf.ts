/**
 * The error function, by the rational approximations of FreeBSD's msun library (s_erf.c), exact to about 1e-16.
 *
 * ====================================================
 * Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved.
 *
 * Developed at SunPro, a Sun Microsystems, Inc. business.
 * Permission to use, copy, modify, and distribute this
 * software is freely granted, provided that this notice
 * is preserved.
 * ====================================================
 */

/** erf(1), rounded to single precision. */
const erx = 0.8450629115104675;

type Coefficients = readonly number[];

/** For |x| < 0.84375. */
const pp: Coefficients = [
  0.12837916709551256, -0.3250421072470015, -0.02848174957559851, -0.005770270296489442, -2.3763016656650163e-5,
];
const qq: Coefficients = [
  1, 0.39791722395915535, 0.0650222499887673, 0.005081306281875766, 0.00013249473800432164, -3.960228278775368e-6,
];

/** For 0.84375 <= |x| < 1.25. */
const pa: Coefficients = [
  -0.0023621185607526594, 0.41485611868374833, -0.3722078760357013, 0.31834661990116175, -0.11089469428239668,
  0.035478304325618236, -0.002166375594868791,
];
const qa: Coefficients = [
  1, 0.10642088040084423, 0.540397917702171, 0.07182865441419627, 0.12617121980876164, 0.01363708391202905,
  0.011984499846799107,
];

/** For 1.25 <= |x| < 1 / 0.35. */
const ra: Coefficients = [
  -0.009864944034847148, -0.6938585727071818, -10.558626225323291, -62.375332450326006, -162.39666946257347,
  -184.60509290671104, -81.2874355063066, -9.814329344169145,
];
const sa: Coefficients = [
  1, 19.651271667439257, 137.65775414351904, 434.56587747522923, 645.3872717332679, 429.00814002756783,
  108.63500554177944, 6.570249770319282, -0.0604244152148581,
];

/** For 1 / 0.35 <= |x|. */
const rb: Coefficients = [
  -0.0098649429247001, -0.799283237680523, -17.757954917754752, -160.63638485582192, -637.5664433683896,
  -1025.0951316110772, -483.5191916086514,
];
const sb: Coefficients = [
  1, 30.33806074348246, 325.7925129965739, 1536.729586084437, 3199.8582195085955, 2553.0504064331644,
  474.52854120695537, -22.44095244658582,
];

/** 1 - erf(x), without cancellation for large x. 0 from about 27. */
export function erfc(x: number): number {
  const size = Math.abs(x);
  if (size < 0.84375) return 1 - x - x * ratio(pp, qq, x * x);
  if (size < 1.25) {
    const tail = ratio(pa, qa, size - 1);
    return x >= 0 ? 1 - erx - tail : 1 + erx + tail;
  }
  if (size >= 28) return x > 0 ? 0 : 2;
  const tail = upperTail(size);
  return x > 0 ? tail : 2 - tail;
}

function upperTail(x: number): number {
  const inverse = 1 / (x * x);
  const exponent = x < 1 / 0.35 ? ratio(ra, sa, inverse) : ratio(rb, sb, inverse);
  // x², as the square of a number with few digits and a remainder: rounding x² would cost digits of its exponential.
  const rounded = Math.fround(x);
  return (Math.exp(-rounded * rounded - 0.5625) * Math.exp((rounded - x) * (rounded + x) + exponent)) / x;
}

function ratio(numerator: Coefficients, denominator: Coefficients, x: number): number {
  return polynomial(numerator, x) / polynomial(denominator, x);
}

function polynomial(coefficients: Coefficients, x: number): number {
  let sum = 0;
  for (let at = coefficients.length - 1; at >= 0; at--) sum = sum * x + coefficients[at]!;
  return sum;
}
