import { Module, type FactoryProvider } from '@nestjs/common';
import { DataSource } from 'typeorm';

import { Configuration } from '../configuration.js';
import { localAuthority } from './authority.js';
import { EntraAuthority } from './entra-authority.js';
import { IssuerController } from './issuer/issuer.controller.js';
import { LocalIssuer } from './issuer/local-issuer.js';
import { SigningKeys } from './issuer/signing-keys.js';
import { Secrets } from './secrets.js';
import { TokenVerifier } from './token-verifier.js';

/** Null with `AUTH_MODE=entra`: then neither key nor secret is made. */
const signingKeys: FactoryProvider<SigningKeys | null> = {
  provide: SigningKeys,
  inject: [Configuration, DataSource],
  useFactory: async ({ auth }: Configuration, dataSource: DataSource) =>
    auth.mode === 'local' ? SigningKeys.load(dataSource) : null,
};

const localIssuer: FactoryProvider<LocalIssuer | null> = {
  provide: LocalIssuer,
  inject: [Configuration, SigningKeys, Secrets],
  useFactory: async ({ auth }: Configuration, keys: SigningKeys | null, secrets: Secrets) =>
    auth.mode === 'local' && keys ? LocalIssuer.load(auth, keys, secrets) : null,
};

const tokenVerifier: FactoryProvider<TokenVerifier> = {
  provide: TokenVerifier,
  inject: [Configuration, LocalIssuer],
  useFactory: ({ auth }: Configuration, issuer: LocalIssuer | null) => {
    if (auth.mode === 'entra') return new TokenVerifier(new EntraAuthority(auth));
    if (issuer === null) throw new Error('AUTH_MODE=local has no issuer');
    return new TokenVerifier(localAuthority(issuer.keys));
  },
};

/** Who calls, and the built-in issuer. Keys and secret are loaded at start: the migrations must have run before. */
@Module({
  controllers: [IssuerController],
  providers: [Secrets, signingKeys, localIssuer, tokenVerifier],
  exports: [Secrets, LocalIssuer, TokenVerifier],
})
export class IdentityModule {}
