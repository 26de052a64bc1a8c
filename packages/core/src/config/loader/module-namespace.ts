/** What `import` gives of what a module exports, whatever kind of module it is; the same object each time. */
export type NamespaceOf = (exported: unknown) => Record<string, unknown>;

/**
 * ES modules that the loader has compiled are their own namespaces. Of CommonJS, JSON and modules that Node has loaded,
 * `default` is what they export as a whole, and every property of that is a named export.
 */
export function createNamespaces(): NamespaceOf {
  const made = new WeakMap<object, Record<string, unknown>>();
  return (exported) => {
    if (!isKeyed(exported)) return { __esModule: true, default: exported };
    if (isCompiled(exported)) return exported;
    const known = made.get(exported);
    if (known !== undefined) return known;
    const namespace = new Proxy(exported, { get: (target, name) => namedExport(target, name) });
    made.set(exported, namespace);
    return namespace;
  };
}

function namedExport(exported: Keyed, name: string | symbol): unknown {
  const whole = exported.default;
  if (name === '__esModule') return true;
  if (name === 'default') {
    if (whole === undefined || whole === null) return exported;
    // A package that was compiled from an ES module, which Node wraps once more.
    const isWrapped = exported.__esModule === true && isKeyed(whole) && typeof whole.default === 'function';
    return isWrapped ? whole.default : whole;
  }
  // A namespace of a promise is no promise, or `await import()` would wait for that too.
  if (name === 'then') return Object.hasOwn(exported, name) ? exported[name] : undefined;
  return name in exported || !isKeyed(whole) ? exported[name] : whole[name];
}

type Keyed = Record<PropertyKey, unknown>;

function isKeyed(value: unknown): value is Keyed {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

/** Namespaces of Node's are no ordinary objects; a package's `__esModule` may be among their names. */
function isCompiled(exported: Keyed): boolean {
  return exported.__esModule === true && exported[Symbol.toStringTag] !== 'Module';
}
