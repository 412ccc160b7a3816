// Jest keeps an AsyncLocalStorage for each test file, which Node 20 serves at every promise made in the process from then
// on: the later a file comes in its worker, the slower it is, by a third in the end. Here each one ends with its file.
import { AsyncLocalStorage } from 'node:async_hooks';
import { TestEnvironment } from 'jest-environment-node';

const used = new Set();
const { run } = AsyncLocalStorage.prototype;
AsyncLocalStorage.prototype.run = function (...args) {
  used.add(this);
  return run.apply(this, args);
};

export default class extends TestEnvironment {
  async teardown() {
    for (const storage of used) storage.disable();
    used.clear();
    await super.teardown();
  }
}
