/** What the declarations of many properties say. */
export const required = { nullable: false } as const;
export const beta = { versions: ['beta'] } as const;
export const requiredInBeta = { ...required, ...beta } as const;
/** The server's to write. */
export const computed = { ...required, computed: 'initial' } as const;
