import { SaxesParser } from 'saxes';

/**
 * What is wrong with a configuration of the Office Deployment Tool: an XML document whose root is `Configuration`.
 * @param base64 its bytes in UTF-8
 * @returns a sentence; empty when nothing is
 */
export function configurationProblem(base64: string): string {
  const text = decoded(base64);
  if (text === undefined) return 'The configuration is not UTF-8 text.';
  const parser = new SaxesParser();
  let problem: string | undefined;
  let root: string | undefined;
  parser.on('error', ({ message }) => (problem ??= message));
  parser.on('opentag', ({ name }) => (root ??= name));
  parser.write(text).close();
  if (problem !== undefined) return `The configuration is not well-formed XML: ${problem}`;
  return root === 'Configuration' ? '' : `The root of the configuration is '${root}', not 'Configuration'.`;
}

function decoded(base64: string): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(base64, 'base64'));
  } catch {
    return undefined;
  }
}
