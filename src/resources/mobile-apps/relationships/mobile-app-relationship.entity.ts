import { Index, JoinColumn, ManyToOne } from 'typeorm';
import { EntityType, Property } from '../../../graph/declare.js';
import { enumType } from '../../../odata/edm.js';

const mobileAppRelationshipType = enumType('mobileAppRelationshipType', {
  child: 0,
  parent: 1,
  unknownFutureValue: 2,
});

const mobileAppDependencyType = enumType('mobileAppDependencyType', {
  detect: 0,
  autoInstall: 1,
  unknownFutureValue: 2,
});

const mobileAppSupersedenceType = enumType('mobileAppSupersedenceType', {
  update: 0,
  replace: 1,
  unknownFutureValue: 2,
});

const followed = { computed: 'initial' } as const;
const count = { nullable: false, computed: 'initial' } as const;

/**
 * What an app, the source, has to do with another, its target: seen from the app that needs or supersedes the other, which
 * is its child, or from that one. Each side is a row, so that both apps contain theirs as they contain anything else;
 * `relationship-follows.ts` keeps the two alike.
 */
@Index('mobile_app_relationships_targetId', ['tenantId', 'targetId'])
@EntityType('mobileAppRelationship', {
  versions: ['beta'],
  abstract: true,
  table: 'mobile_app_relationships',
  parents: [{ entity: 'MobileApp', key: 'mobileAppId' }],
  derived: true,
})
export abstract class MobileAppRelationship {
  @Property('Edm.String', { indexed: true, immutable: true }) targetId!: string | null;
  @Property('Edm.String', followed) targetDisplayName!: string | null;
  @Property('Edm.String', followed) targetDisplayVersion!: string | null;
  @Property('Edm.String', followed) targetPublisher!: string | null;
  @Property('Edm.String', followed) targetPublisherDisplayName!: string | null;
  @Property('Edm.String', followed) sourceId!: string | null;
  @Property('Edm.String', followed) sourceDisplayName!: string | null;
  @Property('Edm.String', followed) sourceDisplayVersion!: string | null;
  @Property('Edm.String', followed) sourcePublisherDisplayName!: string | null;
  @Property(mobileAppRelationshipType, { nullable: false, ...followed }) targetType!: string;

  @ManyToOne('MobileApp', { onDelete: 'CASCADE' })
  @JoinColumn([
    { name: 'tenantId', referencedColumnName: 'tenantId' },
    { name: 'targetId', referencedColumnName: 'id' },
  ])
  targetApp!: object;
}

/** The child has to be installed first. The counts are of those that need the parent, and that the child needs. */
@EntityType('mobileAppDependency')
export class MobileAppDependency extends MobileAppRelationship {
  @Property(mobileAppDependencyType, { nullable: false }) dependencyType!: string;
  @Property('Edm.Int32', count) dependentAppCount!: number;
  @Property('Edm.Int32', count) dependsOnAppCount!: number;
}

/** The parent takes the child's place. The counts are of those that the child supersedes, and that supersede the parent. */
@EntityType('mobileAppSupersedence')
export class MobileAppSupersedence extends MobileAppRelationship {
  @Property(mobileAppSupersedenceType, { nullable: false }) supersedenceType!: string;
  @Property('Edm.Int32', count) supersededAppCount!: number;
  @Property('Edm.Int32', count) supersedingAppCount!: number;
}
