/** Certificates that can't be made or used: one sentence that names the setting or the file. */
export class TlsRefusal extends Error {}
