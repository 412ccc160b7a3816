import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { randomBytes } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { Configuration } from './configuration.js';
import { BatchController } from './graph/batch.controller.js';
import { DescriptionController } from './graph/description.controller.js';
import { GraphErrorFilter } from './graph/error.filter.js';
import type { Observer } from './graph/front-door.js';
import { GraphModel } from './graph/graph-model.js';
import { SkipTokens } from './graph/skip-tokens.js';
import { Store } from './graph/store.js';
import { StoredIdentityFile } from './identity/directory/stored-identity-file.js';
import { IdentityModule } from './identity/identity.module.js';
import { PermissionsGuard } from './identity/permissions.guard.js';
import { Secrets } from './identity/secrets.js';
import { TenantObserver } from './identity/tenants/tenant-observer.js';
import { HealthController } from './operations/health.controller.js';
import { resources } from './resources/index.js';

export interface AppParts {
  configuration: Configuration;
  model: GraphModel;
  dataSource: DataSource;
  observer: Observer;
  identityFile: StoredIdentityFile | undefined;
  tenantObserver: TenantObserver;
}

const skipTokens = {
  provide: SkipTokens,
  inject: [Secrets],
  useFactory: async (secrets: Secrets) =>
    new SkipTokens(
      Buffer.from(await secrets.get('cursor-key', () => randomBytes(32).toString('base64')), 'base64'),
    ),
};

/** Puts the parts together: this is the only place that sees all of them. */
@Module({})
export class AppModule {
  static with({
    configuration,
    model,
    dataSource,
    observer,
    identityFile,
    tenantObserver,
  }: AppParts): DynamicModule {
    return {
      module: AppModule,
      global: true,
      imports: [
        TypeOrmModule.forRootAsync({
          useFactory: () => dataSource.options,
          dataSourceFactory: () => Promise.resolve(dataSource),
        }),
        IdentityModule,
        ...resources,
      ],
      controllers: [HealthController, DescriptionController, BatchController],
      providers: [
        { provide: Configuration, useValue: configuration },
        { provide: GraphModel, useValue: model },
        { provide: StoredIdentityFile, useValue: identityFile ?? null },
        { provide: TenantObserver, useValue: tenantObserver },
        Store,
        skipTokens,
        { provide: APP_GUARD, useClass: PermissionsGuard },
        { provide: APP_FILTER, useValue: new GraphErrorFilter(observer) },
      ],
      exports: [Configuration, GraphModel, Store, SkipTokens, StoredIdentityFile, TenantObserver],
    };
  }
}
