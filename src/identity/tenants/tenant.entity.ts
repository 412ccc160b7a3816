import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * When a tenant was used, by the database's clock. No row of the tenant: its key is not called `tenantId`, so that a reset
 * neither removes nor counts it.
 */
@Entity('tenants')
export class Tenant {
  @Column({ type: 'timestamptz' })
  firstUsed!: Date;

  @Column({ type: 'timestamptz' })
  lastUsed!: Date;

  @PrimaryColumn({ type: 'uuid' })
  id!: string;
}
