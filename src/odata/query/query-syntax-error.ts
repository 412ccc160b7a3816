const excerptLength = 60;

/** A query option that isn't written as OData's grammar says, or exceeds a limit of `queryLimits`. */
export class QuerySyntaxError extends Error {
  override readonly name = 'QuerySyntaxError';

  /**
   * @param text the decoded option value
   * @param at UTF-16 index into `text`; its length where the text ends too early
   * @param reason what is wrong, as a clause without a full stop
   */
  constructor(
    text: string,
    readonly at: number,
    readonly reason: string,
  ) {
    super(`Syntax error at position ${at} in '${excerpt(text, at)}': ${reason}`);
  }
}

/** What surrounds a position, without half a surrogate pair at its ends: the message becomes JSON. */
function excerpt(text: string, at: number): string {
  if (text.length <= excerptLength) return text.toWellFormed();
  const start = Math.max(0, Math.min(at - excerptLength / 2, text.length - excerptLength));
  const end = start + excerptLength;
  const inner = text.slice(start + (start > 0 ? 1 : 0), end - (end < text.length ? 1 : 0)).toWellFormed();
  return `${start > 0 ? '…' : ''}${inner}${end < text.length ? '…' : ''}`;
}
