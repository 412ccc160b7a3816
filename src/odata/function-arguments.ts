import type { Property } from './edm.js';
import { type GraphError, graphError } from './errors.js';
import { parseExpression } from './query/expression.js';
import { QuerySyntaxError } from './query/query-syntax-error.js';
import type { Literal } from './query/syntax.js';
import { excerpt, valueProblem } from './value-problem.js';

/** A name, and a literal or an alias: nothing else is served between a function's parentheses. */
const argument = /^\s*(\w+)\s*=\s*([\w.]*'(?:[^']|'')*'|[^',()]+?)\s*(?:,|$)/;

/**
 * The values between a function's parentheses, checked (OData URL 4.01, 4.5.2 and 5.3): `status='x',count=5`.
 * @param given the decoded text; undefined for no parentheses
 * @param aliases values of `@p` by names with their `@`
 * @throws {GraphError} 400 for a parameter that is unknown, missing, given twice, or has a wrong value
 */
export function functionArguments(
  given: string | undefined,
  parameters: readonly Property[],
  aliases: ReadonlyMap<string, string>,
): ReadonlyMap<string, unknown> {
  const texts = argumentTexts(given ?? '');
  const unknown = [...texts.keys()].find((name) => !parameters.some(isNamed(name)));
  if (unknown !== undefined) throw graphError('unknownParameter', excerpt(unknown));
  return new Map(
    parameters.map((parameter) => {
      const name = [...texts.keys()].find((candidate) => isNamed(candidate)(parameter));
      const text = name === undefined ? undefined : texts.get(name);
      return [parameter.name, checked(parameter, text?.startsWith('@') ? aliases.get(text) : text)];
    }),
  );
}

/** Names match without regard to case, as Graph documents. */
const isNamed =
  (name: string) =>
  (parameter: Property): boolean =>
    parameter.name.toLowerCase() === name.toLowerCase();

function argumentTexts(given: string): Map<string, string> {
  const texts = new Map<string, string>();
  let rest = given.trim();
  while (rest !== '') {
    const [whole = '', name = '', value = ''] = argument.exec(rest) ?? [];
    if (whole === '') throw graphError('malformedUrl', `'${excerpt(rest)}' is not a function's arguments`);
    if (texts.has(name)) throw invalid(name, 'it is given twice');
    texts.set(name, value);
    rest = rest.slice(whole.length);
  }
  return texts;
}

function checked(parameter: Property, text: string | undefined): unknown {
  if (text === undefined && parameter.nullable) return null;
  if (text === undefined) throw invalid(parameter.name, 'it is missing');
  const value = literalValue(parameter.name, text);
  const problem = valueProblem(parameter, value);
  if (problem) throw problem;
  return value;
}

function literalValue(name: string, text: string): unknown {
  const literal = parsed(text);
  if (!literal) throw invalid(name, 'it is not a literal');
  const { type, value } = literal;
  if (type === 'null') return null;
  if (type === 'boolean') return value === 'true';
  return type === 'integer' ? Number(value) : value;
}

function parsed(text: string): Literal | undefined {
  try {
    const expression = parseExpression(text);
    return expression.kind === 'literal' ? expression : undefined;
  } catch (error) {
    if (error instanceof QuerySyntaxError) return undefined;
    throw error;
  }
}

const invalid = (name: string, reason: string): GraphError => graphError('invalidParameter', name, reason);
