import {
  type ComplexType,
  complexType,
  type EnumType,
  enumType,
  property,
  type Property,
} from '../../../odata/edm.js';
import { limits } from '../../../odata/limits.js';
import { beta, required } from './facets.js';

// Rules say what detections and requirements, which only beta has, say by names and enums of their own.

export const runAsAccountType = enumType('runAsAccountType', { system: 0, user: 1 });

const operators = {
  notConfigured: 0,
  equal: 1,
  notEqual: 2,
  greaterThan: 4,
  greaterThanOrEqual: 5,
  lessThan: 8,
  lessThanOrEqual: 9,
};
const ofFile = {
  notConfigured: 0,
  exists: 1,
  modifiedDate: 2,
  createdDate: 3,
  version: 4,
  sizeInMB: 5,
  doesNotExist: 6,
};
const ofOutput = { notConfigured: 0, string: 1, dateTime: 2, integer: 3, float: 4, version: 5, boolean: 6 };
const ofRegistry = { notConfigured: 0, exists: 1, doesNotExist: 2, string: 3, integer: 4, version: 5 };

const script = { maxLength: limits.binary };

/** What is looked at, whatever it is called to say so. */
const file = [
  property('path', 'Edm.String'),
  property('fileOrFolderName', 'Edm.String'),
  property('check32BitOn64System', 'Edm.Boolean', required),
];
const registry = [
  property('check32BitOn64System', 'Edm.Boolean', required),
  property('keyPath', 'Edm.String'),
  property('valueName', 'Edm.String'),
];
const powerShellScript = [
  property('enforceSignatureCheck', 'Edm.Boolean', required),
  property('runAs32Bit', 'Edm.Boolean', required),
  property('scriptContent', 'Edm.String', script),
];
const productCode = (operator: EnumType): Property[] => [
  property('productCode', 'Edm.String'),
  property('productVersionOperator', operator, required),
  property('productVersion', 'Edm.String'),
];

export const win32LobAppRule = complexType(
  'win32LobAppRule',
  [property('ruleType', enumType('win32LobAppRuleType', { detection: 0, requirement: 1 }), required)],
  { abstract: true },
);
export const win32LobAppDetection = complexType('win32LobAppDetection', [], { abstract: true, ...beta });
const win32LobAppDetectionOperator = enumType('win32LobAppDetectionOperator', operators, { flags: true });
const detectionValue = [
  property('operator', win32LobAppDetectionOperator, required),
  property('detectionValue', 'Edm.String'),
];
export const win32LobAppRequirement = complexType('win32LobAppRequirement', detectionValue, {
  abstract: true,
  ...beta,
});

const win32LobAppRuleOperator = enumType('win32LobAppRuleOperator', operators);
const compared = (operation: string, members: Readonly<Record<string, number>>): Property[] => [
  property('operationType', enumType(`win32LobApp${operation}OperationType`, members), required),
  property('operator', win32LobAppRuleOperator, required),
  property('comparisonValue', 'Edm.String'),
];
const rule = (kind: string, own: readonly Property[]): ComplexType =>
  complexType(`win32LobApp${kind}Rule`, own, { base: win32LobAppRule });

// The last members of each are those that Microsoft's clients of today know.
rule('FileSystem', [
  ...file,
  ...compared('FileSystem', { ...ofFile, sizeInBytes: 7, appVersion: 8, unknownFutureValue: 9 }),
]);
rule('Registry', [
  ...registry,
  ...compared('RegistryRule', { ...ofRegistry, appVersion: 6, unknownFutureValue: 7 }),
]);
rule('PowerShellScript', [
  property('displayName', 'Edm.String'),
  property('runAsAccount', runAsAccountType),
  ...powerShellScript,
  ...compared('PowerShellScriptRule', ofOutput),
]);
rule('ProductCode', productCode(win32LobAppRuleOperator));

const detected = (by: string, members: Readonly<Record<string, number>>): Property =>
  property('detectionType', enumType(`win32LobApp${by}DetectionType`, members), required);
const fileDetected = [...file, detected('FileSystem', ofFile)];
const registryDetected = [...registry, detected('Registry', ofRegistry)];

const detection = (kind: string, own: readonly Property[]): ComplexType =>
  complexType(`win32LobApp${kind}Detection`, own, { base: win32LobAppDetection, ...beta });

detection('FileSystem', [...fileDetected, ...detectionValue]);
detection('Registry', [...registryDetected, ...detectionValue]);
detection('PowerShellScript', powerShellScript);
detection('ProductCode', productCode(win32LobAppDetectionOperator));

const requirement = (kind: string, own: readonly Property[]): ComplexType =>
  complexType(`win32LobApp${kind}Requirement`, own, { base: win32LobAppRequirement, ...beta });

requirement('FileSystem', fileDetected);
requirement('Registry', registryDetected);
requirement('PowerShellScript', [
  property('displayName', 'Edm.String'),
  property('runAsAccount', runAsAccountType, required),
  ...powerShellScript,
  detected('PowerShellScript', ofOutput),
]);
