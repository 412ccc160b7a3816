import { Reflector } from '@nestjs/core';

/** Marks a controller whose routes need no token. Everything else does. */
export const Public = Reflector.createDecorator<true>();
