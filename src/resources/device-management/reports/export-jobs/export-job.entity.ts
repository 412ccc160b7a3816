import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { ExportDefinition } from './export-request.js';

/** A report that was asked for as a file. The file itself isn't kept: whoever fetches it gets the rows of that moment. */
@Entity('export_jobs')
export class ExportJob {
  @Column({ type: 'timestamptz' })
  requested!: Date;

  /** From then on the job isn't there, whenever its row is removed. */
  @Index('export_jobs_expires')
  @Column({ type: 'timestamptz' })
  expires!: Date;

  @PrimaryColumn({ type: 'uuid' })
  tenantId!: string;

  @PrimaryColumn({ type: 'text', collation: 'C' })
  id!: string;

  /** What the file's URL holds instead of a token. */
  @Column({ type: 'text', collation: 'C' })
  secret!: string;

  @Column({ type: 'jsonb' })
  definition!: ExportDefinition;
}
