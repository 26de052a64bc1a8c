const names = ['svg', 'desc', 'style', 'rect', 'path', 'circle', 'text', 'title'];

/**
 * The text of a figure, if it is well-formed XML of the elements that figures have, with attributes that hold no code.
 * @throws Error otherwise
 */
export function textsOf(svg: string): string[] {
  const open: string[] = [];
  const texts: string[] = [];
  let rest = svg;
  while (rest !== '') {
    const token = /^(?:[^<>&]|&(?:amp|lt|gt|quot);)+|^<\/([a-z]+)>|^<([a-z]+)((?: [a-z-]+="[^"<>]*")*)(\/?)>/i.exec(
      rest,
    );
    if (token === null) throw new Error(`Not well-formed: ${rest.slice(0, 80)}`);
    const [all, closed, opened, attributes = '', single] = token;
    if (closed !== undefined && open.pop() !== closed) throw new Error(`</${closed}> closes another element.`);
    if (opened !== undefined) {
      if (!names.includes(opened) || / on|href|src=/i.test(attributes.replace(/"[^"]*"/g, ''))) {
        throw new Error(`Not an element of figures: ${all}`);
      }
      if (/NaN|undefined|Infinity/.test(opened === 'svg' ? '' : attributes)) throw new Error(`Not a place: ${all}`);
      if (single === '') open.push(opened);
    }
    if (closed === undefined && opened === undefined) {
      texts.push(
        all.replace(/&(amp|lt|gt|quot);/g, (_, name) => ({ amp: '&', lt: '<', gt: '>', quot: '"' })[name as 'amp']),
      );
    }
    rest = rest.slice(all.length);
  }
  if (open.length > 0) throw new Error(`Not closed: ${open.join(', ')}`);
  return texts.map((text) => text.trim()).filter((text) => text !== '');
}
