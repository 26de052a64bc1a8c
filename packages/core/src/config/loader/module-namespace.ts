/** The namespace object that `import` returns for a module's exports, of any kind; the same object each time. */
export type NamespaceOf = (exported: unknown) => Record<string, unknown>;

/**
 * ES modules compiled by the loader are their own namespaces. For CommonJS, JSON and modules loaded by Node, `default`
 * is the whole export, and every property of it is a named export.
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
    // A package compiled from an ES module, which Node wraps again.
    const isWrapped = exported.__esModule === true && isKeyed(whole) && typeof whole.default === 'function';
    return isWrapped ? whole.default : whole;
  }
  // The namespace of a promise must not be a thenable, or `await import()` would wait for it.
  if (name === 'then') return Object.hasOwn(exported, name) ? exported[name] : undefined;
  return name in exported || !isKeyed(whole) ? exported[name] : whole[name];
}

type Keyed = Record<PropertyKey, unknown>;

function isKeyed(value: unknown): value is Keyed {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

/** Node's namespaces are not compiled by the loader, even if a package exports `__esModule`. */
function isCompiled(exported: Keyed): boolean {
  return exported.__esModule === true && exported[Symbol.toStringTag] !== 'Module';
}
