import { basename, dirname } from 'node:path';
import type { Configuration } from '../../configuration.js';
import { IdentityFileError } from './identity-file-error.js';
import { type FileSetting, readIdentityFile } from './identity-file.js';
import { makeIdentityFile } from './new-identity-file.js';
import { ReadFiles, UnreadableFile } from './read-files.js';
import type { Registered } from './registered.js';

/** Told how it went when a file that had changed was read again. */
export interface FileObserver {
  taken(registered: Registered): void;
  /** @param error an IdentityFileError, unless the gateway has a fault */
  refused(error: unknown): void;
}

/** The identity file of a running gateway. */
export class StoredIdentityFile {
  /** What it said when it was last without faults. */
  registered: Registered;
  private files!: ReadFiles;
  private settling: string | undefined;

  /** @throws IdentityFileError */
  constructor(
    private readonly path: string,
    private readonly setting: Omit<FileSetting, 'files'>,
    private readonly observer: FileObserver,
  ) {
    this.registered = this.read();
  }

  /**
   * Looks whether the file, or a certificate that it names, has changed. A change is read at the second look that finds
   * it: not while an editor still writes.
   * @returns what it says now; undefined when it is as it was, not to be read yet, or has faults, which the observer is
   * told once.
   */
  async look(): Promise<Registered | undefined> {
    const state = await this.files.state();
    const isChanged = state !== this.files.stateRead;
    const isSettled = state === this.settling;
    this.settling = isChanged && !isSettled ? state : undefined;
    return isChanged && isSettled ? this.readAgain() : undefined;
  }

  private readAgain(): Registered | undefined {
    try {
      this.registered = this.read();
    } catch (error) {
      this.observer.refused(error);
      return undefined;
    }
    this.observer.taken(this.registered);
    return this.registered;
  }

  private read(): Registered {
    this.files = new ReadFiles(dirname(this.path));
    return readIdentityFile(this.text(), { ...this.setting, files: this.files });
  }

  private text(): string {
    try {
      return this.files.read(basename(this.path));
    } catch (error) {
      if (error instanceof UnreadableFile) throw new IdentityFileError([`${this.path} ${error.message}`]);
      throw error;
    }
  }
}

/**
 * The file of IDENTITY_FILE, when one is set. One that isn't there is made, which is announced in one line; in production it
 * is a fault.
 * @throws IdentityFileError
 */
export async function openIdentityFile(
  { identityFile: path, isProduction, auth }: Configuration,
  observer: FileObserver,
  announce: (line: string) => void,
): Promise<StoredIdentityFile | undefined> {
  if (path === undefined || auth.mode !== 'local') return undefined;
  if (!isProduction && (await makeIdentityFile(path))) {
    announce(`IDENTITY_FILE was not there, and was made with two applications and two users: ${path}`);
  }
  return new StoredIdentityFile(path, { isProduction, localClientId: auth.clientId }, observer);
}

/** Ids of the tenants that the file of IDENTITY_FILE lists. @throws IdentityFileError, also where the file isn't there */
export function registeredTenants(configuration: Configuration): readonly string[] {
  const { identityFile: path, isProduction, auth } = configuration;
  if (path === undefined || auth.mode !== 'local') return [];
  const unheard: FileObserver = { taken: () => undefined, refused: () => undefined };
  const file = new StoredIdentityFile(path, { isProduction, localClientId: auth.clientId }, unheard);
  return file.registered.tenants.map(({ id }) => id);
}
