import { Property } from '../../graph/declare.js';

const count = { nullable: false } as const;

/** What both summaries of a configuration's statuses hold: as it was written, never computed from the statuses. */
export abstract class StatusSummary {
  @Property('Edm.Int32', count) pendingCount!: number;
  @Property('Edm.Int32', count) notApplicableCount!: number;
  @Property('Edm.Int32', count) successCount!: number;
  @Property('Edm.Int32', count) errorCount!: number;
  @Property('Edm.Int32', count) failedCount!: number;
  @Property('Edm.Int32', { ...count, versions: ['beta'] }) conflictCount!: number;
  @Property('Edm.DateTimeOffset', { nullable: false }) lastUpdateDateTime!: string;
  @Property('Edm.Int32', { nullable: false }) configurationVersion!: number;
}
