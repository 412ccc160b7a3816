import { keyProperty } from '../address.js';
import type {
  Expansion,
  OrderedBy,
  RowsQuery,
  SelectedMember,
  SelectedProperty,
  Selection,
} from '../bound-query.js';
import { type ComplexType, type EntityType, isVisible, namespace, type Property } from '../edm.js';
import { type EntitySet, isA, type LinkedSet } from '../entity-set.js';
import { limits } from '../limits.js';
import type { ExpandItem, NestedOption, OrderByItem, SelectItem, SelectPath, Step } from '../query/syntax.js';
import { excerpt } from '../value-problem.js';
import { unsupported, wrong } from './bind-fault.js';
import { bindCondition, bindExpression } from './bind-expression.js';
import { bindSearch } from './bind-search.js';
import { castTarget } from './complex-cast.js';
import { propertiesOf, propertyNamed, type Scope, typeNamed } from './scope.js';
import { booleanType, type Typed } from './typed.js';

/** The scope of a query's rows, which are a set's: what `$it` is there. */
type RowScope = Scope & { row: { rows: EntitySet } };

const isRowScope = (scope: Scope): scope is RowScope => 'segments' in scope.row.rows;

/**
 * What `$select` and `$expand` ask for together.
 * @throws {BindFault} for a name that the set's type doesn't have, or a form that isn't served
 */
export function bindSelection(
  select: readonly SelectItem[] | undefined,
  expand: readonly ExpandItem[] | undefined,
  scope: Scope,
): Selection {
  if (!isRowScope(scope)) throw unsupported('$select of what is no entity');
  const items = (select ?? []).map((item) => selected(item, scope));
  const expansions = expansionsOf(expand ?? [], scope);
  const isWhole = select === undefined || items.some((item) => item === '*');
  const properties = items.filter((item) => typeof item === 'object');
  const names = items.filter((item) => typeof item === 'string' && item !== '*') as string[];
  return {
    properties: isWhole ? undefined : merged(properties),
    navigations: select && new Set(names),
    expansions,
    text: selectionText(select && items, expansions),
  };
}

/** A property, the name of a navigation, or everything. */
type Selected = SelectedProperty | string;

function selected(item: SelectItem, scope: RowScope): Selected {
  switch (item.kind) {
    case 'all':
      return '*';
    case 'operations':
      throw unsupported('An operation in $select');
    case 'path':
      return selectedPath(item, scope);
  }
}

function selectedPath(item: SelectPath, scope: RowScope): Selected {
  if (item.parameters) throw unsupported('An operation in $select');
  const { castTo, type, steps } = cast(item.steps, scope);
  const [first, ...inner] = steps;
  if (!first) throw wrong('A cast in $select has no property behind it.');
  const navigation = inner.length === 0 && navigationNamed(scope, nameOf(first, '$select'));
  if (navigation) return navigation.name;
  const properties = [keyProperty, ...propertiesOf(scope.row, type, scope.version)];
  return { ...selectedIn(properties, steps, item.options, type.name, scope), castTo };
}

/** One property of a type and, behind it, the path into its complex value. */
function selectedIn(
  properties: readonly Property[],
  steps: readonly Step[],
  options: readonly NestedOption[],
  typeName: string,
  scope: RowScope,
): SelectedProperty<never> {
  const [first, ...rest] = steps;
  const property = propertyNamed(properties, first ? nameOf(first, '$select') : '', typeName);
  if (rest.length === 0 && options.length === 0) return { property, castTo: undefined, inner: undefined };
  const { type } = property;
  const value = type.kind === 'collection' ? type.of : type;
  if (value.kind !== 'complex') {
    throw wrong(`The property '${property.name}' has no properties of its own to select.`);
  }
  const into = (path: readonly Step[], nested: readonly NestedOption[]): SelectedMember =>
    selectedMember(value, path, nested, scope);
  return {
    property,
    castTo: undefined,
    inner: rest.length > 0 ? [into(rest, options)] : nestedSelect(options, into),
  };
}

/** A member of a complex value, perhaps of a type that derives from the declared one. */
function selectedMember(
  declared: ComplexType,
  steps: readonly Step[],
  options: readonly NestedOption[],
  scope: RowScope,
): SelectedMember {
  const [first, ...behind] = steps;
  const isCast = first?.kind === 'cast';
  if (isCast && behind.length === 0) throw unsupported('A cast at the end of a path in $select');
  const type = isCast ? castTarget(declared, first.type, scope.version) : declared;
  const properties = type.properties.filter((inner) => isVisible(inner, scope.version));
  const member = selectedIn(properties, isCast ? behind : steps, options, type.name, scope);
  return { ...member, castTo: isA(declared, type) ? undefined : type };
}

function nestedSelect(
  options: readonly NestedOption[],
  into: (path: readonly Step[], nested: readonly NestedOption[]) => SelectedMember,
): readonly SelectedMember[] | undefined {
  const [option, second] = options;
  if (option?.name !== 'select' || second) throw unsupported('An option in $select other than $select');
  if (option.value.some(({ kind }) => kind === 'all')) return undefined;
  return merged(
    option.value.map((item) => {
      if (item.kind !== 'path' || item.parameters) throw unsupported('An operation in $select');
      return into(item.steps, item.options);
    }),
  );
}

/** The same property selected twice is sent once, with all parts that were selected of it. */
function merged<T>(selections: readonly SelectedProperty<T>[]): readonly SelectedProperty<T>[] {
  const found: SelectedProperty<T>[] = [];
  for (const selection of selections) {
    const at = found.findIndex(
      ({ property, castTo }) => property === selection.property && castTo === selection.castTo,
    );
    const known = found[at];
    if (!known) found.push(selection);
    else
      found[at] = {
        ...known,
        inner: known.inner && selection.inner && merged([...known.inner, ...selection.inner]),
      };
  }
  return found;
}

/** What is left of a path behind the cast that it may begin with. */
function cast(
  steps: readonly Step[],
  scope: RowScope,
): { type: EntityType; castTo: EntityType | undefined; steps: readonly Step[] } {
  const { rows } = scope.row;
  const [first, ...rest] = steps;
  if (first?.kind !== 'cast') return { type: rows.type, castTo: undefined, steps };
  const type = typeNamed(rows, first.type, scope.version);
  return { type, castTo: type === rows.type ? undefined : type, steps: rest };
}

function nameOf(step: Step, option: string): string {
  switch (step.kind) {
    case 'name':
      return step.name;
    case 'cast':
      throw unsupported(`'${excerpt(step.type)}' at this place of ${option}`);
    case 'annotation':
      throw unsupported(`An annotation in ${option}`);
  }
}

interface Navigation {
  name: string;
  set: EntitySet;
  /** Whether it leads to one entity; `key` is the key there that is its id, where it isn't contained. */
  toOne?: true;
  key?: string;
  /** Of one to entities that aren't contained. */
  link?: LinkedSet;
}

function navigationsOf({ row, version }: RowScope): Navigation[] {
  const { contained, singles, linked, references } = row.rows;
  const one = [...singles, ...references].map((navigation) => ({ ...navigation, toOne: true }) as const);
  const all: Navigation[] = [...contained, ...linked.map((link) => ({ ...link, link })), ...one];
  return all.filter(({ set }) => isVisible(set, version));
}

function navigationNamed(scope: RowScope, name: string): Navigation | undefined {
  const lower = name.toLowerCase();
  return navigationsOf(scope).find((navigation) => navigation.name.toLowerCase() === lower);
}

function expansionsOf(items: readonly ExpandItem[], scope: RowScope): Expansion[] {
  const expansions: Expansion[] = [];
  for (const item of items.filter(({ of }) => of !== 'all' && of !== 'allRefs')) {
    const expansion = expansionOf(item, scope);
    if (expansions.some(({ name }) => name === expansion.name)) {
      throw wrong(`The navigation property '${expansion.name}' is expanded more than once.`);
    }
    expansions.push(expansion);
  }
  const star = items.find(({ of }) => of === 'all' || of === 'allRefs');
  if (!star) return expansions;
  if (star.steps.length > 0) throw unsupported("A path before '*' in $expand");
  const others = navigationsOf(scope).filter(({ name }) => !expansions.some((known) => known.name === name));
  const of = star.of === 'all' ? 'entities' : 'references';
  return [...expansions, ...others.map((navigation) => followed(navigation, of, star.options, scope))];
}

function expansionOf(item: ExpandItem, scope: RowScope): Expansion {
  const { type, castTo, steps } = cast(item.steps, scope);
  const [first, beyond] = steps;
  if (item.of === 'media') throw unsupported('$value in $expand');
  if (!first || beyond) throw unsupported('A path in $expand');
  const name = nameOf(first, '$expand');
  const navigation = navigationNamed(scope, name);
  if (!navigation) throw notExpandable(name, type, scope);
  const of = item.of === 'refs' ? 'references' : item.of === 'count' ? 'count' : 'entities';
  return { ...followed(navigation, of, item.options, scope), castTo };
}

function notExpandable(name: string, type: EntityType, scope: RowScope): Error {
  const property = propertyNamed(
    [keyProperty, ...propertiesOf(scope.row, type, scope.version)],
    name,
    type.name,
  );
  return wrong(
    `Property '${property.name}' on type '${namespace}.${type.name}' is not a navigation property. Only navigation properties can be expanded.`,
  );
}

function followed(
  { name, set, toOne, key, link }: Navigation,
  of: 'entities' | 'references' | 'count',
  options: readonly NestedOption[],
  outer: RowScope,
): Expansion {
  const row = { ...outer.row, rows: set };
  const scope: RowScope = { ...outer, row, variables: new Map(), isExpanded: true };
  const nested = readOptions(options);
  if (!toOne) {
    return { name, set, castTo: undefined, kind: 'collection', of, query: nestedQuery(nested, scope), link };
  }
  const foreign = options.find((option) => option.name !== 'select' && option.name !== 'expand');
  if (of === 'count' || foreign) {
    throw wrong(`'${name}' is one entity: '${foreign?.given ?? '$count'}' does not apply to it.`);
  }
  const selection = bindSelection(nested.select?.value, nested.expand?.value, scope);
  return { name, set, castTo: undefined, kind: 'entity', of, key, selection };
}

/** The options in an item's parentheses by their names. */
type Options = { [K in NestedOption['name']]?: NestedOption & { name: K } };

function readOptions(options: readonly NestedOption[]): Options {
  const read = Object.fromEntries(options.map((option) => [option.name, option])) as Options;
  if (read.levels) throw unsupported('$levels');
  if (read.compute) throw unsupported('$compute');
  if (read.alias) throw unsupported('A parameter alias in $expand');
  return read;
}

function nestedQuery(options: Options, scope: RowScope): RowsQuery {
  const { filter, search, orderby, select, expand, top, skip, count } = options;
  for (const option of [top, skip]) {
    if (option && option.value > (option === top ? limits.maxPageSize : 999_999_999))
      throw wrong(`The value '${excerpt(option.text)}' of '$${option.name}' is too large.`);
  }
  const given = [top, count, filter, search, orderby, select, expand];
  return {
    filter: both(filter && bindCondition(filter.value, scope), search && bindSearch(search.value, scope)),
    orderBy: bindOrderBy(orderby?.value ?? [], scope),
    selection: bindSelection(select?.value, expand?.value, scope),
    top: top?.value ?? limits.pageSize,
    isTotal: top !== undefined,
    skip: skip?.value ?? 0,
    count: count?.value ?? false,
    repeated: [
      ...given.flatMap((option) => (option ? [`$${option.name}=${encoded(option.text)}`] : [])),
      ...scope.carried,
    ].join('&'),
    ordering: orderby?.text ?? '',
  };
}

/** No more than a query needs: a nextLink has to stay within the length of a URL. */
const encoded = (text: string): string =>
  encodeURI(text).replaceAll(/[&#+]/g, (character) => encodeURIComponent(character));

/** An order; a page's place in it must mean the same when the next page is asked for, so nothing in it may move. */
export const bindOrderBy = (items: readonly OrderByItem[], scope: Scope): OrderedBy[] =>
  items.map(({ expression, descending }) => ({
    expression: bindExpression(expression, { ...scope, now: undefined }),
    descending,
  }));

/** What a filter and a search ask for together. */
export function both(filter: Typed | undefined, found: Typed | undefined): Typed | undefined {
  if (!filter || !found) return filter ?? found;
  return { kind: 'and', type: booleanType, nullable: filter.nullable, operands: [filter, found] };
}

/** OData JSON 4.01, 10.7 to 10.10: properties by their paths, expanded navigations with what is selected of them. */
function selectionText(items: readonly Selected[] | undefined, expansions: readonly Expansion[]): string {
  const expanded = expansions.filter(({ of }) => of === 'entities').map(expansionText);
  const names = (items ?? []).flatMap((item) => (typeof item === 'string' ? [item] : pathsOf(item)));
  const all = [...new Set(names.filter((name) => !expansions.some((known) => known.name === name)))];
  const parts = [...(all.includes('*') ? ['*'] : all), ...expanded];
  return parts.length === 0 || (parts.length === 1 && parts[0] === '*') ? '' : `(${parts.join(',')})`;
}

const expansionText = (expansion: Expansion): string => {
  const { text } = expansion.kind === 'collection' ? expansion.query.selection : expansion.selection;
  const type = expansion.castTo ? `${namespace}.${expansion.castTo.name}/` : '';
  return `${type}${expansion.name}${text === '' ? '()' : text}`;
};

function pathsOf({ property, castTo, inner }: SelectedProperty<{ name: string }>): string[] {
  const own = castTo ? `${namespace}.${castTo.name}/${property.name}` : property.name;
  return inner ? inner.flatMap(pathsOf).map((path) => `${own}/${path}`) : [own];
}
