import type { Template } from '@huggingface/jinja';

/** `strip`, `lstrip` and `rstrip` of Python, whose argument names the characters to remove; the library ignores it. */
const strips = { strip: [true, true], lstrip: [true, false], rstrip: [false, true] } as const;

const nameOf = (method: string) => `_${method}_characters`;

/** The functions that `stripsOf` calls, for the variables of a template. */
export const stripCharacters: Readonly<Record<string, (text: string, characters: string) => string>> =
  Object.fromEntries(
    Object.entries(strips).map(([method, [atStart, atEnd]]) => [
      nameOf(method),
      (text: string, characters: string) => {
        const removed = new Set(characters);
        const points = [...text];
        let from = 0;
        let to = points.length;
        while (atStart && from < to && removed.has(points[from]!)) from++;
        while (atEnd && to > from && removed.has(points[to - 1]!)) to--;
        return points.slice(from, to).join('');
      },
    ]),
  );

interface Call {
  readonly type: 'CallExpression';
  callee: { readonly type: string; readonly object?: unknown; readonly property?: { readonly value?: unknown } };
  args: unknown[];
}

/** Turns `text.strip(characters)`, wherever a template has it, into a call of a function of `stripCharacters`. */
export function stripsOf(program: Template['parsed']): void {
  visit(program);
}

function visit(node: unknown): void {
  if (typeof node !== 'object' || node === null) return;
  for (const child of Object.values(node)) visit(child);
  if (!isCall(node) || node.args.length !== 1 || node.callee.type !== 'MemberExpression') return;
  const { object, property } = node.callee;
  const method = property?.value;
  if (typeof method !== 'string' || !Object.hasOwn(strips, method)) return;
  node.args = [object, ...node.args];
  node.callee = Object.assign(Object.create(Object.getPrototypeOf(property)), property, { value: nameOf(method) });
}

function isCall(node: object): node is Call {
  return 'type' in node && node.type === 'CallExpression';
}
