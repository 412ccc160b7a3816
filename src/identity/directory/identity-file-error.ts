const mostListed = 100;

/** What is wrong with an identity file: every fault with its place, and never a word that the file says. */
export class IdentityFileError extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    const listed = faults.slice(0, mostListed);
    const more = faults.length - listed.length;
    if (more > 0) listed.push(`and ${more} more`);
    super(
      `IDENTITY_FILE has ${faults.length} fault(s):\n${listed.map((fault) => `  - ${fault}`).join('\n')}`,
    );
    this.faults = listed;
  }
}
