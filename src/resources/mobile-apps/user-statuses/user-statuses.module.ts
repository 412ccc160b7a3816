import { Module } from '@nestjs/common';
import { UserStatusesController } from './user-statuses.controller.js';

@Module({ controllers: [UserStatusesController] })
export class UserStatusesModule {}
