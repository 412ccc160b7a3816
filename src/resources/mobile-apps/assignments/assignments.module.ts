import { Module } from '@nestjs/common';
import { AssignAppController } from './assign-app.controller.js';
import { AssignmentsController } from './assignments.controller.js';

@Module({ controllers: [AssignmentsController, AssignAppController] })
export class AssignmentsModule {}
