import { describe, expect, it } from '@jest/globals';
import { csdlJson } from './csdl-json.js';
import { csdlXml } from './csdl-xml.js';
import { librarySets } from './library.builder.js';

const document = csdlJson(librarySets, 'beta');
const xml = csdlXml(document);

/** What is wrong with the nesting or the attributes of a document that has no text: undefined when nothing is. */
function fault(text: string): string | undefined {
  const tag = /^<(\/?)([\w:]+)((?: [\w:]+="[^"<>]*")*)( \/)?>$/;
  const open: string[] = [];
  for (const line of text.trimEnd().split('\n').slice(1)) {
    const [, closes, name = '', attributes = '', isEmpty] = tag.exec(line.trim()) ?? [];
    if (name === '' || /&(?!#\d+;)/.test(attributes)) return line;
    if (closes && open.pop() !== name) return line;
    if (!closes && !isEmpty) open.push(name);
  }
  return open.at(-1);
}

describe('CSDL XML', () => {
  it('is the model, element by element', () => {
    expect(xml).toBe(`<?xml version="1.0" encoding="utf-8"?>
<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx">
  <edmx:Reference Uri="https://oasis-tcs.github.io/odata-vocabularies/vocabularies/Org.OData.Core.V1.xml">
    <edmx:Include Namespace="Org.OData.Core.V1" />
  </edmx:Reference>
  <edmx:DataServices>
    <Schema Namespace="microsoft.graph" Alias="graph" xmlns="http://docs.oasis-open.org/odata/ns/edm">
      <EnumType Name="colours" IsFlags="true">
        <Member Name="none" Value="0" />
        <Member Name="red" Value="1" />
        <Member Name="blue" Value="2" />
      </EnumType>
      <EnumType Name="mark">
        <Member Name="star" Value="0" />
      </EnumType>
      <EnumType Name="state">
        <Member Name="lost" Value="-1" />
        <Member Name="lent" Value="1" />
      </EnumType>
      <ComplexType Name="cappedFine" BaseType="graph.dailyFine">
        <Property Name="most" Type="Edm.Int32" />
        <Property Name="mark" Type="graph.mark" />
      </ComplexType>
      <ComplexType Name="dailyFine" BaseType="graph.fine">
        <Property Name="rate" Type="Edm.Int32" Nullable="false" />
      </ComplexType>
      <ComplexType Name="fine" Abstract="true">
        <Property Name="reason" Type="Edm.String" />
      </ComplexType>
      <ComplexType Name="label">
        <Property Name="text" Type="Edm.String" Nullable="false" />
        <Property Name="mark" Type="graph.mark" />
      </ComplexType>
      <EntityType Name="entity" Abstract="true">
        <Key>
          <PropertyRef Name="id" />
        </Key>
        <Property Name="id" Type="Edm.String" Nullable="false" />
      </EntityType>
      <EntityType Name="book" BaseType="graph.item">
        <Property Name="pages" Type="Edm.Int32" Nullable="false" />
        <Property Name="colours" Type="graph.colours" />
        <Property Name="labels" Type="Collection(graph.label)" Nullable="false" />
        <Property Name="size" Type="Edm.Int64" Nullable="false">
          <Annotation Term="Org.OData.Core.V1.Computed" Bool="true" />
        </Property>
      </EntityType>
      <EntityType Name="film" BaseType="graph.item">
        <Property Name="poster" Type="Edm.Binary" />
      </EntityType>
      <EntityType Name="item" BaseType="graph.entity" Abstract="true">
        <Property Name="title" Type="Edm.String" />
        <NavigationProperty Name="loans" Type="Collection(graph.loan)" ContainsTarget="true" />
        <NavigationProperty Name="shelves" Type="Collection(graph.shelf)" />
      </EntityType>
      <EntityType Name="library" BaseType="graph.entity">
        <NavigationProperty Name="items" Type="Collection(graph.item)" ContainsTarget="true" />
        <NavigationProperty Name="shelves" Type="Collection(graph.shelf)" ContainsTarget="true" />
      </EntityType>
      <EntityType Name="loan" BaseType="graph.entity">
        <Property Name="state" Type="graph.state" Nullable="false" />
        <Property Name="label" Type="graph.label" />
        <Property Name="until" Type="Edm.DateTimeOffset">
          <Annotation Term="Org.OData.Core.V1.Immutable" Bool="true" />
        </Property>
        <Property Name="renewed" Type="Edm.Boolean" Nullable="false" />
        <Property Name="fines" Type="Collection(graph.fine)" Nullable="false" />
        <Property Name="daily" Type="graph.dailyFine" />
        <NavigationProperty Name="copies" Type="Collection(graph.film)" ContainsTarget="true" />
        <NavigationProperty Name="item" Type="graph.item" />
      </EntityType>
      <EntityType Name="shelf" BaseType="graph.entity">
        <Property Name="room" Type="Edm.String" />
      </EntityType>
      <EntityContainer Name="GraphService">
        <Singleton Name="library" Type="graph.library" />
        <EntitySet Name="loans" EntityType="graph.loan" />
      </EntityContainer>
    </Schema>
  </edmx:DataServices>
</edmx:Edmx>
`);
  });

  it('is well-formed', () => {
    expect(fault(xml)).toBeUndefined();
    expect(fault(xml.replace('</Schema>', ''))).toBeDefined();
  });

  it('escapes what would end an attribute or be read as a space', () => {
    const hostile = { $Kind: 'ComplexType' as const, 'a"<b>&\t\n\r\'é': {} };
    const schema = { ...document['microsoft.graph'], hostile };
    const escaped = csdlXml({ ...document, 'microsoft.graph': schema });
    expect(escaped).toContain(`<Property Name="a&#34;&#60;b&#62;&#38;&#9;&#10;&#13;'é" Type`);
    expect(fault(escaped)).toBeUndefined();
  });
});
