import { Module } from '@nestjs/common';
import { InstallFunctionsController } from './install-functions.controller.js';
import { LicenceActionsController } from './licence-actions.controller.js';
import { ValidateXmlController } from './validate-xml.controller.js';

@Module({ controllers: [InstallFunctionsController, ValidateXmlController, LicenceActionsController] })
export class MobileAppOperationsModule {}
