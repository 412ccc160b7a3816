import { Column, Index } from 'typeorm';
import { EntityType, Property } from '../../graph/declare.js';
import { collection, complexType, enumType, property } from '../../odata/edm.js';

const mimeContent = complexType('mimeContent', [
  property('type', 'Edm.String'),
  property('value', 'Edm.Binary'),
]);

const mobileAppPublishingState = enumType('mobileAppPublishingState', {
  notPublished: 0,
  processing: 1,
  published: 2,
});

/** The base of every app. Its concrete types differ in what they add. What needs no upload is published from the start. */
@Index('mobile_apps_displayName', { synchronize: false })
@EntityType('mobileApp', {
  abstract: true,
  table: 'mobile_apps',
  derived: true,
  initial: { publishingState: 'published', uploadState: 1 },
  links: [
    {
      name: 'categories',
      entity: 'MobileAppCategory',
      table: 'mobile_app_category_links',
      from: 'mobileAppId',
      to: 'mobileAppCategoryId',
    },
  ],
})
export abstract class MobileApp {
  @Property('Edm.String', { indexed: true }) displayName!: string | null;
  @Property('Edm.String') description!: string | null;
  @Property('Edm.String', { indexed: true }) publisher!: string | null;
  @Property(mimeContent) largeIcon!: { type: string | null; value: string | null } | null;
  @Property('Edm.DateTimeOffset', { nullable: false, computed: 'created' }) createdDateTime!: string;
  @Property('Edm.DateTimeOffset', { nullable: false, computed: 'modified' }) lastModifiedDateTime!: string;
  @Property('Edm.Boolean', { nullable: false }) isFeatured!: boolean;
  @Property('Edm.String') privacyInformationUrl!: string | null;
  @Property('Edm.String') informationUrl!: string | null;
  @Property('Edm.String') owner!: string | null;
  @Property('Edm.String') developer!: string | null;
  @Property('Edm.String') notes!: string | null;
  @Property('Edm.Int32', { nullable: false, computed: 'initial', versions: ['beta'] }) uploadState!: number;
  @Property(mobileAppPublishingState, { nullable: false, computed: 'initial' }) publishingState!: string;
  @Property('Edm.Boolean', { nullable: false, computed: 'initial', versions: ['beta'] }) isAssigned!: boolean;
  @Property(collection('Edm.String'), { versions: ['beta'] }) roleScopeTagIds!: string[];
  @Property('Edm.Int32', { nullable: false, computed: 'initial', versions: ['beta'] })
  dependentAppCount!: number;
  @Property('Edm.Int32', { nullable: false, computed: 'initial', versions: ['beta'] })
  supersedingAppCount!: number;
  @Property('Edm.Int32', { nullable: false, computed: 'initial', versions: ['beta'] })
  supersededAppCount!: number;
  /** Whether it has relationships: nobody sees it. */
  @Column({ type: 'boolean', default: false }) isRelated!: boolean;
}
