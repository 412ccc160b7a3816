import { EntityType, Property } from '../../graph/declare.js';
import { MobileApp } from './mobile-app.entity.js';

/** The base of apps whose files an organisation uploads itself. */
@EntityType('mobileLobApp', { abstract: true })
export abstract class MobileLobApp extends MobileApp {
  @Property('Edm.String') committedContentVersion!: string | null;
  @Property('Edm.String') fileName!: string | null;
  @Property('Edm.Int64', { nullable: false, computed: 'initial' }) size!: number;
}
