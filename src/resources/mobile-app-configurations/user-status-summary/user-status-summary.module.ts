import { Module } from '@nestjs/common';
import { UserStatusSummaryController } from './user-status-summary.controller.js';

@Module({ controllers: [UserStatusSummaryController] })
export class UserStatusSummaryModule {}
