import { namespace } from '../edm.js';
import type {
  CsdlContainer,
  CsdlDocument,
  CsdlElement,
  CsdlEnumType,
  CsdlOperation,
  CsdlParameter,
  CsdlProperty,
  CsdlRoot,
  CsdlSchema,
  CsdlStructuredType,
} from './csdl.js';

/** What `$metadata` answers with by default (OData Protocol 4.01, 11.1.2). */
export const csdlXmlMediaType = 'application/xml';

/** The same model as CSDL XML 4.0 (OData CSDL XML 4.01), one element a line. */
export function csdlXml(document: CsdlDocument): string {
  const edmx = { Version: document.$Version, 'xmlns:edmx': 'http://docs.oasis-open.org/odata/ns/edmx' };
  const services = element('edmx:DataServices', {}, schema(document[namespace]));
  const lines = element('edmx:Edmx', edmx, [...references(document), ...services]);
  return `${['<?xml version="1.0" encoding="utf-8"?>', ...lines].join('\n')}\n`;
}

/** Each vocabulary in its XML form, which has its own address. */
function references({ $Reference }: CsdlDocument): string[] {
  return Object.entries($Reference).flatMap(([uri, { $Include }]) =>
    element(
      'edmx:Reference',
      { Uri: uri.replace(/\.json$/, '.xml') },
      $Include.flatMap(({ $Namespace }) => element('edmx:Include', { Namespace: $Namespace })),
    ),
  );
}

function schema(elements: CsdlSchema): string[] {
  const attributes = {
    Namespace: namespace,
    Alias: elements.$Alias,
    xmlns: 'http://docs.oasis-open.org/odata/ns/edm',
  };
  const children = members<CsdlElement>(elements).flatMap(([name, child]) => schemaElement(name, child));
  return element('Schema', attributes, children);
}

function schemaElement(name: string, definition: CsdlElement): string[] {
  if (isOverloads(definition)) return definition.flatMap((overload) => operation(name, overload));
  switch (definition.$Kind) {
    case 'EnumType':
      return enumType(name, definition);
    case 'EntityType':
    case 'ComplexType':
      return structuredType(name, definition);
    case 'EntityContainer':
      return container(name, definition);
  }
}

function enumType(name: string, definition: CsdlEnumType): string[] {
  const values = members<number>(definition).map(([Name, value]) => ({ Name, Value: String(value) }));
  const attributes = { Name: name, IsFlags: definition.$IsFlags && 'true' };
  return element(
    'EnumType',
    attributes,
    values.flatMap((value) => element('Member', value)),
  );
}

function structuredType(name: string, definition: CsdlStructuredType): string[] {
  const { $Kind, $BaseType, $Abstract, $Key = [] } = definition;
  const attributes = { Name: name, BaseType: $BaseType, Abstract: $Abstract && 'true' };
  const key = $Key.flatMap((property) => element('PropertyRef', { Name: property }));
  return element($Kind, attributes, [
    ...(key.length > 0 ? element('Key', {}, key) : []),
    ...members<CsdlProperty>(definition).flatMap(([child, property]) => propertyElement(child, property)),
  ]);
}

const isOverloads = (definition: CsdlElement): definition is readonly CsdlOperation[] =>
  Array.isArray(definition);

function operation(name: string, { $Kind, $Parameter, $ReturnType }: CsdlOperation): string[] {
  const parameters = $Parameter.flatMap((parameter) =>
    element('Parameter', { Name: parameter.$Name, ...typeAttributes(parameter) }),
  );
  const returned = $ReturnType ? element('ReturnType', typeAttributes($ReturnType)) : [];
  return element($Kind, { Name: name, IsBound: 'true' }, [...parameters, ...returned]);
}

const typeAttributes = ({ $Type = 'Edm.String', $Collection, $Nullable }: CsdlParameter) => ({
  Type: $Collection ? `Collection(${$Type})` : $Type,
  Nullable: $Nullable ? undefined : 'false',
});

/** Absence means the opposite in the two formats: not nullable in JSON, nullable in XML (CSDL XML 4.01, 7.2.1). */
function propertyElement(name: string, property: CsdlProperty): string[] {
  const { $Kind = 'Property', $Collection, $Nullable, $ContainsTarget } = property;
  const isNullable = $Nullable || ($Kind === 'NavigationProperty' && $Collection);
  const attributes = {
    Name: name,
    ...typeAttributes({ ...property, ...(isNullable && { $Nullable: true }) }),
    ContainsTarget: $ContainsTarget && 'true',
  };
  const annotations = Object.entries(property).filter(([member]) => member.startsWith('@'));
  return element(
    $Kind,
    attributes,
    annotations.flatMap(([term, value]) =>
      element('Annotation', { Term: term.slice(1), Bool: String(value) }),
    ),
  );
}

function container(name: string, definition: CsdlContainer): string[] {
  const roots = members<CsdlRoot>(definition).flatMap(([Name, { $Collection, $Type }]) =>
    $Collection
      ? element('EntitySet', { Name, EntityType: $Type })
      : element('Singleton', { Name, Type: $Type }),
  );
  return element('EntityContainer', { Name: name }, roots);
}

/** The members of a CSDL JSON object that a model names, as opposed to CSDL's own `$…` and to annotations. */
const members = <T>(definition: object): [string, T][] =>
  Object.entries(definition).filter(([name]) => !/[$@]/.test(name));

/** The lines of an element, its children indented. */
function element(
  name: string,
  attributes: Readonly<Record<string, string | undefined>>,
  children: readonly string[] = [],
): string[] {
  const given = Object.entries(attributes).filter(([, value]) => value !== undefined);
  const start = `<${name}${given.map(([key, value]) => ` ${key}="${attributeText(value ?? '')}"`).join('')}`;
  if (children.length === 0) return [`${start} />`];
  return [`${start}>`, ...children.map((line) => `  ${line}`), `</${name}>`];
}

/** Text as an attribute's value; line breaks and tabs too, which an XML reader would turn into spaces (XML 1.0, 3.3.3). */
const attributeText = (text: string): string =>
  text.replaceAll(/[&<>"\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`);
