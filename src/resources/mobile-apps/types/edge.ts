import { EntityType, Property } from '../../../graph/declare.js';
import { enumType } from '../../../odata/edm.js';
import { MobileApp } from '../mobile-app.entity.js';
import { required } from './facets.js';

const microsoftEdgeChannel = enumType('microsoftEdgeChannel', {
  dev: 0,
  beta: 1,
  stable: 2,
  unknownFutureValue: 3,
});

@EntityType('macOSMicrosoftEdgeApp')
export class MacOSMicrosoftEdgeApp extends MobileApp {
  @Property(microsoftEdgeChannel, required) channel!: string;
}

@EntityType('windowsMicrosoftEdgeApp')
export class WindowsMicrosoftEdgeApp extends MobileApp {
  @Property(microsoftEdgeChannel, required) channel!: string;
  @Property('Edm.String') displayLanguageLocale!: string | null;
}
