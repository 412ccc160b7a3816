/** An element's start or end (`/form`) on one of the issuer's pages, its attributes as a browser reads them. */
export interface Tag {
  name: string;
  attributes: Record<string, string>;
}

/** A page as its user sees it. */
export interface Page {
  tags: Tag[];
  /** What stands between the tags, without the style and the script; runs of blanks are one. */
  text: string;
  /** The text of its one script. */
  script: string | undefined;
}

const entities: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};

const tag = /<(!?\/?[a-z][a-z\d]*)((?:\s+[a-z-]+(?:="[^"<>]*")?)*)\s*\/?>/gi;
const attribute = /([a-z-]+)(?:="([^"]*)")?/gi;

/** @throws where anything looks like markup that is none, or like an entity that the pages don't use */
export function readPage(html: string): Page {
  const script = /<script>(.*?)<\/script>/s.exec(html)?.[1];
  const shown = html.replace(/<style>.*?<\/style>/s, ' ').replace(/<script>.*?<\/script>/s, ' ');
  const tags = [...shown.matchAll(tag)].map(([, name = '', attributes = '']) => ({
    name: name.toLowerCase(),
    attributes: attributesIn(attributes),
  }));
  return { tags, text: decoded(shown.replace(tag, ' ')).replaceAll(/\s+/g, ' ').trim(), script };
}

const attributesIn = (text: string): Record<string, string> =>
  Object.fromEntries(
    [...text.matchAll(attribute)].map(([, name = '', value = '']) => [name, decoded(value)]),
  );

function decoded(text: string): string {
  if (/[<>]/.test(text)) throw new Error(`not escaped: ${text}`);
  return text.replaceAll(/&[#\w]*;?/g, (found) => {
    const sign = entities[found];
    if (sign === undefined) throw new Error(`not escaped: ${found}`);
    return sign;
  });
}

/** The elements of a name. */
export const elements = ({ tags }: Page, name: string): Record<string, string>[] =>
  tags.filter((found) => found.name === name).map(({ attributes }) => attributes);

/** The inputs of a type, such as `hidden`. */
export const inputs = (page: Page, type: string): Record<string, string>[] =>
  elements(page, 'input').filter((input) => input['type'] === type);

/** The hidden fields of a page, by name. */
export const hiddenFields = (page: Page): Record<string, string> =>
  Object.fromEntries(inputs(page, 'hidden').map(({ name = '', value = '' }) => [name, value]));

/** The values of the accounts that a sign-in page lists. */
export const listedAccounts = (page: Page): string[] => inputs(page, 'radio').map(({ value = '' }) => value);

/** The account that is chosen beforehand. */
export const chosenAccount = (page: Page): string | undefined =>
  inputs(page, 'radio').find((input) => 'checked' in input)?.['value'];
