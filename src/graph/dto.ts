import { PartialType } from '@nestjs/mapped-types';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import type { EntityType, Property } from '../odata/edm.js';
import type { GraphError } from '../odata/errors.js';
import { valueProblem } from '../odata/value-problem.js';
import { edmTypeOf, type EntityClass } from './declare.js';

type Dto = new () => object;
const dtos = new Map<EntityType, Dto>();

/** Makes the DTOs of a set's types: any subset of an entity's properties, where null is a value and absence is none. */
export function declareDtos(classes: readonly EntityClass[]): void {
  for (const entity of classes) {
    dtos.set(edmTypeOf(entity), PartialType(entity as unknown as Dto, { skipNullProperties: false }) as Dto);
  }
}

/** The first rule that the values break, by the rules that `@Property` declared. */
export function dtoProblem(type: EntityType, values: ReadonlyMap<Property, unknown>): GraphError | undefined {
  const dto = dtos.get(type);
  if (!dto || values.size === 0) return undefined;
  const sent = Object.fromEntries([...values].map(([property, value]) => [property.name, value]));
  const [error] = validateSync(plainToInstance(dto, sent), { stopAtFirstError: true });
  const broken = error && [...values].find(([property]) => property.name === error.property);
  return broken && valueProblem(...broken);
}
