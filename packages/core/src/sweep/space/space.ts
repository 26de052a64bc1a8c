/** A value of a flag that a sweep may try. */
export type ParameterValue = number | string | boolean | null;

/** The values of one trial, by the name of the flag, as declared. A conditional parameter that is inactive is absent. */
export type ParameterValues = Readonly<Record<string, ParameterValue>>;

/** A range of real numbers. */
export interface FloatParameter {
  readonly kind: 'float';
  readonly low: number;
  /** Included, if a step reaches it. */
  readonly high: number;
  /** Sample the logarithm uniformly. Not together with a step. */
  readonly log: boolean;
  /** Only low + n · step; null for any number. */
  readonly step: number | null;
}

/** A range of whole numbers. */
export interface IntegerParameter {
  readonly kind: 'integer';
  readonly low: number;
  readonly high: number;
  /** Not together with a step other than 1. */
  readonly log: boolean;
  readonly step: number;
}

/** One of several values without an order. */
export interface ChoiceParameter {
  readonly kind: 'choice';
  readonly choices: readonly ParameterValue[];
}

/** Makes a parameter conditional: it is active only where another one, earlier in the space, has one of these values. */
export interface Condition {
  readonly parameter: string;
  readonly values: readonly ParameterValue[];
}

export type Parameter = (FloatParameter | IntegerParameter | ChoiceParameter) & { readonly when: Condition | null };

/** What a sweep searches: a parameter for each flag it varies, conditions pointing backward. Plain data. */
export type Space = Readonly<Record<string, Parameter>>;
