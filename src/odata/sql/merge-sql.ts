import { storedTypeMember } from '../complex-types.js';
import type { Change } from '../stored-value.js';
import type { Parameters } from './parameters.js';

/**
 * The new value of a jsonb column or member.
 * @param stored SQL of what it was: a document, or null of either kind. Names in it are the model's own.
 */
export function changedSql(stored: string, { value, merge }: Change, parameters: Parameters): string {
  if (!merge) return parameters.add(value);
  const documents: string[] = [];
  const known = merge.type === undefined ? stored : ofType(stored, merge.type);
  if (merge.initial === undefined) documents.push(known);
  else {
    documents.push(`${parameters.add(JSON.stringify(merge.initial))}::jsonb`);
    // Joined to a JSON null a document would become an array.
    documents.push(`coalesce(nullif(${known}, 'null'), '{}')`);
  }
  documents.push(`${parameters.add(value)}::jsonb`);
  const inner = merge.inner.map(
    (change) => `'${change.name}', ${changedSql(`${known}->'${change.name}'`, change, parameters)}`,
  );
  if (inner.length > 0) documents.push(`jsonb_build_object(${inner.join(', ')})`);
  return documents.join(' || ');
}

/** A complex value where it is of a type; null where it is of another. */
const ofType = (stored: string, type: string): string =>
  `(CASE WHEN ${stored}->>'${storedTypeMember}' = '${type}' THEN ${stored} END)`;
