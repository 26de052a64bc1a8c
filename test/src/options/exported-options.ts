import { join } from 'node:path';
import ts from 'typescript';

/** An exported function or method that takes an options object. */
export interface OptionsTaker {
  /** E.g. `flag.integer`, `Pipeline.shuffle`, `new ForgeLibrary`. */
  readonly name: string;
  /** The option names of all overloads. */
  readonly options: readonly string[];
}

const optionsParameters = /^(options|request|rules|owner|range|environment|config|plugin|hooks)$/;
const optionsTypes = /(Options|Request|Rules|Owner|Range)$/;

/**
 * Every function and method with an options parameter among the exports of an entry point, from its published types.
 * @param declarations the path of its `.d.ts`, relative to the repository's root
 */
export function optionsTakers(root: string, declarations: string): OptionsTaker[] {
  const file = join(root, declarations);
  const program = ts.createProgram([file], {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    skipLibCheck: true,
    strict: true,
  });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  if (source === undefined) throw new Error(`${file} is missing: build first`);
  const found: OptionsTaker[] = [];

  const visit = (name: string, type: ts.Type): void => {
    const note = (as: string, signatures: readonly ts.Signature[]) => {
      const options = new Set(signatures.flatMap((signature) => optionsOf(signature)));
      if (signatures.some((signature) => takesOptions(signature))) found.push({ name: as, options: [...options] });
    };
    note(name, type.getCallSignatures());
    note(`new ${name}`, type.getConstructSignatures());
    const isOwn = (symbol: ts.Symbol) =>
      !/^(prototype|__@)/.test(symbol.name) &&
      symbol.declarations?.every((at) => !program.isSourceFileDefaultLibrary(at.getSourceFile()));
    const instances = type.getConstructSignatures().map((signature) => signature.getReturnType());
    const callable = type.getCallSignatures().length > 0;
    for (const part of [...(callable ? [] : [type]), ...instances]) {
      for (const symbol of checker.getPropertiesOfType(part).filter(isOwn)) {
        const signatures = checker.getTypeOfSymbolAtLocation(symbol, source).getCallSignatures();
        note(`${name}.${symbol.name}`, signatures);
      }
    }
  };
  const parametersOf = (signature: ts.Signature) =>
    signature.getParameters().map((parameter) => {
      const type = checker.getNonNullableType(checker.getTypeOfSymbolAtLocation(parameter, source));
      return { name: parameter.name, type };
    });
  const isObject = (type: ts.Type) => (type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) !== 0;
  const isOptions = ({ name, type }: { name: string; type: ts.Type }) =>
    (optionsParameters.test(name) || optionsTypes.test((type.aliasSymbol ?? type.symbol)?.name ?? '')) &&
    (type.isUnion() ? type.types : [type]).every(isObject) &&
    type.getCallSignatures().length === 0;
  const takesOptions = (signature: ts.Signature) => parametersOf(signature).some(isOptions);
  const optionsOf = (signature: ts.Signature) =>
    parametersOf(signature)
      .filter(isOptions)
      .flatMap(({ type }) => (type.isUnion() ? type.types : [type]))
      .flatMap((type) => checker.getPropertiesOfType(type).map((property) => property.name));

  const exported = checker.getExportsOfModule(checker.getSymbolAtLocation(source)!);
  for (const symbol of exported) {
    const value = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    const typeOnly = symbol.declarations?.some(
      (at) => ts.isExportSpecifier(at) && ts.isTypeOnlyImportOrExportDeclaration(at),
    );
    if (typeOnly || !(value.flags & ts.SymbolFlags.Value)) continue;
    visit(symbol.name, checker.getTypeOfSymbolAtLocation(value, source));
  }
  return found;
}
