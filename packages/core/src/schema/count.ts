/**
 * A whole number, 0 or more, that a float64 holds exactly.
 * @asType integer
 * @minimum 0
 * @maximum 9007199254740991
 */
export type Count = number;
