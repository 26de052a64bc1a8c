/** Which characters a text is made of, and each by its number. */
export class Alphabet {
  readonly characters: readonly string[];
  readonly #numbers: ReadonlyMap<string, number>;

  /** The alphabet of a text: its characters, sorted, so that the same text always gives the same numbers. */
  constructor(text: string) {
    this.characters = [...new Set(text)].sort();
    this.#numbers = new Map(this.characters.map((character, number) => [character, number]));
  }

  /** @throws for a character that is not in it. */
  encode(text: string): Int32Array {
    return Int32Array.from([...text], (character) => {
      const number = this.#numbers.get(character);
      if (number === undefined) throw new Error(`${JSON.stringify(character)} is not in the text that was learnt.`);
      return number;
    });
  }
}
