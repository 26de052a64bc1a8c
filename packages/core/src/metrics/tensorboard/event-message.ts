import type { PbfWriter } from 'pbf';
import type { MediaRecord, MetricRecord } from '../metric-sink.js';
import { writeMediaSummary } from './media-summary.js';

/** The fields of TensorBoard's `Event` message that Forge writes. Field numbers are those of event.proto and summary.proto. */
export interface EventMessage {
  /** Seconds since the Unix epoch. */
  readonly wallTime: number;
  readonly step?: number;
  readonly fileVersion?: string;
  /** Written as one scalar `<split>/<name>` per value. */
  readonly scalars?: Pick<MetricRecord, 'split' | 'values'>;
  readonly media?: MediaRecord;
  readonly sessionStart?: true;
}

interface Scalar {
  readonly tag: string;
  readonly value: number;
}

const sessionStatusStart = 1;

export function writeEventMessage(event: EventMessage, writer: PbfWriter): void {
  writer.writeDoubleField(1, event.wallTime);
  if (event.step !== undefined) writer.writeVarintField(2, event.step);
  if (event.fileVersion !== undefined) writer.writeStringField(3, event.fileVersion);
  if (event.scalars !== undefined) writer.writeMessage(5, writeSummary, event.scalars);
  if (event.media !== undefined) writer.writeMessage(5, writeMediaSummary, event.media);
  if (event.sessionStart === true) writer.writeMessage(7, writeSessionLog, sessionStatusStart);
}

function writeSummary({ split, values }: NonNullable<EventMessage['scalars']>, writer: PbfWriter): void {
  for (const name in values) writer.writeMessage(1, writeScalar, { tag: `${split}/${name}`, value: values[name]! });
}

function writeScalar({ tag, value }: Scalar, writer: PbfWriter): void {
  writer.writeStringField(1, tag);
  writer.writeFloatField(2, value);
}

function writeSessionLog(status: number, writer: PbfWriter): void {
  writer.writeVarintField(1, status);
}
