import { createHash } from 'node:crypto';
import { expect } from '@jest/globals';
import { elements, hiddenFields, type Page, readPage } from './html-page.js';

/** What a browser sees of an answer. Redirects are not followed. */
export interface Seen {
  status: number;
  headers: Headers;
  html: string;
  /** Where a redirect leads. */
  location: string | undefined;
  /** @throws where the answer is none of the issuer's pages */
  page: () => Page;
}

export type Fields = Record<string, string> | URLSearchParams | string;

/** A browser as far as the pages need one: it keeps cookies, and sends forms as one of its own pages does. */
export class Browser {
  readonly cookies = new Map<string, string>();

  /** @param origin of the gateway, such as `http://127.0.0.1:3000` */
  constructor(
    readonly origin: string,
    private readonly headers: Record<string, string> = {},
  ) {}

  open(path: string, headers: Record<string, string> = {}): Promise<Seen> {
    return this.fetch(path, { headers });
  }

  /** @param headers an empty `Origin` sends none */
  submit(path: string, fields: Fields, headers: Record<string, string> = {}): Promise<Seen> {
    const all = { Origin: this.origin, ...headers };
    const sent = Object.entries(all).filter(([name, value]) => name !== 'Origin' || value !== '');
    return this.fetch(path, {
      method: 'POST',
      body: typeof fields === 'string' ? fields : new URLSearchParams(fields).toString(),
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...Object.fromEntries(sent) },
    });
  }

  private async fetch(path: string, init: RequestInit): Promise<Seen> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const own = { ...this.headers, ...(cookie !== '' && { Cookie: cookie }) };
    const headers = { ...own, ...(init.headers as Record<string, string>) };
    const response = await fetch(`${this.origin}${path}`, { ...init, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) this.keep(line);
    const html = await response.text();
    const location = response.headers.get('location') ?? undefined;
    return { status: response.status, headers: response.headers, html, location, page: () => pageIn(html) };
  }

  private keep(line: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (/; *Max-Age=0/i.test(line)) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }
}

function pageIn(html: string): Page {
  if (!html.startsWith('<!doctype html>')) throw new Error(`no page: ${html.slice(0, 200)}`);
  return readPage(html);
}

/** What an application reads from a redirect, or from the form that a page sends to it. */
export function delivered({ location, page }: Seen): Record<string, string> {
  if (location === undefined) return hiddenFields(page());
  const { search, hash } = new URL(location);
  return Object.fromEntries(new URLSearchParams(hash === '' ? search : hash.slice(1)));
}

/** The number of the AADSTS code that a text tells. */
export const codeIn = (text: string | undefined): number => Number(/AADSTS(\d+)/.exec(text ?? '')?.[1]);

/** The code that a user is shown on an error page. */
export function shownCode(seen: Seen): number {
  expect([seen.status, seen.location]).toEqual([400, undefined]);
  const page = seen.page();
  expect(elements(page, 'p').map(({ role }) => role)).toContain('alert');
  return codeIn(page.text);
}

/** As a policy has it. */
export const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64');

/** The directives of a Content-Security-Policy. */
export function policyOf({ headers }: Seen): Record<string, string[]> {
  const directives = (headers.get('content-security-policy') ?? '').split(';');
  return Object.fromEntries(
    directives.map((text): [string, string[]] => {
      const [name = '', ...values] = text.trim().split(' ');
      return [name, values];
    }),
  );
}
