import { Module } from '@nestjs/common';
import { ConfigurationUserStatusesController } from './configuration-user-statuses.controller.js';

@Module({ controllers: [ConfigurationUserStatusesController] })
export class ConfigurationUserStatusesModule {}
