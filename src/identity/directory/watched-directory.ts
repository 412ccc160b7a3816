import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { registrationsWith } from './default-registrations.js';
import { Directory } from './directory.js';
import type { Registered } from './registered.js';
import type { StoredIdentityFile } from './stored-identity-file.js';

/** Milliseconds; a change is taken at the second look that finds it. */
const interval = 500;

/** A directory that follows its file for as long as the gateway runs. */
export class WatchedDirectory extends Directory implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;
  private isLooking = false;

  /** @param defaults what is registered beside what the file says */
  constructor(
    private readonly file: StoredIdentityFile,
    private readonly defaults: Registered,
  ) {
    super(registrationsWith(file.registered, defaults));
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.look(), interval).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** By looking at the file, as often as the timer says: events of a file system miss mounts and swapped links. */
  async look(): Promise<void> {
    // A file system that hangs must not gather looks.
    if (this.isLooking) return;
    this.isLooking = true;
    try {
      const changed = await this.file.look();
      if (changed) this.replace(registrationsWith(changed, this.defaults));
    } finally {
      this.isLooking = false;
    }
  }
}
