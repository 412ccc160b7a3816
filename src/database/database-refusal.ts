/** A given database can't be used: one sentence that says why. */
export class DatabaseRefusal extends Error {}
