import { Module } from '@nestjs/common';
import { MobileAppConfigurationsController } from './mobile-app-configurations.controller.js';

@Module({ controllers: [MobileAppConfigurationsController] })
export class MobileAppConfigurationsModule {}
