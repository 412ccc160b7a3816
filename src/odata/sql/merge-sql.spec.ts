import { describe, expect, it } from '@jest/globals';
import type { Change } from '../stored-value.js';
import { changedSql } from './merge-sql.js';
import { Parameters } from './parameters.js';

describe('the SQL of a change', () => {
  it.each<[string, Change, string, unknown[]]>([
    ['of a value is the new one', { value: 9 }, '$1', [9]],
    [
      'of a document joins the members that were sent to it',
      { value: '{"a":1}', merge: { inner: [] } },
      'stored || $1::jsonb',
      ['{"a":1}'],
    ],
    [
      'of a complex value starts with what it has of itself, and from nothing where it was null',
      { value: '{"a":1}', merge: { initial: { a: 0, b: 0 }, inner: [] } },
      "$1::jsonb || coalesce(nullif(stored, 'null'), '{}') || $2::jsonb",
      ['{"a":0,"b":0}', '{"a":1}'],
    ],
    [
      'of complex values in a document joins each to what was stored of it',
      {
        value: '{}',
        merge: {
          inner: [
            {
              name: 'm',
              value: '{"x":1}',
              merge: {
                initial: {},
                inner: [{ name: 'n', value: '{"y":2}', merge: { initial: {}, inner: [] } }],
              },
            },
          ],
        },
      },
      "stored || $1::jsonb || jsonb_build_object('m', $2::jsonb || coalesce(nullif(stored->'m', 'null'), '{}') || $3::jsonb || " +
        "jsonb_build_object('n', $4::jsonb || coalesce(nullif(stored->'m'->'n', 'null'), '{}') || $5::jsonb))",
      ['{}', '{}', '{"x":1}', '{}', '{"y":2}'],
    ],
    [
      'of a complex value that may be of several types takes over what was stored of the same one',
      {
        value: '{"a":1}',
        merge: {
          initial: { a: 0 },
          type: 'circle',
          inner: [{ name: 'n', value: '{"y":2}', merge: { initial: {}, inner: [] } }],
        },
      },
      "$1::jsonb || coalesce(nullif((CASE WHEN stored->>'@odata.type' = 'circle' THEN stored END), 'null'), '{}') || $2::jsonb || " +
        "jsonb_build_object('n', $3::jsonb || coalesce(nullif((CASE WHEN stored->>'@odata.type' = 'circle' THEN stored END)->'n', 'null'), '{}') || $4::jsonb)",
      ['{"a":0}', '{"a":1}', '{}', '{"y":2}'],
    ],
  ])('%s', (_, change, sql, values) => {
    const parameters = new Parameters();
    expect(changedSql('stored', change, parameters)).toBe(sql);
    expect(parameters.values).toEqual(values);
  });
});
