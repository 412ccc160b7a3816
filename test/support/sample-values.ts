import {
  type ApiVersion,
  type ComplexType,
  isVisible,
  type Property,
  type ValueType,
} from '../../src/odata/edm.js';

export const samples = {
  'Edm.String': "It's a value",
  'Edm.Boolean': true,
  'Edm.Int32': 7,
  'Edm.Int64': 2 ** 40,
  'Edm.DateTimeOffset': '2017-01-01T00:02:49.3205976-08:00',
  'Edm.Binary': 'dmFsdWU=',
};

/** Values of a type that are not what a create gives by itself: of a collection one of each type that its elements may be of. */
export function sampleOf(type: ValueType, version: ApiVersion): unknown {
  switch (type.kind) {
    case 'primitive':
      return samples[type.name];
    case 'enum':
      return [...type.members.keys()].at(-1);
    case 'complex':
      return complexValues(type, version)[0];
    case 'collection':
      return type.of.kind === 'complex'
        ? complexValues(type.of, version)
        : [sampleOf(type.of, version), sampleOf(type.of, version)];
  }
}

const complexValues = (type: ComplexType, version: ApiVersion): object[] => [
  ...(type.abstract ? [] : [writtenMembers(type.properties, version)]),
  ...type.derived
    .filter((derived) => isVisible(derived, version))
    .map((derived) => ({
      '@odata.type': `#microsoft.graph.${derived.name}`,
      ...writtenMembers(derived.properties, version),
    })),
];

/** What a client may write of these properties in a version, all of it. */
export const writtenMembers = (
  properties: Iterable<Property>,
  version: ApiVersion,
): Record<string, unknown> =>
  Object.fromEntries(
    [...properties]
      .filter((property) => isVisible(property, version) && !property.computed)
      .map(({ name, type }) => [name, sampleOf(type, version)]),
  );
