import { EntityType, Property } from '../../graph/declare.js';
import { collection, complexType, enumType, property } from '../../odata/edm.js';
import { MobileLobApp } from './mobile-lob-app.entity.js';

const windowsArchitecture = enumType(
  'windowsArchitecture',
  { none: 0, x86: 1, x64: 2, arm: 4, neutral: 8 },
  { flags: true },
);

const win32LobAppReturnCode = complexType('win32LobAppReturnCode', [
  property('returnCode', 'Edm.Int32', { nullable: false }),
  property(
    'type',
    enumType('win32LobAppReturnCodeType', { failed: 0, success: 1, softReboot: 2, hardReboot: 3, retry: 4 }),
    { nullable: false },
  ),
]);

@EntityType('win32LobApp')
export class Win32LobApp extends MobileLobApp {
  @Property('Edm.String') installCommandLine!: string | null;
  @Property('Edm.String') uninstallCommandLine!: string | null;
  @Property(windowsArchitecture, { nullable: false }) applicableArchitectures!: string;
  @Property('Edm.Int32') minimumFreeDiskSpaceInMB!: number | null;
  @Property('Edm.Int32') minimumMemoryInMB!: number | null;
  @Property('Edm.Int32') minimumNumberOfProcessors!: number | null;
  @Property('Edm.Int32') minimumCpuSpeedInMHz!: number | null;
  @Property(collection(win32LobAppReturnCode)) returnCodes!: { returnCode: number; type: string }[];
  @Property('Edm.String') setupFilePath!: string | null;
  @Property('Edm.String') minimumSupportedWindowsRelease!: string | null;
  @Property('Edm.String', { versions: ['beta'] }) displayVersion!: string | null;
  @Property('Edm.Boolean', { nullable: false, versions: ['beta'] }) allowAvailableUninstall!: boolean;
}
