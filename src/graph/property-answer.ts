import { partType, type PropertyPart } from '../odata/address.js';
import type { Property } from '../odata/edm.js';
import { contextMember, propertyText, rawValue, valueAt } from '../odata/documents.js';
import { graphError } from '../odata/errors.js';
import type { Entity } from '../odata/expanded-text.js';
import { type Answer, emptyAnswer, jsonAnswer, plainAnswer } from './answer.js';
import type { Call } from './exchange.js';

/** One property of an entity, its bare value or the number of its elements; null is no content (OData 4.01, 11.2.4). */
export function propertyAnswer({ address, root, format }: Call, { row }: Entity): Answer {
  const { part, set, version } = address;
  if (part.kind !== 'property') throw graphError('internal');
  const [first, last] = [part.steps[0], part.steps.at(-1)] as [Property, Property];
  const property = { ...last, type: partType(part) };
  const value = valueAt(set.text.value(first)(row), part);
  if (value === null) return emptyAnswer;
  const style = { version, format, inner: undefined };
  switch (part.as) {
    case 'count':
      return plainAnswer(String((value as unknown[]).length), 'text/plain');
    case 'raw':
      return plainAnswer(rawValue(property, value, style), rawMediaType(part));
    case 'json': {
      const head = contextMember(format, root, { kind: 'property', address });
      return jsonAnswer(200, propertyText(head, property, value, style), format);
    }
  }
}

/** The media type of a value by itself (OData 4.01, 11.2.4.1), or of a count. */
export function rawMediaType({ steps, as }: PropertyPart): string {
  const type = steps.at(-1)?.type;
  const isBinary = as === 'raw' && type?.kind === 'primitive' && type.name === 'Edm.Binary';
  return isBinary ? 'application/octet-stream' : 'text/plain';
}
