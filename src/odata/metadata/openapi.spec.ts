import { describe, expect, it } from '@jest/globals';
import { librarySets } from './library.builder.js';
import type { Accepted, Permissions, PermissionTable } from '../permissions.js';
import { openApi } from './openapi.js';

const option = (name: string, on: 'collection' | 'entity' | 'both') => ({
  name,
  on,
  description: `The ${name}`,
  schema: { type: 'string' },
});
const queryOptions = [option('$top', 'collection'), option('$select', 'both'), option('$id', 'entity')];
const discovery = 'http://localhost:3000/common/v2.0/.well-known/openid-configuration';
const facts = { release: '1.2.3', base: 'http://localhost:3000', discovery, queryOptions };
const both = (role: Accepted, scope: Accepted): PermissionTable['read'] => ({
  application: role,
  delegated: scope,
});
const old = { read: both(['Old'], ['Old']), write: both(['Old'], ['Old']) };
const permissions: Permissions = {
  'v1.0': old,
  '2017-01/beta': old,
  '2018-11/beta': { ...old, read: { application: [], delegated: ['Old'] } },
  'live/beta': old,
  'live/v1.0': old,
  beta: {
    read: both(['Role.Read', 'Role.Write'], ['Read', 'Write']),
    write: both(['Role.Write'], ['Write']),
  },
};
const named = (lists: string[][]) => lists.map(([scheme = '', name]) => ({ [scheme]: [name] }));
const sets = librarySets.map((set) => ({ ...set, permissions }));
const shelves = sets.filter(({ type }) => type.name === 'shelf');
const document = openApi(sets, 'beta', facts);
const items = '/library/items';
const one = `${items}/{itemId}`;
const names = (parameters: readonly object[] = []) =>
  parameters.map((parameter) => (parameter as { name: string }).name);
const ref = (name: string) => `#/components/schemas/microsoft.graph.${name}`;
const body = (schema: object) => ({ content: { 'application/json': { schema } } });

describe('OpenAPI', () => {
  it('says which service and version it describes', () => {
    const { openapi, info, servers } = document;
    expect({ openapi, info, servers }).toEqual({
      openapi: '3.1.0',
      info: { title: 'Understudy, Microsoft Graph beta', version: '1.2.3' },
      servers: [{ url: 'http://localhost:3000/beta' }],
    });
  });

  it('has two paths for every set of the version and behind every navigation, keys named by their types', () => {
    const loan = `${one}/loans/{loanId}`;
    const paths = [items, one, `${one}/loans`, loan, `${loan}/item`, '/loans', '/loans/{loanId}'];
    const stable = openApi(sets, 'v1.0', facts);
    expect(Object.keys(stable.paths)).toEqual(paths);
    const copies = [`${loan}/copies`, `${loan}/copies/{filmId}`];
    const root = ['/library/shelves', '/library/shelves/{shelfId}'];
    const links = ['', '/$ref', '/{shelfId}', '/{shelfId}/$ref'].map((rest) => `${one}/shelves${rest}`);
    expect(Object.keys(document.paths)).toEqual([...paths, ...copies, ...root, ...links].toSorted());
  });

  it('declares every key of a path, and each query option where it applies', () => {
    for (const [path, { parameters }] of Object.entries(document.paths)) {
      expect(names(parameters)).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
    }
    expect(names(document.paths[items]?.get?.parameters)).toEqual(['$top', '$select']);
    expect(names(document.paths[one]?.get?.parameters)).toEqual(['$select', '$id']);
  });

  it('has the five operations under names that occur once', () => {
    const all = Object.entries(document.paths).flatMap(([path, item]) =>
      (['get', 'post', 'patch', 'delete'] as const).flatMap((verb) => {
        const { operationId = '', responses = {} } = item[verb] ?? {};
        return operationId === '' ? [] : [[verb, path, operationId, ...Object.keys(responses)].join(' ')];
      }),
    );
    expect(all.filter((line) => / \/library\/items(\/\{itemId\})? /.test(line))).toEqual([
      `get ${items} library.items.list 200 default`,
      `post ${items} library.items.create 201 default`,
      `get ${one} library.items.get 200 default`,
      `patch ${one} library.items.update 200 default`,
      `delete ${one} library.items.delete 204 default`,
    ]);
    expect(all.filter((line) => line.includes(`${one}/shelves`))).toEqual([
      `get ${one}/shelves library.items.shelves.list 200 default`,
      `post ${one}/shelves library.items.shelves.create 201 default`,
      `post ${one}/shelves/$ref library.items.shelves.link 204 default`,
      `get ${one}/shelves/{shelfId} library.items.shelves.get 200 default`,
      `patch ${one}/shelves/{shelfId} library.items.shelves.update 200 default`,
      `delete ${one}/shelves/{shelfId} library.items.shelves.delete 204 default`,
      `delete ${one}/shelves/{shelfId}/$ref library.items.shelves.unlink 204 default`,
    ]);
    expect(all.filter((line) => line.includes('/item '))).toEqual([
      `get ${one}/loans/{loanId}/item library.items.loans.item.get 200 default`,
      `patch ${one}/loans/{loanId}/item library.items.loans.item.update 200 default`,
      `delete ${one}/loans/{loanId}/item library.items.loans.item.delete 204 default`,
    ]);
    expect(new Set(all.map((line) => line.split(' ')[2])).size).toBe(all.length);
  });

  it('says which permissions an operation takes: any one, least privileged first', () => {
    const reading = [
      ['application', 'Role.Read'],
      ['application', 'Role.Write'],
      ['delegated', 'Read'],
      ['delegated', 'Write'],
    ];
    const writing = [
      ['application', 'Role.Write'],
      ['delegated', 'Write'],
    ];
    for (const { get, post, patch, delete: remove } of Object.values(document.paths)) {
      if (get) expect(get.security).toEqual(named(reading));
      for (const write of [post, patch, remove]) if (write) expect(write.security).toEqual(named(writing));
    }
    const { get } = openApi(sets, 'v1.0', facts).paths[items] ?? {};
    expect(get?.security).toEqual(
      named([
        ['application', 'Old'],
        ['delegated', 'Old'],
      ]),
    );
  });

  it('asks of who writes what a navigation leads to what its own set asks, and of links what their owner does', () => {
    const others = sets.filter((set) => !shelves.includes(set));
    const mixed = [
      ...others,
      ...shelves.map((set) => ({ ...set, permissions: { ...permissions, beta: old } })),
    ];
    const { paths } = openApi(mixed, 'beta', facts);
    const own = paths[`${one}/shelves/{shelfId}`];
    for (const taken of [own?.get, own?.patch, own?.delete, paths[`${one}/shelves`]?.post])
      expect(taken?.security).toContainEqual({ delegated: ['Old'] });
    const link = paths[`${one}/shelves/$ref`]?.post;
    expect(link?.security).toContainEqual({ delegated: ['Write'] });
  });

  it('says where tokens with scopes come from', () => {
    expect(document.components.securitySchemes).toEqual({
      application: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
      delegated: { type: 'openIdConnect', openIdConnectUrl: discovery },
    });
  });

  it('names the types of a set that holds several, and asks a create which one it means', () => {
    const anyOf = [{ $ref: ref('book') }, { $ref: ref('film') }];
    const mapping = { '#microsoft.graph.book': ref('book'), '#microsoft.graph.film': ref('film') };
    const discriminator = { propertyName: '@odata.type', mapping };
    const { post } = document.paths[items] ?? {};
    const { patch } = document.paths[one] ?? {};
    expect(post?.requestBody).toEqual({
      required: true,
      ...body({ anyOf, discriminator, required: ['@odata.type'] }),
    });
    expect(post?.responses['201']).toMatchObject(body({ anyOf, discriminator }));
    expect(patch?.requestBody).toEqual({ required: true, ...body({ anyOf }) });
    expect(document.paths['/loans']?.post?.requestBody).toMatchObject(body({ $ref: ref('loan') }));
  });

  it('refers to nothing that it does not hold', () => {
    const references = [...JSON.stringify(document).matchAll(/"(#\/components[^"]*)"/g)];
    expect(references.length).toBeGreaterThan(20);
    for (const [, reference = ''] of references) {
      const [, , kind = '', name = ''] = reference.split('/');
      expect(document.components[kind as 'schemas']).toHaveProperty([name]);
    }
  });
});
