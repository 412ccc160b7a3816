import { Module, type FactoryProvider } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Configuration } from '../configuration.js';
import { localAuthority } from './authority.js';
import { defaultRegistrations } from './directory/default-registrations.js';
import { Directory } from './directory/directory.js';
import { loadLocalClient, type LocalClient } from './directory/local-client.js';
import { StoredIdentityFile } from './directory/stored-identity-file.js';
import { WatchedDirectory } from './directory/watched-directory.js';
import { EntraAuthority } from './entra-authority.js';
import { IssuerController } from './issuer/issuer.controller.js';
import { LocalIssuer } from './issuer/local-issuer.js';
import { OtherEndpointsController } from './issuer/other-endpoints.controller.js';
import { SignInController } from './issuer/sign-in.controller.js';
import { SignInRecords } from './issuer/sign-in-records.js';
import { SigningKeys } from './issuer/signing-keys.js';
import { UserinfoController } from './issuer/userinfo.controller.js';
import { Secrets } from './secrets.js';
import { tenantExpiry, tenantUse } from './tenants/tenant-providers.js';
import { TenantUse } from './tenants/tenant-use.js';
import { TokenVerifier } from './token-verifier.js';

/** Where the local client is found; null with `AUTH_MODE=entra`: then neither keys nor secret are made. */
export const localClientToken = Symbol('the local client');

const localClient: FactoryProvider<LocalClient | null> = {
  provide: localClientToken,
  inject: [Configuration, Secrets],
  useFactory: async ({ auth }: Configuration, secrets: Secrets) =>
    auth.mode === 'local' ? loadLocalClient(auth, secrets) : null,
};

const signingKeys: FactoryProvider<SigningKeys | null> = {
  provide: SigningKeys,
  inject: [Configuration, DataSource],
  useFactory: async ({ auth }: Configuration, dataSource: DataSource) =>
    auth.mode === 'local' ? SigningKeys.load(dataSource) : null,
};

/** Empty with `AUTH_MODE=entra`. */
const directory: FactoryProvider<Directory> = {
  provide: Directory,
  inject: [localClientToken, StoredIdentityFile],
  useFactory: (client: LocalClient | null, file: StoredIdentityFile | null) => {
    if (client === null) return new Directory({ tenants: [], users: [], applications: [] });
    const defaults = defaultRegistrations(client);
    return file === null ? new Directory(defaults) : new WatchedDirectory(file, defaults);
  },
};

const localIssuer: FactoryProvider<LocalIssuer | null> = {
  provide: LocalIssuer,
  inject: [SigningKeys, Directory, SignInRecords],
  useFactory: (keys: SigningKeys | null, known: Directory, records: SignInRecords) =>
    keys && new LocalIssuer(keys, known, records),
};

const tokenVerifier: FactoryProvider<TokenVerifier> = {
  provide: TokenVerifier,
  inject: [Configuration, SigningKeys, TenantUse],
  useFactory: ({ auth }: Configuration, keys: SigningKeys | null, use: TenantUse) => {
    const note = (tenantId: string): void => void use.note(tenantId);
    if (auth.mode === 'entra') return new TokenVerifier(new EntraAuthority(auth), Date.now, note);
    if (keys === null) throw new Error('AUTH_MODE=local has no keys');
    return new TokenVerifier(localAuthority(keys), Date.now, note);
  },
};

/** Who calls, and the built-in issuer. Keys and secret are loaded at start: the migrations must have run before. */
@Module({
  controllers: [IssuerController, SignInController, UserinfoController, OtherEndpointsController],
  providers: [
    Secrets,
    SignInRecords,
    localClient,
    signingKeys,
    directory,
    localIssuer,
    tokenVerifier,
    tenantUse,
    tenantExpiry,
  ],
  exports: [Secrets, localClientToken, Directory, TokenVerifier],
})
export class IdentityModule {}
