import { describe, expect, it } from '@jest/globals';
import { validateSync } from 'class-validator';
import { getMetadataArgsStorage } from 'typeorm';
import { collection, complexType, enumType, property, type Property as EdmProperty } from '../odata/edm.js';
import { declareDtos, dtoProblem } from './dto.js';
import { edmTypeOf, type EntityClass, EntityType, linkClassesOf, Property, tableOfClass } from './declare.js';

/** Beta, at every date that has it. */
const versions = ['beta', '2017-01/beta', '2018-11/beta', 'live/beta'];

const required = { nullable: false };
const state = enumType('state', { installed: 1 });
const icon = complexType('icon', [property('type', 'Edm.String')]);

const link = {
  name: 'specials',
  entity: 'Everything',
  table: 'thing_links',
  from: 'thingId',
  to: 'otherThingId',
};

@EntityType('parentThing', { table: 'parent_things', links: [link] })
class ParentThing {
  @Property('Edm.String') title!: string | null;
}

@EntityType('everything', {
  versions: ['beta'],
  table: 'everythings',
  derived: true,
  parents: [
    { entity: 'ParentThing', key: 'parentThingId' },
    { entity: 'Everything', key: 'otherId', optional: true },
  ],
})
class Everything {
  @Property('Edm.String', { maxLength: 5 }) text!: unknown;
  @Property('Edm.Binary', required) bytes!: unknown;
  @Property('Edm.Boolean') flag!: unknown;
  @Property('Edm.Int32', required) count!: unknown;
  @Property('Edm.Int64') size!: unknown;
  @Property('Edm.DateTimeOffset', required) time!: unknown;
  @Property(state, required) state!: unknown;
  @Property(icon) icon!: unknown;
  @Property(collection('Edm.String'), { versions: ['beta'] }) tags!: unknown;
}

@EntityType('special')
class Special extends Everything {
  @Property('Edm.Int32', { computed: 'initial' }) level!: unknown;
}

const storage = getMetadataArgsStorage();
const columnsOf = (target: object): Record<string, unknown> =>
  Object.fromEntries(
    storage.columns
      .filter((column) => column.target === target)
      .map(({ propertyName, options: { type, nullable, collation } }) => [
        propertyName,
        [type, nullable ? 'null' : 'not null', ...(collation === undefined ? [] : [collation])].join(' '),
      ]),
  );

const valid: Record<string, unknown> = {
  text: '12345',
  bytes: 'QQ==',
  flag: null,
  count: 1,
  size: 1,
  time: '2017-01-01T00:02:49Z',
  state: 'installed',
  icon: { type: 'png' },
  tags: [],
};
const brokenBy = (values: object): string[] =>
  validateSync(Object.assign(new Everything(), valid, values)).map((error) => error.property);

describe('a declared property', () => {
  it('is an entry of the EDM type, in the order of the declarations', () => {
    const type = edmTypeOf(Everything);
    expect(type).toMatchObject({ kind: 'entity', name: 'everything', base: undefined, versions });
    expect(type.properties).toEqual([
      property('text', 'Edm.String', { maxLength: 5 }),
      property('bytes', 'Edm.Binary', required),
      property('flag', 'Edm.Boolean'),
      property('count', 'Edm.Int32', required),
      property('size', 'Edm.Int64'),
      property('time', 'Edm.DateTimeOffset', required),
      property('state', state, required),
      property('icon', icon),
      property('tags', collection('Edm.String'), { versions: ['beta'] }),
    ]);
  });

  it('is a column, a DateTimeOffset two, beside those of every table', () => {
    expect(columnsOf(Everything)).toEqual({
      tenantId: 'uuid not null',
      parentThingId: 'text not null C',
      otherId: 'text null C',
      id: 'text not null C',
      rowVersion: 'integer not null',
      odataType: 'text not null C',
      derived: 'jsonb not null',
      text: 'text null C',
      bytes: 'text not null C',
      flag: 'boolean null',
      count: 'integer not null',
      size: 'bigint null',
      timeTicks: 'bigint not null',
      timeWritten: 'smallint not null',
      state: 'integer not null',
      icon: 'jsonb null',
      tags: 'jsonb not null',
    });
  });

  it.each([
    ['text', '123456'],
    ['bytes', '*'],
    ['flag', 'true'],
    ['count', 2147483648],
    ['count', null],
    ['size', '1'],
    ['time', '2017-01-01'],
    ['state', 'nope'],
    ['icon', { nope: 1 }],
    ['tags', 'a'],
  ])('%s is validated: not %j', (name, value) => {
    expect(brokenBy({})).toEqual([]);
    expect(brokenBy({ [name]: value })).toEqual([name]);
  });
});

function measured(Base: EntityClass) {
  abstract class Measured extends Base {
    @Property('Edm.Int32', required) width!: unknown;
  }
  return Measured;
}

describe('a type behind a mixin', () => {
  @EntityType('box')
  class Box extends measured(Everything) {
    @Property('Edm.String') label!: unknown;
  }
  @EntityType('crate')
  class Crate extends measured(Box) {}

  it('has the properties of the mixin before its own, and the type below as its base', () => {
    const [box, crate] = [edmTypeOf(Box), edmTypeOf(Crate)];
    expect([box.base, crate.base]).toEqual([edmTypeOf(Everything), box]);
    expect(box.properties.map(({ name }) => name)).toEqual(['width', 'label']);
    expect(crate.properties.map(({ name }) => name)).toEqual(['width']);
    expect(tableOfClass(Box)).toBe(tableOfClass(Everything));
  });

  it('judges by the rules of the mixin', () => {
    declareDtos([Box]);
    const [width] = edmTypeOf(Box).properties as [EdmProperty];
    expect(dtoProblem(edmTypeOf(Box), new Map([[width, 'x']]), 'beta')?.kind).toBe('literal');
    expect(dtoProblem(edmTypeOf(Box), new Map([[width, 5]]), 'beta')).toBeUndefined();
  });
});

describe('a property that had another type', () => {
  const kind = enumType('kind', { old: 1, new: 2 });

  @EntityType('aged', { from: '2018-11', until: 'today', table: 'ageds' })
  class Aged {
    @Property(kind, { ...required, typeAt: { '2018-11': 'Edm.Int32' } }) kind!: unknown;
    @Property('Edm.Int32', { ...required, until: '2018-11', added: true }) number!: unknown;
  }
  const [kept, view, number] = edmTypeOf(Aged).properties;

  it('is one column and one property at each date', () => {
    expect(columnsOf(Aged)).toMatchObject({ kind: 'integer not null', number: 'integer not null' });
    expect(tableOfClass(Aged).columns).toEqual(['id', 'rowVersion', 'kind', 'number']);
    expect(edmTypeOf(Aged).versions).toEqual(['v1.0', 'beta', '2018-11/beta']);
    expect([kept?.type, kept?.of, kept?.versions.includes('2018-11/beta')]).toEqual([kind, undefined, false]);
    expect([view?.type, view?.of, view?.versions]).toEqual([
      { kind: 'primitive', name: 'Edm.Int32' },
      kept,
      ['2018-11/beta'],
    ]);
    expect(number?.versions).toEqual(['2017-01/beta', '2018-11/beta']);
  });

  it('is judged by the type of the date', () => {
    declareDtos([Aged]);
    const problem = (of: typeof kept, value: unknown) =>
      dtoProblem(edmTypeOf(Aged), new Map([[of as NonNullable<typeof kept>, value]]), 'beta');
    expect([problem(kept, 'new'), problem(view, 27)]).toEqual([undefined, undefined]);
    expect(problem(kept, 27)?.message).toMatch(/api\.kind/);
    expect(problem(view, 'new')?.message).toMatch(/Edm\.Int32/);
    // A value that is right at the date doesn't hide another that is wrong.
    const both = new Map(
      [view, number].map((of, index) => [of as NonNullable<typeof kept>, [27, 'x'][index]]),
    );
    expect(dtoProblem(edmTypeOf(Aged), both, '2018-11/beta')?.message).toMatch(/'x'/);
  });

  it('is judged, inside of complex values, by what the version shows', () => {
    const box = complexType('box', [property('lid', 'Edm.String', { versions: ['beta'] })]);

    @EntityType('boxed', { table: 'boxeds' })
    class Boxed {
      @Property(box) box!: unknown;
    }
    declareDtos([Boxed]);
    const type = edmTypeOf(Boxed);
    const values = new Map(type.properties.map((declared) => [declared, { lid: 'x' }]));
    expect(dtoProblem(type, values, 'beta')).toBeUndefined();
    expect(dtoProblem(type, values, 'v1.0')?.kind).toBe('propertyDoesNotExist');
  });

  it('whose column came later has a default for who does not know it', () => {
    const column = storage.columns.find(
      ({ target, propertyName }) => target === Aged && propertyName === 'number',
    );
    expect(column?.options.default).toBe(0);
  });

  it('must be stored alike', () => {
    const declare = Property('Edm.String', { typeAt: { '2017-01': 'Edm.Int32' } });
    expect(() => declare(class {}.prototype, 'text')).toThrow(
      'text: its types at different dates are stored',
    );
  });
});

describe('a declared entity', () => {
  it('has the primary key of the design: the tenant, its parents, its id', () => {
    const primary = storage.columns.filter(
      ({ target, options }) => target === Everything && options.primary === true,
    );
    expect(primary.map(({ propertyName }) => propertyName)).toEqual(['tenantId', 'parentThingId', 'id']);
  });

  it('goes with its parents, whose keys carry the tenant', () => {
    const relations = storage.relations.filter(({ target }) => target === Everything);
    expect(relations.map(({ type, options }) => [type, options.onDelete, options.nullable])).toEqual([
      ['ParentThing', 'CASCADE', false],
      ['Everything', 'CASCADE', true],
    ]);
    const joins = storage.joinColumns.filter(({ target }) => target === Everything);
    expect(joins.map((join) => `${join.propertyName}: ${join.name} -> ${join.referencedColumnName}`)).toEqual(
      expect.arrayContaining([
        'parentThingIdParent: tenantId -> tenantId',
        'parentThingIdParent: parentThingId -> id',
        'otherIdParent: tenantId -> tenantId',
        'otherIdParent: parentThingId -> parentThingId',
        'otherIdParent: otherId -> id',
      ]),
    );
    expect(storage.indices.filter(({ target }) => target === Everything)).toMatchObject([
      { name: 'everythings_otherId', columns: ['tenantId', 'parentThingId', 'otherId'] },
    ]);
  });

  it('that derives from another shares its table and its versions', () => {
    expect(edmTypeOf(Special)).toMatchObject({ base: edmTypeOf(Everything), versions });
    expect(edmTypeOf(Special).properties.map(({ name }) => name)).toEqual(['level']);
    expect(tableOfClass(Special)).toBe(tableOfClass(Everything));
    const links = linkClassesOf(tableOfClass(ParentThing));
    const tables = storage.tables.map(({ target }) => target);
    expect(tables.slice(0, 3)).toEqual([ParentThing, ...links, Everything]);
  });

  it('has the properties of the undeclared classes that it extends as its own, where an answer has them', () => {
    abstract class Shared extends Everything {
      @Property('Edm.Int32') first!: unknown;
      @Property('Edm.Int32', { typeAt: { '2018-11': state } }) second!: unknown;
      @Property('Edm.Int32') third!: unknown;
    }
    @EntityType('plain')
    class Plain extends Shared {}
    @EntityType('longer')
    class Longer extends Shared {
      @Property('Edm.Int32', { after: 'second' }) between!: unknown;
      @Property('Edm.Int32') last!: unknown;
    }
    const namesOf = (type: typeof Shared): string[] => edmTypeOf(type).properties.map(({ name }) => name);
    expect(namesOf(Plain)).toEqual(['first', 'second', 'second', 'third']);
    expect(namesOf(Longer)).toEqual(['first', 'second', 'second', 'between', 'third', 'last']);
    expect(edmTypeOf(Longer).base).toBe(edmTypeOf(Everything));
    expect(() => edmTypeOf(Shared)).toThrow('Shared has no @EntityType');
  });

  it('has no property that follows one that it doesn’t extend', () => {
    class Lost {
      @Property('Edm.Int32', { after: 'nothing' }) level!: unknown;
    }
    expect(() => EntityType('lost')(Lost)).toThrow("level: no 'nothing' that it could follow");
  });

  it('is linked to others by rows of both keys and the tenant, which go with either', () => {
    const [links] = linkClassesOf(tableOfClass(ParentThing));
    const own = <T extends { target: unknown }>(list: readonly T[]): T[] =>
      list.filter(({ target }) => target === links);
    expect(own(storage.columns).map(({ propertyName, options }) => [propertyName, options.primary])).toEqual([
      ['tenantId', true],
      ['thingId', true],
      ['otherThingId', true],
    ]);
    expect(own(storage.relations).map(({ type, options }) => [type, options.onDelete])).toEqual([
      ['ParentThing', 'CASCADE'],
      ['Everything', 'CASCADE'],
    ]);
    expect(own(storage.indices)).toMatchObject([
      { name: 'thing_links_otherThingId', columns: ['tenantId', 'otherThingId'] },
    ]);
  });

  it('must be declared before it is used', () => {
    class Undeclared {}
    expect(() => edmTypeOf(Undeclared)).toThrow('Undeclared has no @EntityType');
  });
});
