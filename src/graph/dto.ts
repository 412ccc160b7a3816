import { PartialType } from '@nestjs/mapped-types';
import { validateSync } from 'class-validator';
import type { ApiVersion, EntityType, Property } from '../odata/edm.js';
import type { GraphError } from '../odata/errors.js';
import { valueProblem } from '../odata/value-problem.js';
import { edmTypeOf, type EntityClass, judgedAt, ruleName } from './declare.js';

type Dto = new () => object;
const dtos = new Map<EntityType, Dto>();

/** Makes the DTOs of a set's types: any subset of an entity's properties, where null is a value and absence is none. */
export function declareDtos(classes: readonly EntityClass[]): void {
  for (const entity of classes) {
    dtos.set(edmTypeOf(entity), PartialType(entity as unknown as Dto, { skipNullProperties: false }) as Dto);
  }
}

/** The first rule that the values break, by the rules that `@Property` declared. */
export function dtoProblem(
  type: EntityType,
  values: ReadonlyMap<Property, unknown>,
  version: ApiVersion,
): GraphError | undefined {
  const dto = dtos.get(type);
  if (!dto) throw new Error(`${type.name} has no DTO`);
  if (values.size === 0) return undefined;
  const sent = Object.fromEntries([...values].map(([property, value]) => [ruleName(property), value]));
  // Plain assignment: class-transformer walks into the values, where names such as `constructor` break or vanish.
  const [error] = validateSync(Object.assign(new dto(), sent, { [judgedAt]: version }), {
    stopAtFirstError: true,
  });
  if (!error) return undefined;
  const broken = [...values].find(([property]) => ruleName(property) === error.property);
  if (!broken) throw new Error(`${type.name} has no rule for '${error.property}'`);
  return valueProblem(...broken, version);
}
