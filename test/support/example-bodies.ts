import { type DocumentedExample, documentedExamples, type JsonObject } from './documented-examples.js';
import { typeNameOf } from './example-differences.js';

/** Nothing is of an abstract type: the subjects whose create stands in for such a page's. */
const concrete: Readonly<Record<string, string>> = {
  mobileapp: 'iosstoreapp',
  managedapp: 'managediosstoreapp',
  managedmobilelobapp: 'managedandroidlobapp',
  mobileapprelationship: 'mobileappdependency',
  manageddevicemobileappconfiguration: 'iosmobileappconfiguration',
};

const typed = (name: string): JsonObject => ({ '@odata.type': `#microsoft.graph.${name}` });

/** What paths lead through, by the names that the pages give the keys. Of all apps, these can be related to others. */
const containers: Readonly<Record<string, JsonObject>> = {
  mobileAppId: typed('win32LobApp'),
  managedDeviceMobileAppConfigurationId: typed('iosMobileAppConfiguration'),
};

/** The app that the examples of relationships name; what they print of it are its own names. */
export const target: JsonObject = {
  ...typed('win32LobApp'),
  id: 'Target Id value',
  displayName: 'Target Display Name value',
  displayVersion: 'Target Display Version value',
  publisher: 'Target Publisher value',
};

/** Whether a path leads to how apps are related, for which there have to be two. */
export const areRelationships = (path: string): boolean =>
  /\/(relationships|updateRelationships|getRelatedAppStates)\b/.test(path);

/** What the subject's page sends to create one, or what stands in for it. */
const bodyOf = (version: string, subject: string): JsonObject | undefined =>
  documentedExamples.find(({ page }) => page === `${version}/${concrete[subject] ?? subject}-create`)?.sent;

/** An action is bound to what its page is of; of abstract ones any will do. */
export function containerOf({ version, subject, method, path }: DocumentedExample, key: string): JsonObject {
  const isBound = path.toLowerCase().endsWith(`}/${method}`) && !concrete[subject];
  return (isBound ? typeOf(version, subject) : undefined) ?? containers[key] ?? {};
}

/** The body that is nothing but the concrete type of a page's subject; undefined where no page creates one. */
export function typeOf(version: string, subject: string): JsonObject | undefined {
  const name = typeNameOf(bodyOf(version, subject));
  return name === undefined ? undefined : typed(name);
}

/** What makes the printed entity. That of an update has nothing yet of what the update sends, but what it can't be without. */
export function rowOf(example: DocumentedExample): JsonObject {
  const { version, subject, method } = example;
  const type = typeOf(version, subject);
  if (method === 'delete') return bodyOf(version, subject) ?? {};
  if (method === 'get' || method === 'list') return { ...printedEntity(example), ...type };
  const own = areRelationships(example.path) ? { targetId: target['id'] ?? null } : namesOf(example);
  return { ...type, ...own };
}

/** What an update sends and only a create takes: which app of a store it is. */
const namesOf = ({ sent = {} }: DocumentedExample): JsonObject =>
  Object.fromEntries(
    Object.entries(sent).filter(([name]) => name === 'packageId' || name === 'appIdentifier'),
  );

/** Pages print a single entity inside of `value`, which the wire doesn't, and a list as it is. */
export function printedEntity({ method, printed = {} }: DocumentedExample): JsonObject {
  const value = method === 'get' || method === 'list' ? printed['value'] : printed;
  return (Array.isArray(value) ? value[0] : value) as JsonObject;
}
