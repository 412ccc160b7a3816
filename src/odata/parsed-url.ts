/**
 * The URL that a text is, or nothing. Not by `URL.canParse`: Node 20 compiles it, once it is called often, to something that
 * refuses every text with a letter of Latin-1 beyond ASCII.
 */
export function parsedUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
