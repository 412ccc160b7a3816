import type { EntityClass } from '../../../graph/declare.js';
import {
  AndroidStoreApp,
  AndroidLobApp,
  AndroidForWorkApp,
  AndroidManagedStoreApp,
  AndroidManagedStoreWebApp,
} from './android.js';
import { MacOSMicrosoftEdgeApp, WindowsMicrosoftEdgeApp } from './edge.js';
import { IosStoreApp, IosLobApp } from './ios.js';
import { MacOSLobApp, MacOSDmgApp, MacOSPkgApp, MacOSMicrosoftDefenderApp } from './mac-os.js';
import {
  ManagedAndroidStoreApp,
  ManagedAndroidLobApp,
  ManagedIOSStoreApp,
  ManagedIOSLobApp,
} from './managed.js';
import { OfficeSuiteApp, MacOSOfficeSuiteApp } from './office.js';
import { IosVppApp, MacOsVppApp } from './volume-purchase.js';
import { WebApp, WindowsWebApp, IosiPadOSWebClip, MacOSWebClip } from './web.js';
import { Win32LobApp, Win32CatalogApp, WinGetApp } from './win32.js';
import {
  WindowsAppX,
  WindowsUniversalAppX,
  WindowsPhone81AppX,
  WindowsPhone81AppXBundle,
  WindowsPhoneXAP,
  WindowsMobileMSI,
  WindowsStoreApp,
  WindowsPhone81StoreApp,
  MicrosoftStoreForBusinessApp,
} from './windows.js';

/** Every type that an app can be of, by platform; each says which versions know it. */
export const appTypes: readonly EntityClass[] = [
  AndroidStoreApp,
  AndroidLobApp,
  AndroidForWorkApp,
  AndroidManagedStoreApp,
  AndroidManagedStoreWebApp,
  MacOSMicrosoftEdgeApp,
  WindowsMicrosoftEdgeApp,
  IosStoreApp,
  IosLobApp,
  MacOSLobApp,
  MacOSDmgApp,
  MacOSPkgApp,
  MacOSMicrosoftDefenderApp,
  ManagedAndroidStoreApp,
  ManagedAndroidLobApp,
  ManagedIOSStoreApp,
  ManagedIOSLobApp,
  OfficeSuiteApp,
  MacOSOfficeSuiteApp,
  IosVppApp,
  MacOsVppApp,
  WebApp,
  WindowsWebApp,
  IosiPadOSWebClip,
  MacOSWebClip,
  Win32LobApp,
  Win32CatalogApp,
  WinGetApp,
  WindowsAppX,
  WindowsUniversalAppX,
  WindowsPhone81AppX,
  WindowsPhone81AppXBundle,
  WindowsPhoneXAP,
  WindowsMobileMSI,
  WindowsStoreApp,
  WindowsPhone81StoreApp,
  MicrosoftStoreForBusinessApp,
];
