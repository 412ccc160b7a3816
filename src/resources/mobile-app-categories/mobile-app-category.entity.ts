import { Index } from 'typeorm';
import { EntityType, Property } from '../../graph/declare.js';

/** What an organisation sorts its apps by: an app may be linked to several, and a category to many apps. */
@Index('mobile_app_categories_displayName', { synchronize: false })
@EntityType('mobileAppCategory', { table: 'mobile_app_categories' })
export class MobileAppCategory {
  @Property('Edm.String', { indexed: true }) displayName!: string | null;
  @Property('Edm.DateTimeOffset', { nullable: false, computed: 'modified' }) lastModifiedDateTime!: string;
}
