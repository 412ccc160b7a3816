import { Module } from '@nestjs/common';
import { InstallSummaryController } from './install-summary.controller.js';

@Module({ controllers: [InstallSummaryController] })
export class InstallSummaryModule {}
