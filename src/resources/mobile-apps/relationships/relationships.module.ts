import { Module } from '@nestjs/common';
import { RelationshipsController } from './relationships.controller.js';
import { UpdateRelationshipsController } from './update-relationships.controller.js';

@Module({ controllers: [RelationshipsController, UpdateRelationshipsController] })
export class RelationshipsModule {}
