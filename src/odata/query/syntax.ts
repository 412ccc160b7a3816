/**
 * What the parsers of query options give: plain data, closed unions on `kind`. Names are as written, operators and
 * called functions in lower case. `at` is the UTF-16 index of what the node starts with, in the decoded option value.
 * A tree is at most `queryLimits.depth` high, so whoever walks it may recurse.
 */
interface Positioned {
  at: number;
}

// Expressions: OData 4.01 ABNF, section 4 (`commonExpr`).

export type Expression =
  | Literal
  | Path
  | Alias
  | Not
  | Negate
  | Junction
  | Binary
  | In
  | Call
  | TypeName
  | ArrayLiteral
  | ObjectLiteral;

/**
 * A primitive literal. `text` is as written; `value` is what stands between the quotes (doubled quotes and JSON escapes
 * undone), lower case for `null`, `true` and `false`, and else the text again. Its form is right; whether it is in range
 * (February 30, Int64) is not said. `integer` has no fraction and no exponent, `decimal` a fraction, `double` an
 * exponent or is `INF`, `-INF`, `NaN`. `enum` is any name before a quoted text that isn't `duration` or `binary`: also
 * `geography'…'` and the forms of OData 3 (`guid'…'`, `datetime'…'`).
 */
export type Literal = PlainLiteral | EnumLiteral;

export type PlainLiteralType =
  | 'null'
  | 'boolean'
  | 'integer'
  | 'decimal'
  | 'double'
  | 'string'
  | 'date'
  | 'dateTimeOffset'
  | 'timeOfDay'
  | 'duration'
  | 'guid'
  | 'binary';

export interface PlainLiteral extends Positioned {
  kind: 'literal';
  type: PlainLiteralType;
  text: string;
  value: string;
}

export interface EnumLiteral extends Positioned {
  kind: 'literal';
  type: 'enum';
  typeName: string;
  text: string;
  /** One member or number, or several with commas. */
  value: string;
}

/** `a/b`, `$it/a`, `@p/a`, `microsoft.graph.x/a`, `d`. Whether a name is a property or a lambda variable, binding says. */
export interface Path extends Positioned {
  kind: 'path';
  root: PathRoot | undefined;
  /** Empty only behind `$it`, `$this`. */
  segments: readonly Segment[];
}

/** `@p` is a parameter alias, or an annotation whose term has no namespace: only the model tells. */
export type PathRoot = '$it' | '$this' | '$root' | `@${string}`;

export type Segment =
  | NameSegment
  | CastSegment
  | AnnotationSegment
  | KeySegment
  | FunctionSegment
  | CountSegment
  | FilterSegment
  | Lambda;

/** A property, a navigation property, a lambda variable, or a type without its namespace. */
export interface NameSegment extends Positioned {
  kind: 'name';
  name: string;
}

/** A name with dots: a type, in `$select` also an operation. */
export interface CastSegment extends Positioned {
  kind: 'cast';
  type: string;
}

/** `@ns.term#qualifier`; `term` is without the `@`. */
export interface AnnotationSegment extends Positioned {
  kind: 'annotation';
  term: string;
  qualifier: string | undefined;
}

/** The `('x')` of `items('x')`, behind the segment that it belongs to. */
export interface KeySegment extends Positioned {
  kind: 'key';
  value: Expression;
}

/** `f()`, `ns.f(p=1)`; `items(a=1,b=2)`, a key of several values, looks the same. */
export interface FunctionSegment extends Positioned {
  kind: 'function';
  name: string;
  parameters: readonly Parameter[];
}

export interface Parameter extends Positioned {
  name: string;
  value: Expression;
}

/** `$count`, `$count($filter=…;$search=…)`. */
export interface CountSegment extends Positioned {
  kind: 'count';
  filter: Expression | undefined;
  search: SearchExpression | undefined;
}

/** `$filter(…)`. */
export interface FilterSegment extends Positioned {
  kind: 'filter';
  condition: Expression;
}

/** `any()` has neither variable nor body. */
export interface Lambda extends Positioned {
  kind: 'lambda';
  quantifier: 'any' | 'all';
  variable: string | undefined;
  body: Expression | undefined;
}

/** `@p` alone; `name` is without the `@`. Also an annotation whose term has no namespace. */
export interface Alias extends Positioned {
  kind: 'alias';
  name: string;
}

export interface Not extends Positioned {
  kind: 'not';
  operand: Expression;
}

export interface Negate extends Positioned {
  kind: 'negate';
  operand: Expression;
}

/** `a and b and c` is one node; parentheses make another. At least two operands. `at` is where the first operator stands. */
export interface Junction extends Positioned {
  kind: 'and' | 'or';
  operands: readonly Expression[];
}

export type BinaryOperator =
  'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le' | 'has' | 'add' | 'sub' | 'mul' | 'div' | 'divby' | 'mod';

/** `at` is where the operator stands. */
export interface Binary extends Positioned {
  kind: 'binary';
  operator: BinaryOperator;
  left: Expression;
  right: Expression;
}

/** `a in (1,2)` has a list; `a in b`, `a in (b)`, `a in @p` and `a in [1,2]` have a collection. `at` as above. */
export interface In extends Positioned {
  kind: 'in';
  operand: Expression;
  of: List | Expression;
}

export interface List extends Positioned {
  kind: 'list';
  items: readonly Expression[];
}

/**
 * Any name before parentheses that isn't part of a path: `contains(a,'x')`, `geo.distance(a,b)`, also one that no
 * standard knows, and `items(1)` where no path follows. Arguments of `case` alternate condition and value; the last of
 * `isof` and `cast` is a `type`.
 */
export interface Call extends Positioned {
  kind: 'call';
  name: string;
  arguments: readonly Expression[];
}

/** `Edm.String`, `Collection(Edm.String)`, or the same in quotes as OData 3 had it and Graph's clients send it. */
export interface TypeName extends Positioned {
  kind: 'type';
  name: string;
}

export interface ArrayLiteral extends Positioned {
  kind: 'array';
  items: readonly Expression[];
}

/** Member names with JSON escapes undone; they may repeat. */
export interface ObjectLiteral extends Positioned {
  kind: 'object';
  members: readonly Parameter[];
}

// $search: OData 4.01 ABNF, `searchExpr`.

export type SearchExpression = SearchTerm | SearchNot | SearchJunction;

/** `incomplete` is a whole search in single quotes (`searchExpr-incomplete`), which clients send while a user types. */
export interface SearchTerm extends Positioned {
  kind: 'word' | 'phrase' | 'incomplete';
  text: string;
}

export interface SearchNot extends Positioned {
  kind: 'not';
  operand: SearchExpression;
}

export interface SearchJunction extends Positioned {
  kind: 'and' | 'or';
  operands: readonly SearchExpression[];
}

// $orderby, $compute, $select, $expand.

export interface OrderByItem extends Positioned {
  expression: Expression;
  descending: boolean;
}

export interface ComputeItem extends Positioned {
  expression: Expression;
  name: string;
}

export type Step = NameSegment | CastSegment | AnnotationSegment;

export type SelectItem =
  ({ kind: 'all' } & Positioned) | ({ kind: 'operations'; namespace: string } & Positioned) | SelectPath;

export interface SelectPath extends Positioned {
  kind: 'path';
  /** At least one. The last may name an action or a function. */
  steps: readonly Step[];
  /** Of a function: `f(a,b)` names its overload. */
  parameters: readonly string[] | undefined;
  options: readonly NestedOption[];
}

export interface ExpandItem extends Positioned {
  /** Empty for `*` and `$value`. */
  steps: readonly Step[];
  /** `all`: `*` behind the steps, `allRefs`: `*` and `/$ref`, `media`: `$value`. */
  of: 'entities' | 'refs' | 'count' | 'all' | 'allRefs' | 'media';
  options: readonly NestedOption[];
}

/**
 * An option in the parentheses of a `$select` or `$expand` item. `given` is its name as written, `text` its value. No name
 * is there twice.
 */
export type NestedOption = Positioned & { given: string; text: string } & (
    | { name: 'filter'; value: Expression }
    | { name: 'search'; value: SearchExpression }
    | { name: 'orderby'; value: readonly OrderByItem[] }
    | { name: 'compute'; value: readonly ComputeItem[] }
    | { name: 'select'; value: readonly SelectItem[] }
    | { name: 'expand'; value: readonly ExpandItem[] }
    | { name: 'top' | 'skip'; value: number }
    | { name: 'levels'; value: number | 'max' }
    | { name: 'count'; value: boolean }
    | { name: 'alias'; alias: string; value: Expression }
  );
