import { Module, type FactoryProvider } from '@nestjs/common';

import { Configuration } from '../configuration.js';
import { localAuthority } from './authority.js';
import { defaultRegistrations } from './directory/default-registrations.js';
import { Directory } from './directory/directory.js';
import { StoredIdentityFile } from './directory/stored-identity-file.js';
import { WatchedDirectory } from './directory/watched-directory.js';
import { EntraAuthority } from './entra-authority.js';
import { IssuerController } from './issuer/issuer.controller.js';
import { LocalIssuer } from './issuer/local-issuer.js';
import { Secrets } from './secrets.js';
import { TokenVerifier } from './token-verifier.js';

/** Null with `AUTH_MODE=entra`: then neither key nor secret is made. */
const localIssuer: FactoryProvider<LocalIssuer | null> = {
  provide: LocalIssuer,
  inject: [Configuration, Secrets],
  useFactory: async ({ auth }: Configuration, secrets: Secrets) =>
    auth.mode === 'local' ? LocalIssuer.load(auth, secrets) : null,
};

/** Empty with `AUTH_MODE=entra`. */
const directory: FactoryProvider<Directory> = {
  provide: Directory,
  inject: [LocalIssuer, StoredIdentityFile],
  useFactory: (issuer: LocalIssuer | null, file: StoredIdentityFile | null) => {
    if (issuer === null) return new Directory({ tenants: [], users: [], applications: [] });
    const defaults = defaultRegistrations(issuer.clientId, issuer.clientSecret);
    return file === null ? new Directory(defaults) : new WatchedDirectory(file, defaults);
  },
};

const tokenVerifier: FactoryProvider<TokenVerifier> = {
  provide: TokenVerifier,
  inject: [Configuration, LocalIssuer],
  useFactory: ({ auth }: Configuration, issuer: LocalIssuer | null) => {
    if (auth.mode === 'entra') return new TokenVerifier(new EntraAuthority(auth));
    if (issuer === null) throw new Error('AUTH_MODE=local has no issuer');
    return new TokenVerifier(localAuthority(issuer.key));
  },
};

/** Who calls, and the built-in issuer. Key and secret are loaded at start: the migrations must have run before. */
@Module({
  controllers: [IssuerController],
  providers: [Secrets, localIssuer, directory, tokenVerifier],
  exports: [Secrets, LocalIssuer, Directory, TokenVerifier],
})
export class IdentityModule {}
