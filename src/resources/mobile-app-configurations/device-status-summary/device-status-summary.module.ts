import { Module } from '@nestjs/common';
import { DeviceStatusSummaryController } from './device-status-summary.controller.js';

@Module({ controllers: [DeviceStatusSummaryController] })
export class DeviceStatusSummaryModule {}
