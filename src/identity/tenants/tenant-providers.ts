import type { FactoryProvider } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Configuration } from '../../configuration.js';
import { keptTenants } from './kept-tenants.js';
import { TenantExpiry } from './tenant-expiry.js';
import { TenantObserver } from './tenant-observer.js';
import { TenantUse } from './tenant-use.js';

export const tenantUse: FactoryProvider<TenantUse> = {
  provide: TenantUse,
  inject: [DataSource, TenantObserver],
  useFactory: (dataSource: DataSource, observer: TenantObserver) => new TenantUse(dataSource, observer),
};

/** Null without `TENANT_EXPIRY`: then tenants stay. */
export const tenantExpiry: FactoryProvider<TenantExpiry | null> = {
  provide: TenantExpiry,
  inject: [Configuration, DataSource, TenantObserver],
  useFactory: (configuration: Configuration, dataSource: DataSource, observer: TenantObserver) =>
    configuration.tenantExpiry === undefined
      ? null
      : new TenantExpiry(dataSource, configuration.tenantExpiry, keptTenants(configuration), observer),
};
