import { Inject, Post } from '@nestjs/common';
import { type Answer, emptyAnswer } from '../graph/answer.js';
import { type Given, GivenParameters, Invoked, type OperationCall } from '../graph/operation-call.js';
import { replaceContained } from '../graph/replace-contained.js';
import { Store } from '../graph/store.js';

/** The action `assign`: replaces all assignments of what it is bound to. */
export abstract class AssignController {
  @Inject(Store) private readonly store!: Store;

  @Post('assign')
  async assign(@Invoked() call: OperationCall, @GivenParameters() given: Given): Promise<Answer> {
    await replaceContained(call, this.store, given);
    return emptyAnswer;
  }
}
