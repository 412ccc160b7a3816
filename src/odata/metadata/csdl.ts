import type { namespace } from '../edm.js';

/** A structural or navigation property. What is absent has CSDL JSON's default: Edm.String, not nullable, single. */
export interface CsdlProperty {
  $Kind?: 'NavigationProperty';
  $Collection?: true;
  $Type?: string;
  $Nullable?: true;
  $ContainsTarget?: true;
  '@Org.OData.Core.V1.Computed'?: true;
  '@Org.OData.Core.V1.Immutable'?: true;
}

/** Members without `$` are properties, by name. */
export interface CsdlStructuredType {
  $Kind: 'EntityType' | 'ComplexType';
  $BaseType?: string;
  $Abstract?: true;
  $Key?: readonly string[];
  [property: string]: CsdlProperty | string | true | readonly string[] | undefined;
}

/** Members without `$` are the enum's, by name. */
export interface CsdlEnumType {
  $Kind: 'EnumType';
  $IsFlags?: true;
  [member: string]: number | string | true | undefined;
}

/** What an operation takes or gives; absence means what it does in a property. */
export interface CsdlParameter {
  $Name?: string;
  $Collection?: true;
  $Type?: string;
  $Nullable?: true;
}

/** One overload of an action or function. */
export interface CsdlOperation {
  $Kind: 'Action' | 'Function';
  $IsBound: true;
  $Parameter: readonly CsdlParameter[];
  $ReturnType?: CsdlParameter;
}

export interface CsdlRoot {
  $Collection?: true;
  $Type: string;
}

/** Members without `$` are entity sets and singletons, by name. */
export interface CsdlContainer {
  $Kind: 'EntityContainer';
  [root: string]: CsdlRoot | string;
}

export type CsdlElement = CsdlStructuredType | CsdlEnumType | CsdlContainer | readonly CsdlOperation[];

/** Members without `$` are elements, by name. */
export interface CsdlSchema {
  $Alias: string;
  [name: string]: CsdlElement | string;
}

export interface CsdlDocument {
  $Version: '4.0';
  $EntityContainer: string;
  /** The vocabularies that annotations are from: the address of each one's own document. */
  $Reference: Readonly<Record<string, { $Include: readonly { $Namespace: string }[] }>>;
  [namespace]: CsdlSchema;
}
