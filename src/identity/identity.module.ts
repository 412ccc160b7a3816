import { Module, type FactoryProvider } from '@nestjs/common';

import { Configuration } from '../configuration.js';
import { localAuthority } from './authority.js';
import { EntraAuthority } from './entra-authority.js';
import { IssuerController } from './issuer/issuer.controller.js';
import { LocalIssuer } from './issuer/local-issuer.js';
import { Secrets } from './secrets.js';
import { tenantExpiry, tenantUse } from './tenants/tenant-providers.js';
import { TenantUse } from './tenants/tenant-use.js';
import { TokenVerifier } from './token-verifier.js';

/** Null with `AUTH_MODE=entra`: then neither key nor secret is made. */
const localIssuer: FactoryProvider<LocalIssuer | null> = {
  provide: LocalIssuer,
  inject: [Configuration, Secrets],
  useFactory: async ({ auth }: Configuration, secrets: Secrets) =>
    auth.mode === 'local' ? LocalIssuer.load(auth, secrets) : null,
};

const tokenVerifier: FactoryProvider<TokenVerifier> = {
  provide: TokenVerifier,
  inject: [Configuration, LocalIssuer, TenantUse],
  useFactory: ({ auth }: Configuration, issuer: LocalIssuer | null, use: TenantUse) => {
    const note = (tenantId: string): void => void use.note(tenantId);
    if (auth.mode === 'entra') return new TokenVerifier(new EntraAuthority(auth), Date.now, note);
    if (issuer === null) throw new Error('AUTH_MODE=local has no issuer');
    return new TokenVerifier(localAuthority(issuer.key), Date.now, note);
  },
};

/** Who calls, and the built-in issuer. Key and secret are loaded at start: the migrations must have run before. */
@Module({
  controllers: [IssuerController],
  providers: [Secrets, localIssuer, tokenVerifier, tenantUse, tenantExpiry],
  exports: [Secrets, LocalIssuer, TokenVerifier],
})
export class IdentityModule {}
