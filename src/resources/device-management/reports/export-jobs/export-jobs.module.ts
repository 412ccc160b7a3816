import { Module } from '@nestjs/common';
import { ExportFilesController } from './export-files.controller.js';
import { ExportJobsController } from './export-jobs.controller.js';

@Module({ controllers: [ExportJobsController, ExportFilesController] })
export class ExportJobsModule {}
