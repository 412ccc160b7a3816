import { type Alias, isAlias, isMap, isNode, isScalar, isSeq } from 'yaml';
import { IdentityFileError } from './identity-file-error.js';
import type { YamlText } from './yaml-text.js';

/** What is wrong with a text, as it follows the place in a fault; undefined: nothing. */
export type ProblemOf = (text: string) => string | undefined;

/** The members of a mapping; a required one that is missing becomes a fault when it is read. */
export type Members<R extends string, O extends string> = Record<R, FileValue> &
  Partial<Record<O, FileValue>>;

/** Bounds what aliases of aliases grow to. */
const mostValues = 100_000;
const longestText = 1024;
const noLine = /^\s|\s$|[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u;

/** One reading of a file: what was found wrong so far, and what may not come again. */
export class FileReading {
  readonly faults: string[] = [];
  private readonly firstPlaces = new Map<string, string>();
  private values = 0;

  constructor(private readonly yaml: YamlText) {}

  get root(): FileValue {
    return this.value(this.yaml.document.contents, '');
  }

  value(node: unknown, place: string): FileValue {
    this.values += 1;
    if (this.values > mostValues) throw new IdentityFileError([`more than ${mostValues} values`]);
    return new FileValue(isAlias(node) ? this.resolved(node) : node, place, this);
  }

  /** Where a text stood first among those of one kind; undefined: it is the first. */
  firstPlace(kind: string, text: string, place: string): string | undefined {
    const key = `${kind} ${text}`;
    const first = this.firstPlaces.get(key);
    if (first === undefined) this.firstPlaces.set(key, place);
    return first;
  }

  positionOf(key: unknown): string {
    return isNode(key) && key.range ? ` at ${this.yaml.positionOf(key.range[0])}` : '';
  }

  private resolved(alias: Alias): unknown {
    return alias.resolve(this.yaml.document);
  }
}

/**
 * A value of an identity file and its place, such as `applications[1].redirectUris[0]`. What does not fit becomes a
 * fault of the reading, and something empty stands in for it. No fault quotes a value: what stands in the wrong place
 * may be a secret.
 */
export class FileValue {
  /** @param node undefined: what is required and missing. */
  constructor(
    private readonly node: unknown,
    readonly place: string,
    private readonly reading: FileReading,
  ) {}

  fault(text: string): void {
    this.reading.faults.push(this.place === '' ? `the file: ${text}` : `${this.place}: ${text}`);
  }

  /** Undefined for what is no mapping. */
  mapping<R extends string = never, O extends string = never>(
    required: readonly R[],
    optional: readonly O[],
  ): Members<R, O> | undefined {
    if (!isMap(this.node)) {
      this.fault('must be a mapping');
      return undefined;
    }
    const known: readonly string[] = [...required, ...optional];
    const found = new Map<string, FileValue>();
    for (const { key, value } of this.node.items) {
      const name = isScalar(key) ? String(key.value) : '';
      if (!known.includes(name)) {
        this.fault(`unknown key${this.reading.positionOf(key)}; the known ones are ${known.join(', ')}`);
      } else if (found.has(name)) this.fault(`${name} is given twice${this.reading.positionOf(key)}`);
      else found.set(name, this.reading.value(value, this.placeOf(name)));
    }
    for (const name of required) {
      if (!found.has(name)) found.set(name, this.reading.value(undefined, this.placeOf(name)));
    }
    return Object.fromEntries(found) as Members<R, O>;
  }

  /** None for what is no list. */
  entries(): FileValue[] {
    if (isSeq(this.node)) {
      return this.node.items.map((item, index) => this.reading.value(item, `${this.place}[${index}]`));
    }
    this.fault('must be a list');
    return [];
  }

  /** A text of any length and form that isn't empty. */
  text(problemOf: ProblemOf = () => undefined): string {
    const text = isScalar(this.node) ? this.node.value : undefined;
    const isText = typeof text === 'string' && text !== '';
    const problem = isText ? problemOf(text) : this.whyNoText();
    if (problem !== undefined) this.fault(problem);
    return isText && problem === undefined ? text : '';
  }

  /** A text of one line. */
  line(problemOf: ProblemOf = () => undefined): string {
    return this.text((text) => {
      if (text.length > longestText) return `must have at most ${longestText} characters`;
      return noLine.test(text) ? 'must be one line without white space around it' : problemOf(text);
    });
  }

  /** A list of lines, none of them twice. */
  lines(problemOf?: ProblemOf): string[] {
    return this.entries().map((entry) => entry.once(this.place, entry.line(problemOf)));
  }

  /** The text, which is to be the only one of its kind in the file. */
  once(kind: string, text: string): string {
    const first = text === '' ? undefined : this.reading.firstPlace(kind, text, this.place);
    if (first !== undefined) this.fault(`is the same as ${first}`);
    return text;
  }

  flag(): boolean {
    const flag = isScalar(this.node) ? this.node.value : undefined;
    if (typeof flag !== 'boolean') this.fault('must be true or false');
    return flag === true;
  }

  private placeOf(name: string): string {
    return this.place === '' ? name : `${this.place}.${name}`;
  }

  private whyNoText(): string {
    if (this.node === undefined) return 'is missing';
    const value = isScalar(this.node) ? this.node.value : undefined;
    if (value === '') return 'must not be empty';
    const needsQuotes = typeof value === 'number' || typeof value === 'boolean';
    return needsQuotes ? 'must be text: put it in quotes' : 'must be text';
  }
}
