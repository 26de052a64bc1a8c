import { ForgeError } from '@forge-ml/core/plugin';
import type { FileMetaData, SchemaElement, SchemaTree } from 'hyparquet';
import { parquetSchema } from 'hyparquet';
import { cellConverter, isExact, isWideInteger } from './cells.js';
import { damaged, UnreadableParquet } from './damaged.js';

/** A column that is read. */
export interface ParquetColumn {
  readonly name: string;
  /** Its index among the columns of each row group. */
  readonly index: number;
  readonly schemaPath: readonly [SchemaTree, SchemaTree];
  /** Whether its integers are texts: undefined if that depends on the values, which then must be read. */
  readonly wide: boolean | undefined;
}

/**
 * The columns to read, in the order of `names`, or all in the order of the file.
 * @throws ForgeError DATA_INVALID for an unknown name, or a column whose values are no cells
 */
export function parquetColumns(metadata: FileMetaData, path: string, names?: readonly string[]): ParquetColumn[] {
  const root = parquetSchema(metadata);
  const places = new Map<string, { readonly child: SchemaTree; readonly index: number }>();
  let index = 0;
  for (const child of root.children) {
    if (places.has(child.element.name)) throw damaged(`it has two columns "${child.element.name}"`);
    places.set(child.element.name, { child, index });
    index += leaves(child);
  }
  return (names ?? [...places.keys()]).map((name) => {
    const place = places.get(name);
    if (place === undefined) throw unknownColumn(path, name, [...places.keys()]);
    const { element, children } = place.child;
    if (children.length > 0 || element.repetition_type === 'REPEATED') throw unusable(path, name, 'is nested');
    try {
      cellConverter(element, false);
    } catch (error) {
      if (error instanceof UnreadableParquet) throw unusable(path, name, error.message);
      throw error;
    }
    const wide = isWideInteger(element) ? wideByStatistics(metadata, place.index, element) : false;
    return { name, index: place.index, schemaPath: [root, place.child], wide };
  });
}

function leaves({ children }: SchemaTree): number {
  return children.length === 0 ? 1 : children.reduce((sum, child) => sum + leaves(child), 0);
}

/** Whether the statistics of a column of 64-bit integers say that a value is not exact as a number. */
function wideByStatistics({ row_groups: groups }: FileMetaData, index: number, { converted_type }: SchemaElement) {
  for (const group of groups) {
    const statistics = group.columns[index]?.meta_data?.statistics;
    const [least, most] = [statistics?.min_value, statistics?.max_value];
    const allNull = statistics?.null_count === group.num_rows;
    if (allNull) continue;
    if (typeof least !== 'bigint' || typeof most !== 'bigint') return undefined;
    if (!isExact(least) || !isExact(most) || (converted_type === 'UINT_64' && least < 0n)) return true;
  }
  return false;
}

function unknownColumn(path: string, name: string, names: readonly string[]): ForgeError {
  return new ForgeError('DATA_INVALID', `${path} has no column "${name}".`, {
    about: name,
    hint: `It has ${names.slice(0, 20).join(', ')}${names.length > 20 ? ' …' : ''}.`,
  });
}

function unusable(path: string, name: string, how: string): ForgeError {
  return new ForgeError('DATA_INVALID', `The column "${name}" of ${path} ${how}, which Forge cannot read.`, {
    about: name,
    hint: "Name the columns to read: { columns: ['…'] }.",
  });
}
