/** What is wrong with the sense of a query option: 400, or 501 where it is OData but isn't served. */
export class BindFault extends Error {
  constructor(
    readonly kind: 'wrong' | 'unsupported',
    message: string,
  ) {
    super(message);
  }
}

export const wrong = (message: string): BindFault => new BindFault('wrong', message);
export const unsupported = (what: string): BindFault => new BindFault('unsupported', what);
