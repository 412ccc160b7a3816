import { randomBytes } from 'node:crypto';
import { Module, type FactoryProvider } from '@nestjs/common';
import { Configuration, defaultTenantId } from '../configuration.js';
import { DataSource } from 'typeorm';

import { localAuthority } from './authority.js';
import { Directory } from './directory/directory.js';
import { KnownSecret } from './directory/known-secret.js';
import { EntraAuthority } from './entra-authority.js';
import { IssuerController } from './issuer/issuer.controller.js';
import { clientRoles } from './issuer/local-client.js';
import { LocalIssuer } from './issuer/local-issuer.js';
import { SignInController } from './issuer/sign-in.controller.js';
import { SignInRecords } from './issuer/sign-in-records.js';
import { SigningKeys } from './issuer/signing-keys.js';
import { UserinfoController } from './issuer/userinfo.controller.js';
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
  inject: [Configuration, SigningKeys, Secrets, SignInRecords],
  useFactory: async (
    { auth }: Configuration,
    keys: SigningKeys | null,
    secrets: Secrets,
    records: SignInRecords,
  ) => {
    if (auth.mode !== 'local' || keys === null) return null;
    const { value: secret, made } =
      auth.clientSecret === undefined
        ? await secrets.obtain('client-secret', () => randomBytes(32).toString('base64url'))
        : { value: auth.clientSecret, made: false };
    const directory = new Directory({
      tenants: [{ id: defaultTenantId, displayName: 'Understudy', domains: ['understudy.example'] }],
      users: ['alex', 'riley'].map((name) => ({
        tenantId: undefined,
        userPrincipalName: `${name}@understudy.example`,
        displayName: name,
        objectId: undefined,
        password: undefined,
      })),
      applications: [
        {
          clientId: auth.clientId,
          displayName: 'Understudy local client',
          tenants: undefined,
          secrets: [new KnownSecret(secret)],
          certificates: [],
          isPublicClient: true,
          redirectUris: ['http://localhost/*', 'http://127.0.0.1/*'],
          delegatedPermissions: [...clientRoles, 'User.Read'],
          applicationPermissions: clientRoles,
        },
      ],
    });
    return new LocalIssuer(keys, directory, records, made ? secret : undefined);
  },
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
  controllers: [IssuerController, SignInController, UserinfoController],
  providers: [Secrets, SignInRecords, signingKeys, localIssuer, tokenVerifier],
  exports: [Secrets, LocalIssuer, TokenVerifier],
})
export class IdentityModule {}
