import { describe, expect, it } from '@jest/globals';
import type { ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { GraphRequest } from '../graph/exchange.js';
import { type ApiVersion, apiVersions } from '../odata/edm.js';
import type { Accepted, CallerKind, Permissions, PermissionTable } from '../odata/permissions.js';
import type { Caller } from './caller.js';
import { PermissionsGuard } from './permissions.guard.js';
import type { TokenVerifier } from './token-verifier.js';

/** Every list is another: `Own v1.0 read delegated, Own higher`. */
const permissionsOf = (owner: string): Permissions => {
  const list = (...words: string[]): Accepted => [[owner, ...words].join(' '), `${owner} higher`];
  const kindsOf = (version: string, access: string): PermissionTable['read'] => ({
    delegated: list(version, access, 'delegated'),
    application: list(version, access, 'application'),
  });
  const table = (version: string): PermissionTable => ({
    read: kindsOf(version, 'read'),
    write: kindsOf(version, 'write'),
  });
  return Object.fromEntries(apiVersions.map((version) => [version, table(version)])) as Permissions;
};

const own = { permissions: permissionsOf('Own') };
const other = { permissions: permissionsOf('Other') };

function judge(kind: CallerKind, held: string[], method: string, address: object): unknown {
  const caller: Partial<Caller> = { kind, permissions: new Set(held) };
  const verifier: Pick<TokenVerifier, 'verify'> = { verify: () => caller as Caller };
  const request = { method, address, headers: {}, headersDistinct: {} } as GraphRequest;
  const context = { switchToHttp: () => ({ getRequest: () => request }) };
  const guard = new PermissionsGuard(new Reflector(), verifier as TokenVerifier);
  return guard.canActivate(context as unknown as ExecutionContext);
}

const accesses: readonly [string, string[]][] = [
  ['read', ['GET', 'HEAD']],
  ['write', ['POST', 'PATCH', 'PUT', 'DELETE']],
];
const cases = apiVersions.flatMap((version) =>
  accesses.flatMap(([access, methods]) =>
    methods.flatMap((method) =>
      (['delegated', 'application'] as const).map((kind): [string, ApiVersion, CallerKind, string] => [
        method,
        version,
        kind,
        access,
      ]),
    ),
  ),
);

describe.each(cases)('a %s in %s by a caller with %s permissions', (method, version, kind, access) => {
  const least = (owner: string): string => `${owner} ${version} ${access} ${kind}`;
  const address = { version, set: own, part: { kind: 'whole' } };

  it.each([least('Own'), 'Own higher'])('is allowed to whom is granted %s', (name) => {
    expect(judge(kind, ['x', name], method, address)).toBe(true);
  });

  it('is refused to all others, with what would do for their own kind, least privileged first', () => {
    const names = [own, other].flatMap(({ permissions }) =>
      apiVersions.flatMap((at) =>
        Object.values(permissions[at]).flatMap((lists) => [
          ...lists.delegated.slice(0, 1),
          ...lists.application.slice(0, 1),
        ]),
      ),
    );
    const held = [...names, 'Other higher'].filter((name) => name !== least('Own'));
    expect(() => judge(kind, held, method, address)).toThrow(
      expect.objectContaining({
        kind: 'forbidden',
        message: expect.stringMatching(`must have one of the following scopes: ${least('Own')}, Own higher$`),
      }),
    );
  });

  it("is judged by the entity that has the links, where it is about an entity's links", () => {
    const links = { version, set: other, part: { kind: 'reference' }, linked: { from: { set: own } } };
    expect(judge(kind, [least('Own')], method, links)).toBe(true);
    expect(() => judge(kind, [least('Other')], method, links)).toThrow();
  });

  it('is judged by what the links lead to, where it is about that', () => {
    const linked = { ...address, linked: { from: { set: other } } };
    expect(judge(kind, [least('Own')], method, linked)).toBe(true);
    expect(() => judge(kind, [least('Other')], method, linked)).toThrow();
  });
});

describe('where the documents say that application permissions are not supported', () => {
  const users: PermissionTable['read'] = { delegated: ['Some'], application: [] };
  const permissions = { beta: { read: users, write: users } };
  const address = { version: 'beta', set: { permissions }, part: { kind: 'whole' } };

  it.each(['GET', 'PATCH'])('a %s is for users alone, whatever an application is granted', (method) => {
    expect(judge('delegated', ['Some'], method, address)).toBe(true);
    expect(() => judge('application', ['Some'], method, address)).toThrow(
      expect.objectContaining({ kind: 'applicationNotSupported', status: 403 }),
    );
  });
});
