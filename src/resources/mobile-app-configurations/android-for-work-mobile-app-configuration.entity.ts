import { EntityType } from '../../graph/declare.js';
import { AndroidMobileAppConfiguration } from './android-mobile-app-configuration.js';

@EntityType('androidForWorkMobileAppConfiguration', { versions: ['beta'] })
export class AndroidForWorkMobileAppConfiguration extends AndroidMobileAppConfiguration {}
