import { Module } from '@nestjs/common';
import { AssignConfigurationController } from './assign-configuration.controller.js';
import { ConfigurationAssignmentsController } from './configuration-assignments.controller.js';

@Module({ controllers: [ConfigurationAssignmentsController, AssignConfigurationController] })
export class ConfigurationAssignmentsModule {}
