import { Module } from '@nestjs/common';
import { RelatedStatesController } from './related-states.controller.js';
import { RelationshipsController } from './relationships.controller.js';
import { UpdateRelationshipsController } from './update-relationships.controller.js';

@Module({ controllers: [RelationshipsController, UpdateRelationshipsController, RelatedStatesController] })
export class RelationshipsModule {}
