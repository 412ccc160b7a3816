import type { FactoryProvider } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Configuration } from '../../configuration.js';
import { Directory } from '../directory/directory.js';
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
  inject: [Configuration, DataSource, TenantObserver, Directory],
  useFactory: (
    configuration: Configuration,
    dataSource: DataSource,
    observer: TenantObserver,
    directory: Directory,
  ) => {
    const { tenantExpiry: expiry } = configuration;
    const isKept = keptTenants(configuration, (id) => directory.tenant(id) !== undefined);
    return expiry === undefined ? null : new TenantExpiry(dataSource, expiry, isKept, observer);
  },
};
