import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A key of the built-in issuer, as every instance of one database reads it. */
@Entity('signing_keys')
export class StoredKey {
  /** From then on the key signs, until a later one does; it verifies before that and after. */
  @Column({ type: 'timestamptz' })
  signsFrom!: Date;

  /** RFC 7638 thumbprint. */
  @PrimaryColumn({ type: 'text', collation: 'C' })
  kid!: string;

  /** The private key as the JSON text of a JWK. */
  @Column({ type: 'text' })
  jwk!: string;
}
