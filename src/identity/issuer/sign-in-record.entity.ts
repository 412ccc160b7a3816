import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Something that the issuer handed out, or waits for, until it expires. Kept here, any instance can go on with it. */
@Entity('sign_in_records')
export class SignInRecord {
  @PrimaryColumn({ type: 'text', collation: 'C' })
  kind!: string;

  /** Where it is what a client holds, its digest. */
  @PrimaryColumn({ type: 'text', collation: 'C' })
  id!: string;

  @Index('sign_in_records_expires')
  @Column({ type: 'timestamptz' })
  expires!: Date;

  /** What may be done with it next; a change of it is the one thing that two requests can't both do. */
  @Column({ type: 'text', collation: 'C' })
  state!: string;

  @Column({ type: 'jsonb' })
  content!: object;
}
