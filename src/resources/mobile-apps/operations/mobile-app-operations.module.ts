import { Module } from '@nestjs/common';
import { InstallFunctionsController } from './install-functions.controller.js';
import { LicenceActionsController } from './licence-actions.controller.js';
import { PayloadLinksController } from './payload-links.controller.js';
import { ValidateXmlController } from './validate-xml.controller.js';

@Module({
  controllers: [
    InstallFunctionsController,
    PayloadLinksController,
    ValidateXmlController,
    LicenceActionsController,
  ],
})
export class MobileAppOperationsModule {}
