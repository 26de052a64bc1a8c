import type { PbfWriter } from 'pbf';
import { encodeMedia } from '../media/encode-media.js';
import type { HistogramValue, ImageValue, TableValue } from '../media-value.js';
import type { MediaRecord } from '../metric-sink.js';

/** Field numbers are those of TensorBoard's summary.proto, tensor.proto and tensor_shape.proto. */
export function writeMediaSummary(media: MediaRecord, writer: PbfWriter): void {
  writer.writeMessage(1, writeValue, media);
}

function writeValue({ split, name, value }: MediaRecord, writer: PbfWriter): void {
  writer.writeStringField(1, `${split}/${name}`);
  if (value.kind === 'image') writer.writeMessage(4, writeImage, value);
  else if (value.kind === 'histogram') writer.writeMessage(5, writeHistogram, value);
  else {
    writer.writeMessage(9, writeTextMetadata, undefined);
    writer.writeMessage(8, writeStringTensor, value.kind === 'text' ? value.text : markdownTable(value));
  }
}

function writeImage(image: ImageValue, writer: PbfWriter): void {
  writer.writeVarintField(1, image.height);
  writer.writeVarintField(2, image.width);
  writer.writeVarintField(3, image.channels);
  writer.writeBytesField(4, encodeMedia(image));
}

function writeHistogram({ min, max, sum, sumSquares, edges, counts }: HistogramValue, writer: PbfWriter): void {
  writer.writeDoubleField(1, min);
  writer.writeDoubleField(2, max);
  writer.writeDoubleField(
    3,
    counts.reduce((total, count) => total + count, 0),
  );
  writer.writeDoubleField(4, sum);
  writer.writeDoubleField(5, sumSquares);
  // TensorBoard's buckets have upper limits only.
  writer.writePackedDouble(6, edges.slice(1));
  writer.writePackedDouble(7, [...counts]);
}

/** SummaryMetadata { plugin_data { plugin_name: "text" } } */
function writeTextMetadata(_: undefined, writer: PbfWriter): void {
  writer.writeMessage(1, (__, data) => data.writeStringField(1, 'text'), undefined);
}

const dtypeString = 7;

/** TensorProto { dtype: DT_STRING, tensor_shape: [1], string_val: [text] } */
function writeStringTensor(text: string, writer: PbfWriter): void {
  writer.writeVarintField(1, dtypeString);
  writer.writeMessage(
    2,
    (_, shape) => shape.writeMessage(2, (__, dim) => dim.writeVarintField(1, 1), undefined),
    undefined,
  );
  writer.writeBytesField(8, Buffer.from(text));
}

/** TensorBoard shows no tables, but Markdown. */
function markdownTable({ columns, rows }: TableValue): string {
  const line = (cells: readonly unknown[]) =>
    `| ${cells
      .map((cell) =>
        String(cell ?? '')
          .replaceAll('|', '\\|')
          .replace(/\s+/g, ' '),
      )
      .join(' | ')} |`;
  return [line(columns), line(columns.map(() => '---')), ...rows.map(line)].join('\n');
}
