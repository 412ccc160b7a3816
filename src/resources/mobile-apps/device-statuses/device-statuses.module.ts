import { Module } from '@nestjs/common';
import { DeviceStatusesController } from './device-statuses.controller.js';

@Module({ controllers: [DeviceStatusesController] })
export class DeviceStatusesModule {}
