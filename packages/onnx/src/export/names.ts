import { OnnxError } from '../errors/onnx-error.js';

/** The names used in a model. ONNX requires unique value names, bodies included. */
export class Names {
  readonly #taken = new Map<string, string>();
  readonly #counts = new Map<string, number>();

  /** @throws OnnxError MODEL_INVALID where two fixed names are equal. */
  reserve(name: string, what: string): void {
    const before = this.#taken.get(name);
    if (name === '' || before !== undefined) {
      const problem =
        name === '' ? `One ${what} has no name.` : `"${name}" is the name of one ${before} and one ${what}.`;
      throw new OnnxError('MODEL_INVALID', problem, { about: name, hint: 'Give each a unique name.' });
    }
    this.#taken.set(name, what);
  }

  /** The requested name, or the first free `name_2`, `name_3` … */
  like(wanted: string): string {
    return this.#claim(wanted, wanted);
  }

  /** `Conv_1`, `Conv_2` … */
  next(op: string): string {
    return this.#claim(undefined, op);
  }

  #claim(wanted: string | undefined, stem: string): string {
    let name = wanted;
    let count = this.#counts.get(stem) ?? (wanted === undefined ? 0 : 1);
    while (name === undefined || this.#taken.has(name)) {
      count += 1;
      name = `${stem}_${count}`;
    }
    this.#counts.set(stem, count);
    this.#taken.set(name, 'value');
    return name;
  }
}
