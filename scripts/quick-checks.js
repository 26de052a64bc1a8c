/**
 * Writes checks of JSON Schemas as small functions that only say whether a value is valid. ajv's check also says which
 * field is not, in one large function: a list of thousands of runs is over before the engine has optimized that.
 */
export class QuickChecks {
  /** The name of each function by its text. */
  #functions = new Map();

  /** @returns the name of the function that checks a value */
  add(schema, definitions = {}) {
    return this.#name(`v=>${this.#test(schema, 'v', definitions)}`);
  }

  /** The source of the functions, each after those that it calls. */
  get source() {
    return [helpers, ...[...this.#functions].map(([text, name]) => `const ${name}=${text};`)].join('\n');
  }

  #name(text) {
    if (!this.#functions.has(text)) this.#functions.set(text, `quick${this.#functions.size}`);
    return this.#functions.get(text);
  }

  /** An expression that says whether a value, given as an expression, is valid. */
  #test(schema, value, definitions) {
    const test = (part, of) => this.#test(part, of, definitions);
    const check = (part) => this.#name(`v=>${test(part, 'v')}`);
    const unknown = Object.keys(schema).find((keyword) => !keywords.has(keyword));
    if (unknown !== undefined) throw new Error(`Quick checks do not know ${unknown}: ${JSON.stringify(schema)}.`);
    const {
      $ref,
      anyOf,
      type,
      pattern,
      minimum,
      maximum,
      items,
      properties = {},
      required = [],
      additionalProperties,
    } = schema;
    if ($ref !== undefined) return test(definitions[decodeURIComponent($ref.split('/').at(-1))], value);
    if (anyOf !== undefined) return `(${anyOf.map((part) => test(part, value)).join('||')})`;
    if ('const' in schema) return `${value}===${JSON.stringify(schema.const)}`;
    if ('enum' in schema) return `(${schema.enum.map((one) => `${value}===${JSON.stringify(one)}`).join('||')})`;
    if (Array.isArray(type)) return `(${type.map((one) => test({ ...schema, type: one }, value)).join('||')})`;
    switch (type) {
      case 'string':
        if (pattern !== undefined) return `(typeof ${value}==="string"&&/${pattern}/u.test(${value}))`;
        return `typeof ${value}==="string"`;
      case 'boolean':
        return `typeof ${value}==="boolean"`;
      case 'number':
        return `Number.isFinite(${value})`;
      case 'null':
        return `${value}===null`;
      case 'integer': {
        const [least, most] = [minimum ?? -Infinity, maximum ?? Infinity];
        return `(Number.isInteger(${value})&&${value}>=${least}&&${value}<=${most})`;
      }
      case 'array':
        return `isList(${value},${check(items)})`;
      case 'object': {
        const tests = Object.entries(properties).map(([name, part]) => {
          const property = `v[${JSON.stringify(name)}]`;
          const isValid = test(part, property);
          return required.includes(name) ? isValid : `(${property}===undefined||${isValid})`;
        });
        if (typeof additionalProperties === 'object') tests.push(`hasValues(v,${check(additionalProperties)})`);
        return `${this.#name(`v=>${['isObject(v)', ...tests].join('&&')}`)}(${value})`;
      }
      case undefined:
        return 'true';
      default:
        throw new Error(`Quick checks do not know the type ${type}.`);
    }
  }
}

/** The keywords of JSON Schema that the checks apply, and those that say nothing about a value. */
const keywords = new Set([
  ...['$ref', 'anyOf', 'const', 'enum', 'type', 'pattern', 'minimum', 'maximum', 'items'],
  ...['properties', 'required', 'additionalProperties', '$schema', 'definitions', 'description'],
]);

const helpers = `
const isObject = (v) => typeof v === 'object' && v !== null && !Array.isArray(v);
const isList = (v, check) => {
  if (!Array.isArray(v)) return false;
  for (let at = 0; at < v.length; at++) if (!check(v[at])) return false;
  return true;
};
const hasValues = (v, check) => {
  for (const key in v) if (!check(v[key])) return false;
  return true;
};`;
