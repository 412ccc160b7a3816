import { Module } from '@nestjs/common';
import { MobileAppCategoriesController } from './mobile-app-categories.controller.js';

@Module({ controllers: [MobileAppCategoriesController] })
export class MobileAppCategoriesModule {}
