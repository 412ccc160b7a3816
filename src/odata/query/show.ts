import type {
  ComputeItem,
  ExpandItem,
  Expression,
  In,
  NestedOption,
  OrderByItem,
  Parameter,
  Path,
  SearchExpression,
  Segment,
  SelectItem,
} from './syntax.js';

/**
 * A tree as one line of text, for specs: `(and (eq a 1) (not contains(b,'x')))`. Operators come first in parentheses,
 * calls and paths look as in OData. Positions aren't shown.
 */
export function show(node: Expression): string {
  switch (node.kind) {
    case 'literal':
      return node.type === 'null' || node.type === 'boolean' ? node.value : node.text;
    case 'path':
      return showPath(node);
    case 'alias':
      return `@${node.name}`;
    case 'not':
    case 'negate':
      return `(${node.kind === 'not' ? 'not' : '-'} ${show(node.operand)})`;
    case 'and':
    case 'or':
      return `(${node.kind} ${node.operands.map(show).join(' ')})`;
    case 'binary':
      return `(${node.operator} ${show(node.left)} ${show(node.right)})`;
    case 'in':
      return showIn(node);
    case 'call':
      return `${node.name}(${node.arguments.map(show).join(',')})`;
    case 'type':
      return `<${node.name}>`;
    case 'array':
      return `[${node.items.map(show).join(',')}]`;
    case 'object':
      return `{${node.members.map(({ name, value }) => `${JSON.stringify(name)}:${show(value)}`).join(',')}}`;
  }
}

function showIn({ operand, of }: In): string {
  const right = of.kind === 'list' ? `(${of.items.map(show).join(' ')})` : show(of);
  return `(in ${show(operand)} ${right})`;
}

function showPath({ root, segments }: Path): string {
  let text = root ?? '';
  for (const segment of segments) {
    const separator = segment.kind === 'key' || text === '' ? '' : '/';
    text += separator + showSegment(segment);
  }
  return text;
}

function showSegment(segment: Segment): string {
  switch (segment.kind) {
    case 'name':
      return segment.name;
    case 'cast':
      return segment.type;
    case 'annotation':
      return `@${segment.term}${segment.qualifier === undefined ? '' : `#${segment.qualifier}`}`;
    case 'key':
      return `(${show(segment.value)})`;
    case 'function':
      return `${segment.name}(${segment.parameters.map(showParameter).join(',')})`;
    case 'filter':
      return `$filter(${show(segment.condition)})`;
    case 'lambda':
      return `${segment.quantifier}(${segment.body ? `${segment.variable}:${show(segment.body)}` : ''})`;
    case 'count': {
      const filter = segment.filter ? [`$filter=${show(segment.filter)}`] : [];
      const search = segment.search ? [`$search=${showSearch(segment.search)}`] : [];
      return `$count${inParentheses([...filter, ...search])}`;
    }
  }
}

const showParameter = ({ name, value }: Parameter): string => `${name}=${show(value)}`;

const inParentheses = (options: readonly string[]): string =>
  options.length > 0 ? `(${options.join(';')})` : '';

/** `(or (and a "b c") (not d))`. */
export function showSearch(node: SearchExpression): string {
  switch (node.kind) {
    case 'word':
      return node.text;
    case 'phrase':
      return JSON.stringify(node.text);
    case 'incomplete':
      return `'${node.text}'`;
    case 'not':
      return `(not ${showSearch(node.operand)})`;
    case 'and':
    case 'or':
      return `(${node.kind} ${node.operands.map(showSearch).join(' ')})`;
  }
}

/** `(asc a) (desc (add b 1))`. */
export function showOrderBy(items: readonly OrderByItem[]): string {
  return items.map((item) => `(${item.descending ? 'desc' : 'asc'} ${show(item.expression)})`).join(' ');
}

/** `(as (mul a 2) b)`. */
export function showCompute(items: readonly ComputeItem[]): string {
  return items.map((item) => `(as ${show(item.expression)} ${item.name})`).join(' ');
}

/** As in OData, with `$`, names in lower case, and values as the other functions show them. */
export function showSelect(items: readonly SelectItem[]): string {
  return items.map(showSelectItem).join(',');
}

function showSelectItem(item: SelectItem): string {
  switch (item.kind) {
    case 'all':
      return '*';
    case 'operations':
      return `${item.namespace}.*`;
    case 'path': {
      const parameters = item.parameters ? `(${item.parameters.join(',')})` : '';
      return item.steps.map(showSegment).join('/') + parameters + showOptions(item.options);
    }
  }
}

/** As `showSelect`. */
export function showExpand(items: readonly ExpandItem[]): string {
  return items
    .map(
      ({ steps, of, options }) =>
        [...steps.map(showSegment), ...suffixes[of]].join('/') + showOptions(options),
    )
    .join(',');
}

const suffixes: Readonly<Record<ExpandItem['of'], readonly string[]>> = {
  entities: [],
  refs: ['$ref'],
  count: ['$count'],
  all: ['*'],
  allRefs: ['*', '$ref'],
  media: ['$value'],
};

const showOptions = (options: readonly NestedOption[]): string => inParentheses(options.map(showOption));

function showOption(option: NestedOption): string {
  const value = showOptionValue(option);
  return option.name === 'alias' ? `@${option.alias}=${value}` : `$${option.name}=${value}`;
}

function showOptionValue(option: NestedOption): string {
  switch (option.name) {
    case 'filter':
    case 'alias':
      return show(option.value);
    case 'search':
      return showSearch(option.value);
    case 'orderby':
      return showOrderBy(option.value);
    case 'compute':
      return showCompute(option.value);
    case 'select':
      return showSelect(option.value);
    case 'expand':
      return showExpand(option.value);
    case 'top':
    case 'skip':
    case 'levels':
    case 'count':
      return String(option.value);
  }
}
