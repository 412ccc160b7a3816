import { limits } from '../limits.js';
import { accessOf, type PermissionTable } from '../permissions.js';
import type { Schema } from './json-schema.js';

/** One verb of a path (https://spec.openapis.org/oas/v3.1.1#operation-object). */
export interface Operation {
  operationId: string;
  tags: readonly string[];
  parameters?: readonly Schema[];
  requestBody?: Schema;
  responses: Readonly<Record<string, Schema>>;
  security?: readonly Schema[];
}

/** What a path takes; its keys are the parameters. */
export interface PathItem {
  parameters: readonly Schema[];
  get?: Operation;
  post?: Operation;
  patch?: Operation;
  delete?: Operation;
}

/** With what each operation takes: any one of the roles of an application or of the scopes of a user, least privileged first. */
export function secured({ parameters, ...operations }: PathItem, permissions: PermissionTable): PathItem {
  const all = Object.entries(operations).map(([method, described]) => {
    const { application, delegated } = permissions[accessOf(method.toUpperCase())];
    const roles = application.map((name) => ({ application: [name] }));
    const scopes = delegated.map((name) => ({ delegated: [name] }));
    return [method, { ...described, security: [...roles, ...scopes] }];
  });
  return { parameters, ...(Object.fromEntries(all) as typeof operations) };
}

/** A key in a path. */
export const keyParameter = (name: string): Schema => ({
  name,
  in: 'path',
  required: true,
  schema: { type: 'string', minLength: 1, maxLength: limits.key },
});
