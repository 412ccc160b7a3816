import type { GraphVersion } from '../../src/odata/edm.js';
import type { Json } from '../../src/odata/stored-value.js';
import { declaredType, type JsonObject, lineageOf } from './documented-examples.js';

/** What is known of an entity beside what a page prints. */
export interface Known {
  version: GraphVersion;
  /** The concrete type that it was made of: pages of abstract types print those. */
  type: string;
  /** Undefined where the server chose it just now. */
  id: string | undefined;
  /** Milliseconds; nothing was written before. */
  since: number;
}

type Rule = (value: Json | undefined, known: Known) => boolean;

const isClock: Rule = (value, { since }) => typeof value === 'string' && Date.parse(value) >= since;
const is =
  (expected: Json): Rule =>
  (value) =>
    value === expected;

/** An organisation uploads the files of these apps itself, which no example does. */
const isUploaded = ({ version, type }: Known): boolean =>
  lineageOf(version, type).some((name) => name === 'mobileLobApp' || name === 'managedMobileLobApp');

/** What the server says by itself, whatever a body says: a page prints any value there. */
const computed: Readonly<Record<string, Rule>> = {
  id: (value, { id }) => (id === undefined ? typeof value === 'string' && value !== '' : value === id),
  createdDateTime: isClock,
  lastModifiedDateTime: isClock,
  size: is(0),
  publishingState: (value, known) => value === (isUploaded(known) ? 'notPublished' : 'published'),
  uploadState: (value, known) => value === (isUploaded(known) ? 0 : 1),
  appAvailability: (value, known) => value === (isUploaded(known) ? 'lineOfBusiness' : 'global'),
  // The entity is the only one of its tenant, but for the target of a relationship.
  isAssigned: is(false),
  // No policy set assigns anything.
  source: is('direct'),
  sourceId: is(null),
  // The app that the URL names is the one that needs or supersedes the other.
  targetType: is('child'),
  dependentAppCount: is(0),
  dependsOnAppCount: is(0),
  supersedingAppCount: is(0),
  supersededAppCount: is(0),
  // The examples' app is none.
  appSupportsOemConfig: is(false),
};

/** The same of what such an app tells of itself: nobody asks Google here. */
const ofPlayStore: Readonly<Record<string, Rule>> = {
  usedLicenseCount: is(0),
  totalLicenseCount: is(0),
  appStoreUrl: is(null),
  isPrivate: is(false),
  supportsOemConfig: is(false),
  appTracks: (value) => Array.isArray(value) && value.length === 0,
};

const ruleOf = (name: string, { version, type }: Known): Rule | undefined =>
  computed[name] ??
  (lineageOf(version, type).includes('androidManagedStoreApp') ? ofPlayStore[name] : undefined);

/** How an entity departs from what a page prints of it, a line for each property: what the page doesn't print is free. */
export function entityDifferences(printed: JsonObject, got: JsonObject, known: Known): string[] {
  const type = `#microsoft.graph.${known.type}`;
  const wrongType =
    got['@odata.type'] === type ? [] : [`@odata.type: ${show(got['@odata.type'])} is not ${type}`];
  return [
    ...wrongType,
    ...membersOf(printed).flatMap(([name, value]) => propertyDifferences(name, value, got, known)),
  ];
}

function propertyDifferences(name: string, printed: Json, got: JsonObject, known: Known): string[] {
  const { version, type } = known;
  const rule = ruleOf(name, known);
  if (!rule)
    return valueDifferences(name, printed, got[name], {
      version,
      declared: declaredType(version, type, name),
    });
  return rule(got[name], known) ? [] : [`${name}: ${show(got[name])} is not what the server computes`];
}

interface Place {
  version: GraphVersion;
  /** The type that the documents declare for the value; undefined where they don't have it. */
  declared: string | undefined;
}

function valueDifferences(path: string, printed: Json, got: Json | undefined, place: Place): string[] {
  if (Array.isArray(printed)) {
    if (!Array.isArray(got) || got.length !== printed.length)
      return [`${path}: ${show(got)} is not ${show(printed)}`];
    return printed.flatMap((element, index) =>
      valueDifferences(`${path}[${index}]`, element, got[index], place),
    );
  }
  if (isObject(printed))
    return isObject(got) ? complexDifferences(path, printed, got, place) : [`${path}: ${show(got)}`];
  return printed === got ? [] : [`${path}: ${show(got)} is not ${show(printed)}`];
}

/** The type is on the wire where it isn't the declared one; pages print it always, and without the `#`. */
function complexDifferences(
  path: string,
  printed: JsonObject,
  got: JsonObject,
  { version, declared }: Place,
): string[] {
  const name = typeNameOf(printed) ?? declared;
  const wire = got['@odata.type'];
  const isRight = wire === undefined ? name === declared : wire === `#microsoft.graph.${name}`;
  const wrongType = isRight ? [] : [`${path}: its type ${show(wire)} is not ${name}`];
  const members = membersOf(printed).flatMap(([member, value]) => {
    const inner = { version, declared: name === undefined ? undefined : declaredType(version, name, member) };
    return valueDifferences(`${path}.${member}`, value, got[member], inner);
  });
  return [...wrongType, ...members];
}

/** The printed type without its namespace, of an entity or a complex value. */
export function typeNameOf(printed: JsonObject | undefined): string | undefined {
  const name = printed?.['@odata.type'];
  return typeof name === 'string' ? name.replace(/^#?microsoft\.graph\./, '') : undefined;
}

/** How a result departs from the kind of result that a page prints: nothing of its values was sent, and members may be null. */
export function shapeDifferences(printed: Json, got: Json | undefined, path = 'value'): string[] {
  if (Array.isArray(printed) && Array.isArray(got)) {
    if (got.length < printed.length) return [`${path}: ${show(got)} has nothing`];
    return got.flatMap((item, index) => shapeDifferences(printed[0] ?? null, item, `${path}[${index}]`));
  }
  if (isObject(printed) && isObject(got)) {
    const filled = membersOf(printed).filter(([name]) => got[name] !== null);
    return filled.flatMap(([name, value]) => shapeDifferences(value, got[name], `${path}.${name}`));
  }
  return kindOf(printed) === kindOf(got) ? [] : [`${path}: ${show(got)} is no ${kindOf(printed)}`];
}

function kindOf(value: Json | undefined): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

const membersOf = (printed: JsonObject): [string, Json][] =>
  Object.entries(printed).filter(([name]) => name !== '@odata.type');

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const show = (value: Json | undefined): string => JSON.stringify(value) ?? 'nothing';
