import { Module } from '@nestjs/common';
import { AssignController } from './assign.controller.js';
import { AssignmentsController } from './assignments.controller.js';

@Module({ controllers: [AssignmentsController, AssignController] })
export class AssignmentsModule {}
