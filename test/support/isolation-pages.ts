import type { Sender } from './fuzz-http.js';
import { answersTo, type Ask, shownAnswer } from './isolation-asks.js';
import { publicUrl } from './isolation-worlds.js';

const read = (path: string): Ask => ({ method: 'GET', path });

/** Where the next pages of lists are, for who reads the lists. @throws where there is none */
export async function nextPages(sender: Sender, lists: readonly string[]): Promise<string[]> {
  const answers = await answersTo(sender, lists.map(read), 'side by side');
  return answers.map(({ bytes }, index) => {
    const link = (JSON.parse(bytes.toString()) as Record<string, unknown>)['@odata.nextLink'];
    if (typeof link !== 'string') throw new Error(`${lists[index]}: no next page`);
    return link.slice(publicUrl.length);
  });
}

const tokenForm = /(?<=skiptoken=)[\w-]+/;
const tokenIn = (page: string): string => tokenForm.exec(page)?.[0] ?? '';

/** The same pages by tokens that nobody was given. */
export const forged = (pages: readonly string[]): string[] =>
  pages.map((page) => page.replace(tokenForm, (token) => 'A'.repeat(token.length)));

/** Each page by the token of the next one; none where there is but one. */
export const mistaken = (pages: readonly string[]): string[] =>
  pages.length < 2
    ? []
    : pages.map((page, index) => page.replace(tokenForm, tokenIn(pages[(index + 1) % pages.length] ?? '')));

/** What each page answers, whatever its token is called there. */
export async function shownPages(sender: Sender, pages: readonly string[]): Promise<string[]> {
  const answers = await answersTo(sender, pages.map(read), 'side by side');
  return answers.map((answer, index) =>
    shownAnswer(answer, false).replaceAll(tokenIn(pages[index] ?? '').slice(0, 100), 'token'),
  );
}
