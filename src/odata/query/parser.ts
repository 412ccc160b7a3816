import { children } from './children.js';
import { type Token, tokenAt } from './lexer.js';
import { queryLimits } from '../limits.js';
import { QuerySyntaxError } from './query-syntax-error.js';
import type { Expression } from './syntax.js';

/** The place in an option value that grammars share while they read it, and what they have used of its limits. */
export class Parser {
  /** Characters read, those read again included: the measure of linearity. */
  steps = 0;
  #position = 0;
  #next: Token | undefined;
  #nodes = 0;
  #level = 0;
  #expands = 0;
  readonly #heights = new WeakMap<Expression, number>();

  constructor(readonly text: string) {}

  /** Behind the last token that was taken. */
  get position(): number {
    return this.#position;
  }

  peek(): Token {
    this.#next ??= this.#read(this.#position);
    return this.#next;
  }

  /** The token behind the next one. */
  peekSecond(): Token {
    return this.#read(this.peek().end);
  }

  take(): Token {
    const token = this.peek();
    this.moveTo(token.end);
    return token;
  }

  /** For a grammar that reads characters instead of tokens. */
  moveTo(position: number): void {
    this.#position = position;
    this.#next = undefined;
  }

  /** Whether the next token is this mark. */
  is(mark: string): boolean {
    const token = this.peek();
    return token.kind === 'mark' && token.text === mark;
  }

  accept(mark: string): boolean {
    const found = this.is(mark);
    if (found) this.take();
    return found;
  }

  expect(mark: string): Token {
    return this.is(mark) ? this.take() : this.fail(`'${mark}' was expected`);
  }

  /** The next token, a word without dots: what names a lambda variable or a parameter. */
  expectName(what: string): Token {
    const token = this.peek();
    if (token.kind !== 'word' || token.text.includes('.')) return this.fail(`${what} was expected`);
    return this.take();
  }

  expectEnd(reason: string): void {
    if (this.peek().kind !== 'end') this.fail(reason);
  }

  /** At least one item, with commas between. */
  list<T>(item: (parser: Parser) => T): T[] {
    const items = [item(this)];
    while (this.accept(',')) items.push(item(this));
    return items;
  }

  fail(reason: string, at = this.peek().at): never {
    throw new QuerySyntaxError(this.text, at, reason);
  }

  /** One more term of the option. */
  count(at: number): void {
    this.#nodes += 1;
    if (this.#nodes > queryLimits.nodes) this.fail(`there are more than ${queryLimits.nodes} terms`, at);
  }

  /** Counts a new node, whose children were built before it. */
  build<N extends Expression>(node: N): N {
    this.count(node.at);
    const below = children(node).reduce((most, child) => Math.max(most, this.#heights.get(child) ?? 1), 0);
    if (below >= queryLimits.depth) this.#tooDeep(node.at);
    this.#heights.set(node, below + 1);
    return node;
  }

  /** Reads what brackets or a unary operator enclose. The only recursion of the grammars goes through here. */
  nested<T>(at: number, read: (parser: Parser) => T): T {
    if (this.#level >= queryLimits.depth) this.#tooDeep(at);
    this.#level += 1;
    const result = read(this);
    this.#level -= 1;
    return result;
  }

  nestedExpand<T>(at: number, read: (parser: Parser) => T): T {
    const limit = queryLimits.expandDepth;
    if (this.#expands >= limit) this.fail(`$expand is nested more than ${limit} levels deep`, at);
    this.#expands += 1;
    const result = read(this);
    this.#expands -= 1;
    return result;
  }

  #tooDeep(at: number): never {
    return this.fail(`it is nested more than ${queryLimits.depth} levels deep`, at);
  }

  #read(from: number): Token {
    const token = tokenAt(this.text, from);
    this.steps += token.end - from;
    return token;
  }
}
