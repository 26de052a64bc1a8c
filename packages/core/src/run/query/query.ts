/** Where a part is in the text of a query: characters from `start` up to `end`. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

/** A field of a run by its path: `flags.hidden` is `['flags', 'hidden']`. */
export interface FieldPath {
  readonly path: readonly string[];
  readonly place: Place;
}

export type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=';

/** A value as it was written: what it means depends on the field. */
export interface Literal {
  readonly text: string;
  readonly quoted: boolean;
  readonly place: Place;
}

/** `/text/flags` of `~`. */
export interface Pattern {
  readonly text: string;
  readonly flags: string;
  readonly place: Place;
}

/** A parsed expression that chooses runs. */
export type Query =
  | { readonly kind: 'and' | 'or'; readonly of: readonly Query[] }
  | { readonly kind: 'not'; readonly of: Query }
  | { readonly kind: 'has'; readonly field: FieldPath }
  | { readonly kind: 'in'; readonly field: FieldPath; readonly values: readonly Literal[] }
  | { readonly kind: 'matches'; readonly field: FieldPath; readonly pattern: Pattern | Literal }
  | { readonly kind: 'compare'; readonly field: FieldPath; readonly operator: Operator; readonly value: Literal };
