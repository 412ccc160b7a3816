import { resultText, typeContext } from '../odata/documents.js';
import { namespace, type ValueType } from '../odata/edm.js';
import type { Format } from '../odata/format.js';
import { entityWriter, type Row } from '../odata/serializer.js';
import type { Json } from '../odata/stored-value.js';
import { type Answer, jsonAnswer } from './answer.js';
import type { OperationCall } from './operation-call.js';
import type { ServedSet } from './served-set.js';

const rootOf = ({ base, address }: OperationCall): string => `${base}/${address.version}`;

/** An operation's value, as it is stored. */
export function valueAnswer(call: OperationCall, format: Format, type: ValueType, value: Json): Answer {
  const style = { version: call.address.version, format, inner: undefined };
  return jsonAnswer(200, resultText(rootOf(call), type, value, style), format);
}

/** Rows of a set as an operation's entities, all of them in one answer. */
export function entitiesAnswer(
  call: OperationCall,
  format: Format,
  set: ServedSet,
  rows: readonly Row[],
): Answer {
  const { version } = call.address;
  const head = typeContext(format, rootOf(call), `Collection(${namespace}.${set.type.name})`);
  const write = entityWriter(set, version, set.text, undefined, format);
  return jsonAnswer(200, `{${head}"value":[${rows.map((row) => write(row, '')).join(',')}]}`, format);
}
