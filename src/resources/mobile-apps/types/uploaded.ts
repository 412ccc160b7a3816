import { type EntityClass, EntityType, Property } from '../../../graph/declare.js';
import { MobileApp } from '../mobile-app.entity.js';
import { computed } from './facets.js';

/** What apps start with whose files an organisation has to upload. */
export const awaitsContent = { publishingState: 'notPublished', uploadState: 0 } as const;

export function uploaded(Base: EntityClass) {
  abstract class Uploaded extends Base {
    @Property('Edm.String') committedContentVersion!: string | null;
    @Property('Edm.String') fileName!: string | null;
    @Property('Edm.Int64', computed) size!: number;
  }
  return Uploaded;
}

@EntityType('mobileLobApp', { abstract: true, initial: awaitsContent })
export abstract class MobileLobApp extends uploaded(MobileApp) {}
