import { limits } from '../limits.js';
import type { QueryOption } from './set-paths.js';

/** The system query options that lists serve; `collectionQuery` takes these names and refuses the others of OData. */
export const servedOptions: readonly QueryOption[] = [
  {
    name: '$filter',
    on: 'collection',
    description: 'A condition that rows have to meet',
    schema: { type: 'string' },
  },
  { name: '$orderby', on: 'collection', description: 'The order of rows', schema: { type: 'string' } },
  { name: '$select', on: 'both', description: 'The properties to send', schema: { type: 'string' } },
  { name: '$expand', on: 'both', description: 'The navigations to follow', schema: { type: 'string' } },
  { name: '$search', on: 'collection', description: 'Words that rows hold', schema: { type: 'string' } },
  {
    name: '$top',
    on: 'collection',
    description: 'Rows on a page',
    schema: { type: 'integer', minimum: 0, maximum: limits.maxPageSize, default: limits.pageSize },
  },
  {
    name: '$skip',
    on: 'collection',
    description: 'Rows to leave out',
    schema: { type: 'integer', minimum: 0 },
  },
  { name: '$count', on: 'collection', description: 'Whether to count all rows', schema: { type: 'boolean' } },
  {
    name: '$skiptoken',
    on: 'collection',
    description: 'The place that a nextLink leads to',
    schema: { type: 'string' },
  },
];
