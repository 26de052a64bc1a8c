/** A rectangle of a figure, in points. */
export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

type Attributes = Readonly<Record<string, string | number>>;

/** An element; `title` is what a viewer shows under the pointer. */
export function element(name: string, attributes: Attributes, title?: string): string {
  const inner = title === undefined ? '/>' : `><title>${escapeXml(title)}</title></${name}>`;
  return `<${name}${attributesOf(attributes)}${inner}`;
}

export function textElement(text: string, attributes: Attributes): string {
  return `<text${attributesOf(attributes)}>${escapeXml(text)}</text>`;
}

function attributesOf(attributes: Attributes): string {
  return Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${typeof value === 'number' ? round(value) : escapeXml(value)}"`)
    .join('');
}

/** Text for XML, which allows no control characters. */
export function escapeXml(text: string): string {
  const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replace(/[&<>"]/g, (character) => entities[character]!);
}

/** A hundredth of a point is finer than any printer. */
export function round(value: number): number {
  return Math.round(value * 100) / 100;
}
