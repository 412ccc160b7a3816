import {
  type Alias,
  type Document,
  type ErrorCode,
  Lexer,
  LineCounter,
  parseDocument,
  Parser,
  visit,
} from 'yaml';
import { IdentityFileError } from './identity-file-error.js';

/** A YAML 1.2 text without faults of syntax. */
export interface YamlText {
  document: Document.Parsed;
  /** `line:column` of an offset, both from 1. */
  positionOf(offset: number): string;
}

/** The library reads nested collections by recursion: some thousands of levels would end the process. */
const deepest = 32;
/** Each one is looked up by a walk over the document. */
const mostAliases = 100;

const options = {
  schema: 'core',
  merge: false,
  resolveKnownTags: false,
  stringKeys: true,
  // The library compares each key with each other one; `FileValue` finds what is given twice in one pass.
  uniqueKeys: false,
  // They would quote the text, and with it a secret.
  prettyErrors: false,
} as const;

/** @throws IdentityFileError of faults such as `3:7: is not indented as what it belongs to`. */
export function parseYaml(text: string): YamlText {
  const lines = new LineCounter();
  const positionOf = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${line}:${col}`;
  };
  const tooDeep = tooDeepAt(text, lines);
  if (tooDeep !== undefined) throw new IdentityFileError([`${positionOf(tooDeep)}: is nested too deep`]);
  const document = parseDocument(text, options);
  const faults = [...document.errors, ...document.warnings].map(
    ({ code, pos }) => `${positionOf(pos[0])}: ${syntaxFaults[code]}`,
  );
  if (faults.length === 0) faults.push(...aliasFaults(document, positionOf));
  if (faults.length > 0) throw new IdentityFileError(faults);
  return { document, positionOf };
}

function tooDeepAt(text: string, lines: LineCounter): number | undefined {
  lines.addNewLine(0);
  const parser = new Parser(lines.addNewLine);
  for (const lexeme of new Lexer().lex(text)) {
    Array.from(parser.next(lexeme));
    if (parser.stack.length > deepest) return parser.offset;
  }
  return undefined;
}

function aliasFaults(document: Document.Parsed, positionOf: YamlText['positionOf']): string[] {
  const aliases: Alias[] = [];
  visit(document, { Alias: (_key, alias) => void aliases.push(alias) });
  if (aliases.length > mostAliases) return [`more than ${mostAliases} aliases`];
  const dangling = aliases.filter((alias) => alias.resolve(document) === undefined);
  return dangling.map(({ range }) => `${positionOf(range?.[0] ?? 0)}: ${syntaxFaults.BAD_ALIAS}`);
}

/** In our words: the library's own quote what they stumble over. */
const syntaxFaults: Record<ErrorCode, string> = {
  ALIAS_PROPS: 'an alias has no anchor and no tag',
  BAD_ALIAS: 'is not the name of an anchor that stands before',
  BAD_COLLECTION_TYPE: 'the tag does not fit what follows',
  BAD_DIRECTIVE: 'is no directive of YAML 1.2',
  BAD_DQ_ESCAPE: 'is no escape: in double quotes a backslash is written twice',
  BAD_INDENT: 'is not indented as what it belongs to, or a bracket is not closed',
  BAD_PROP_ORDER: 'an anchor or a tag stands before its value, on the same line',
  BAD_SCALAR_START: 'text that begins so needs quotes',
  BLOCK_AS_IMPLICIT_KEY: 'a second key on one line: put the text in quotes',
  BLOCK_IN_FLOW: 'cannot stand within brackets',
  DUPLICATE_KEY: 'is given twice',
  IMPOSSIBLE: 'cannot be read',
  KEY_OVER_1024_CHARS: 'a key has at most 1024 characters',
  MISSING_CHAR: 'a colon, a comma, a bracket, a quote or a space is missing',
  MULTILINE_IMPLICIT_KEY: 'a key is on one line: a colon or a quote may be missing',
  MULTIPLE_ANCHORS: 'has more than one anchor',
  MULTIPLE_DOCS: 'a second document begins',
  MULTIPLE_TAGS: 'has more than one tag',
  NON_STRING_KEY: 'a key must be text',
  RESOURCE_EXHAUSTION: 'is nested too deep',
  TAB_AS_INDENT: 'is indented by a tab: use spaces',
  TAG_RESOLVE_FAILED: 'has a tag that is not supported, or does not fit it',
  UNEXPECTED_TOKEN: 'is not expected here',
};
