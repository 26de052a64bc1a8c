/** What a model file says of itself. */
export interface Documentation {
  readonly docString?: string;
  readonly graphDocString?: string;
  /** Of inputs and outputs, by name. */
  readonly docStrings?: ReadonlyMap<string, string>;
  /** The namespace of the model, as `org.example`. */
  readonly domain?: string;
  readonly version?: bigint;
}
