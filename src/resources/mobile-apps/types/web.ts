import { type EntityClass, EntityType, Property } from '../../../graph/declare.js';
import { MobileApp } from '../mobile-app.entity.js';
import { beta, required } from './facets.js';

@EntityType('webApp')
export class WebApp extends MobileApp {
  @Property('Edm.String') appUrl!: string | null;
  @Property('Edm.Boolean', required) useManagedBrowser!: boolean;
}

@EntityType('windowsWebApp')
export class WindowsWebApp extends MobileApp {
  @Property('Edm.String') appUrl!: string | null;
}

/** A page with an icon of its own on a device of Apple’s. */
function webClip(Base: EntityClass) {
  abstract class WebClip extends Base {
    @Property('Edm.String') appUrl!: string | null;
    @Property('Edm.Boolean', beta) fullScreenEnabled!: boolean | null;
    @Property('Edm.Boolean', beta) preComposedIconEnabled!: boolean | null;
  }
  return WebClip;
}

@EntityType('iosiPadOSWebClip')
export class IosiPadOSWebClip extends webClip(MobileApp) {
  @Property('Edm.Boolean', required) useManagedBrowser!: boolean;
  @Property('Edm.String', beta) targetApplicationBundleIdentifier!: string | null;
  @Property('Edm.Boolean', beta) ignoreManifestScope!: boolean | null;
}

@EntityType('macOSWebClip', beta)
export class MacOSWebClip extends webClip(MobileApp) {}
