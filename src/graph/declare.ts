import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import type { ColumnOptions } from 'typeorm';
import { ValidateBy, type ValidationArguments } from 'class-validator';
import {
  type ApiVersion,
  apiVersions,
  type EntityType as EdmEntityType,
  type Existence,
  type Facets,
  type PrimitiveName,
  type Property as EdmProperty,
  type ValueType,
  versionsOf,
} from '../odata/edm.js';
import type { GraphError } from '../odata/errors.js';
import { propertyViews, type TypeAt } from '../odata/property-views.js';
import { storedInitial } from '../odata/stored-value.js';
import { valueProblem } from '../odata/value-problem.js';
import { type Link, type Parent, type Table, tableOf } from './table.js';

// Any class: entities are abstract as often as not.
export type EntityClass = abstract new () => object;

interface Declaration {
  type: EdmEntityType;
  properties: EdmProperty[];
  table: Table | undefined;
}

interface DeclaredFacets extends Facets {
  /** The column is younger than its table: releases that don't know it write rows beside us while they are replaced. */
  added?: true;
  typeAt?: TypeAt;
  /** The one, of the properties that the class extends, that it follows in answers. Default: it comes last. */
  after?: string;
}

/** What `@Property` declares: what keeps the value and its views. */
interface OwnProperty {
  views: readonly EdmProperty[];
  after: string | undefined;
}

const properties = new WeakMap<object, OwnProperty[]>();
const declarations = new WeakMap<object, Declaration>();

/**
 * Declares one property of an entity: its EDM entry, its rule for request bodies and, on a class with a table, its
 * column. Derived types' own properties live in the table's `derived` column instead.
 */
export function Property(type: ValueType | PrimitiveName, facets: DeclaredFacets = {}): PropertyDecorator {
  return (target, key) => {
    const views = propertyViews(String(key), type, facets);
    const own = properties.get(target.constructor) ?? [];
    own.push({ views, after: facets.after });
    properties.set(target.constructor, own);
    const filled = facets.added ? { default: storedInitial(views[0]) } : {};
    for (const [column, options] of columnsOf(views[0])) Column({ ...options, ...filled })(target, column);
    for (const view of views) {
      requireSameColumns(views[0], view);
      declareRule(target, view);
    }
  };
}

function requireSameColumns(kept: EdmProperty, view: EdmProperty): void {
  if (JSON.stringify(columnsOf(view)) !== JSON.stringify(columnsOf(kept)))
    throw new Error(`${kept.name}: its types at different dates are stored differently`);
}

/** Where the rule of a property stands in a DTO: views of one value have rules of their own. */
export const ruleName = ({ name, of, versions }: EdmProperty): string =>
  of ? `${name}@${versions.join()}` : name;

/** Where a DTO says by which API version its values are judged: a rule gets to know nothing else. */
export const judgedAt = Symbol('API version');

function declareRule(target: object, declared: EdmProperty): void {
  const problem = (args: ValidationArguments | undefined): GraphError | undefined => {
    const dto: { [judgedAt]?: ApiVersion } | undefined = args?.object;
    return valueProblem(declared, args?.value, dto?.[judgedAt]);
  };
  ValidateBy({
    name: 'edm',
    validator: {
      validate: (_, args) => problem(args) === undefined,
      defaultMessage: (args) => problem(args)?.message ?? '',
    },
  })(target, ruleName(declared));
}

interface EntityFacets extends Existence {
  abstract?: boolean;
  initial?: EdmEntityType['initial'];
  /** Where rows of this type and of all that derive from it are kept; a derived type has none of its own. */
  table?: string;
  /** The entities that contain this one, outermost first. */
  parents?: readonly Parent[];
  /** Whether rows of derived types share the table. */
  derived?: boolean;
  /** The navigations to entities that it doesn't contain. */
  links?: readonly Link[];
}

/**
 * Declares an entity type under its Graph name. Its base type is the nearest declared class that it extends. The classes
 * between them are no types: what they declare is the type's own, so a mixin gives the same properties to types whose
 * bases differ.
 */
export function EntityType(name: string, facets: EntityFacets = {}): ClassDecorator {
  return (target) => {
    const { own, base } = declaredBy(target);
    const type: EdmEntityType = {
      kind: 'entity',
      name,
      base: base?.type,
      abstract: facets.abstract ?? false,
      versions: isDated(facets) ? versionsOf(facets) : (base?.type.versions ?? apiVersions),
      properties: own,
      ...(facets.initial && { initial: facets.initial }),
    };
    const table = facets.table === undefined ? base?.table : declareTable(target, facets.table, facets, own);
    declarations.set(target, { type, properties: own, table });
  };
}

/** The properties of a class and of what stands between it and its base type, the base's side first. */
function declaredBy(target: object): { own: EdmProperty[]; base: Declaration | undefined } {
  const above = Object.getPrototypeOf(target) as object | null;
  const base = above === null ? undefined : declarations.get(above);
  const mixed = base || above === null ? { own: [], base } : declaredBy(above);
  return { own: (properties.get(target) ?? []).reduce(withProperty, mixed.own), base: mixed.base };
}

function withProperty(before: readonly EdmProperty[], { views, after }: OwnProperty): EdmProperty[] {
  if (after === undefined) return [...before, ...views];
  const place = before.findLastIndex(({ name }) => name === after) + 1;
  if (place === 0) throw new Error(`${views[0]?.name}: no '${after}' that it could follow`);
  return before.toSpliced(place, 0, ...views);
}

const isDated = ({ versions, from, until }: Existence): boolean => Boolean(versions ?? from ?? until);

function declareTable(
  target: object,
  name: string,
  facets: EntityFacets,
  own: readonly EdmProperty[],
): Table {
  const prototype = (target as { prototype: object }).prototype;
  const parents = facets.parents ?? [];
  PrimaryColumn('uuid')(prototype, 'tenantId');
  for (const parent of parents) {
    const options = { type: 'text', collation: 'C' } as const;
    if (parent.optional) Column({ ...options, nullable: true })(prototype, parent.key);
    else PrimaryColumn(options)(prototype, parent.key);
  }
  PrimaryColumn({ type: 'text', collation: 'C' })(prototype, 'id');
  Column({ type: 'integer', default: 1 })(prototype, 'rowVersion');
  if (facets.derived) {
    Column({ type: 'text', collation: 'C' })(prototype, 'odataType');
    Column({ type: 'jsonb' })(prototype, 'derived');
  }
  parents.forEach((parent, index) => declareParent(target, prototype, name, parents, index, parent));
  Entity({ name })(target as EntityClass);
  const links = facets.links ?? [];
  if (links.length > 0 && parents.length > 0)
    throw new Error(`${name}: links from contained rows are not kept yet`);
  for (const link of links) linkClasses.set(link, declareLink((target as EntityClass).name, link));
  return tableOf(name, parents, facets.derived ?? false, own, links);
}

const linkClasses = new WeakMap<Link, EntityClass>();

/** The class of a link's rows. It has no properties: a row says that two others are linked, and goes with either. */
function declareLink(owner: string, { entity, table, from, to }: Link): EntityClass {
  class LinkRow {}
  const { prototype } = LinkRow;
  PrimaryColumn('uuid')(prototype, 'tenantId');
  const ends = [
    { entity: owner, key: from },
    { entity, key: to },
  ];
  for (const { key } of ends) PrimaryColumn({ type: 'text', collation: 'C' })(prototype, key);
  for (const end of ends) declareParent(LinkRow, prototype, table, [end], 0, end);
  // The primary key serves one direction.
  Index(`${table}_${to}`, ['tenantId', to])(LinkRow);
  Entity({ name: table })(LinkRow);
  return LinkRow;
}

function declareParent(
  target: object,
  prototype: object,
  table: string,
  parents: readonly Parent[],
  index: number,
  parent: Parent,
): void {
  const outer = parents.slice(0, index).map(({ key }) => key);
  const join = [
    { name: 'tenantId', referencedColumnName: 'tenantId' },
    ...outer.map((key) => ({ name: key, referencedColumnName: key })),
    { name: parent.key, referencedColumnName: 'id' },
  ];
  // The target is named by text: two entities that import each other crash at import under ESM.
  ManyToOne(parent.entity, { onDelete: 'CASCADE', nullable: parent.optional ?? false })(
    prototype,
    `${parent.key}Parent`,
  );
  JoinColumn(join)(prototype, `${parent.key}Parent`);
  // The primary key serves the cascade of all but optional parents.
  if (parent.optional)
    Index(`${table}_${parent.key}`, ['tenantId', ...outer, parent.key])(target as EntityClass);
}

/** The columns of a property and their TypeORM options. */
function columnsOf(declared: EdmProperty): [string, ColumnOptions][] {
  const { type, name } = declared;
  const nullable = declared.nullable && type.kind !== 'collection';
  if (type.kind === 'enum') return [[name, { type: 'integer', nullable }]];
  if (type.kind !== 'primitive') return [[name, { type: 'jsonb', nullable }]];
  switch (type.name) {
    case 'Edm.String':
    case 'Edm.Binary':
      return [[name, { type: 'text', collation: 'C', nullable }]];
    case 'Edm.Boolean':
      return [[name, { type: 'boolean', nullable }]];
    case 'Edm.Int32':
      return [[name, { type: 'integer', nullable }]];
    case 'Edm.Int64':
      return [[name, { type: 'bigint', nullable }]];
    case 'Edm.DateTimeOffset':
      return [
        [`${name}Ticks`, { type: 'bigint', nullable }],
        [`${name}Written`, { type: 'smallint', nullable }],
      ];
  }
}

function declarationOf(entity: EntityClass): Declaration {
  const declaration = declarations.get(entity);
  if (!declaration) throw new Error(`${entity.name} has no @EntityType`);
  return declaration;
}

export const edmTypeOf = (entity: EntityClass): EdmEntityType => declarationOf(entity).type;

/** The classes of the links that a table's rows have. */
export const linkClassesOf = ({ links }: Table): EntityClass[] =>
  links.map((link) => {
    const declared = linkClasses.get(link);
    if (!declared) throw new Error(`${link.table} has no class`);
    return declared;
  });

/** The table of a type or of the base type that it shares one with. */
export function tableOfClass(entity: EntityClass): Table {
  const { table } = declarationOf(entity);
  if (!table) throw new Error(`${entity.name} has no table`);
  return table;
}
