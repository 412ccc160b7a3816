import type { Change } from '../stored-value.js';
import type { Parameters } from './parameters.js';

/**
 * The new value of a jsonb column or member.
 * @param stored SQL of what it was: a document, or null of either kind. Names in it are the model's own.
 */
export function changedSql(stored: string, { value, merge }: Change, parameters: Parameters): string {
  if (!merge) return parameters.add(value);
  const documents: string[] = [];
  if (merge.initial === undefined) documents.push(stored);
  else {
    documents.push(`${parameters.add(JSON.stringify(merge.initial))}::jsonb`);
    // Joined to a JSON null a document would become an array.
    documents.push(`coalesce(nullif(${stored}, 'null'), '{}')`);
  }
  documents.push(`${parameters.add(value)}::jsonb`);
  const inner = merge.inner.map(
    (change) => `'${change.name}', ${changedSql(`${stored}->'${change.name}'`, change, parameters)}`,
  );
  if (inner.length > 0) documents.push(`jsonb_build_object(${inner.join(', ')})`);
  return documents.join(' || ');
}
