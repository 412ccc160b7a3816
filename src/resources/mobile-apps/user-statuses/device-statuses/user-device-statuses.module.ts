import { Module } from '@nestjs/common';
import { UserDeviceStatusesController } from './user-device-statuses.controller.js';

@Module({ controllers: [UserDeviceStatusesController] })
export class UserDeviceStatusesModule {}
