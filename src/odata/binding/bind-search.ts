import type { SearchExpression, SearchTerm } from '../query/syntax.js';
import { constant } from './bind-literal.js';
import { propertiesOf, rowTypeOf, type Scope } from './scope.js';
import { booleanType, condition, textType, type Typed } from './typed.js';

/**
 * `$search` as a condition: a word or phrase is found where any text of the row contains it, whatever the case (OData
 * leaves to the service where it looks and how it compares).
 */
export function bindSearch(search: SearchExpression, scope: Scope): Typed {
  switch (search.kind) {
    case 'and':
    case 'or': {
      const operands = search.operands.map((operand) => bindSearch(operand, scope));
      return { kind: search.kind, ...condition, operands };
    }
    case 'not':
      return { kind: 'not', ...condition, operand: bindSearch(search.operand, scope) };
    case 'word':
    case 'phrase':
    case 'incomplete':
      return found(search, scope);
  }
}

/**
 * Compared with true, so that a row without any text is one where nothing is found, also behind NOT. So is one of a type
 * that has no text.
 */
function found({ text }: SearchTerm, scope: Scope): Typed {
  const operands = propertiesOf(scope.row, rowTypeOf(scope.row), scope.version)
    .filter(({ type }) => type.kind === 'primitive' && type.name === 'Edm.String')
    .map((property): Typed => {
      const path = { source: scope.row, steps: [property], onlyOf: undefined };
      const column: Typed = { kind: 'property', path, type: textType, nullable: property.nullable };
      const sought = constant(textType, text);
      return {
        kind: 'call',
        name: 'contains',
        operands: [column, sought],
        type: booleanType,
        nullable: property.nullable,
      };
    });
  if (operands.length === 0) return constant(booleanType, false);
  const anywhere: Typed = { kind: 'or', operands, type: booleanType, nullable: true };
  return {
    kind: 'compare',
    ...condition,
    operator: 'eq',
    left: anywhere,
    right: constant(booleanType, true),
  };
}
