/** The characters of a text, and their numbers. */
export class Alphabet {
  readonly characters: readonly string[];
  readonly #numbers: ReadonlyMap<string, number>;

  /** Sorts the characters, so that a text always gives the same numbers. */
  constructor(text: string) {
    this.characters = [...new Set(text)].sort();
    this.#numbers = new Map(this.characters.map((character, number) => [character, number]));
  }

  /** @throws Error for an unknown character */
  encode(text: string): Int32Array {
    return Int32Array.from([...text], (character) => {
      const number = this.#numbers.get(character);
      if (number === undefined) throw new Error(`${JSON.stringify(character)} is not in the training text.`);
      return number;
    });
  }
}
