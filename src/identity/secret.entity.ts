import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A value that every instance of one database must agree on: the client secret, the cursor key. */
@Entity('secrets')
export class Secret {
  @PrimaryColumn({ type: 'text', collation: 'C' })
  name!: string;

  @Column({ type: 'text' })
  value!: string;
}
