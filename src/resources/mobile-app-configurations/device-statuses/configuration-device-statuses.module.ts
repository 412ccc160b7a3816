import { Module } from '@nestjs/common';
import { ConfigurationDeviceStatusesController } from './configuration-device-statuses.controller.js';

@Module({ controllers: [ConfigurationDeviceStatusesController] })
export class ConfigurationDeviceStatusesModule {}
