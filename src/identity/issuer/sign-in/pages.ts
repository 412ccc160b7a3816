import type { Account } from '../accounts.js';
import { Html, html } from './html.js';
import { page } from './page.js';

/** What a user is asked to agree to. */
export interface Consent {
  applicationName: string;
  /** Names of permissions, such as `DeviceManagementApps.Read.All`. */
  permissions: readonly string[];
}

/** The sign-in page. */
export interface SignIn {
  /** Where the form goes. */
  action: string;
  /** Fields that come back with it as they are. */
  hidden: Readonly<Record<string, string>>;
  consent: Consent;
  accounts: readonly Account[];
  /** The value of the account that is chosen beforehand. */
  chosen?: string | undefined;
  /** What was wrong with the last attempt. */
  fault?: string | undefined;
}

/** By this a form names an account: the same name may be of several tenants. */
export const accountValue = ({ tenantId, user }: Account): string => `${tenantId} ${user.userPrincipalName}`;

/** One form, without a script: who signs in, a password where somebody has one, and what is agreed to. */
export function signInPage({ action, hidden, consent, accounts, chosen, fault }: SignIn): string {
  const selected = accounts.find((account) => accountValue(account) === chosen) ?? accounts[0];
  return page(
    fault === undefined ? 'Sign in' : 'Sign in: that did not work',
    html`
      ${alert(fault)} ${consentText(consent)}
      <form method="post" action="${action}">
        ${hiddenFields(hidden)}
        <fieldset>
          <legend>Who are you?</legend>
          ${accounts.map((account) => accountField(account, account === selected))}
          ${accounts.length === 0 ? html`<p>No user is registered here.</p>` : undefined}
        </fieldset>
        ${accounts.some(({ user }) => user.password) ? passwordField : undefined}
        <button class="main" name="answer" value="accept">Sign in and accept</button>
        <button name="answer" value="cancel">Cancel</button>
      </form>
    `,
  );
}

function consentText({ applicationName, permissions }: Consent): Html {
  return html`<p><strong>${applicationName}</strong> asks for your permission to:</p>
    <ul>
      ${permissions.map((name) => html`<li>${name}</li>`)}
    </ul>`;
}

function accountField(account: Account, isChosen: boolean): Html {
  const { displayName, userPrincipalName, password } = account.user;
  const hint = password ? ' (with a password)' : '';
  return html`<label>
    <input
      type="radio"
      name="account"
      value="${accountValue(account)}"
      ${isChosen ? html`checked autofocus` : undefined}
    />
    <span class="name">${displayName}<small>${userPrincipalName}${hint}</small></span>
  </label>`;
}

const passwordField = html`<label>
  Password, for those who have one
  <input type="password" name="password" autocomplete="current-password" />
</label>`;

/** Where the user of a device types the code that it shows. */
export function deviceCodePage(action: string, userCode: string, fault?: string): string {
  return page(
    fault === undefined ? 'Enter the code' : 'Enter the code: that did not work',
    html`
      ${alert(fault)}
      <form method="post" action="${action}">
        <label>
          The code that your device or program shows
          <input
            type="text"
            name="user_code"
            value="${userCode}"
            autocomplete="off"
            autocapitalize="characters"
            spellcheck="false"
            autofocus
            required
          />
        </label>
        <button class="main">Next</button>
      </form>
    `,
  );
}

/** A page that says something and asks for nothing. */
export function messagePage(title: string, message: string): string {
  return page(title, html`<p role="status">${message}</p>`);
}

export function errorPage(message: string): string {
  return page('Sign-in failed', alert(message) ?? html``);
}

/** A form that sends an answer to the client by itself; without scripts, by a button. */
export function formPostPage(redirectUri: string, fields: Readonly<Record<string, string>>): string {
  return page(
    'Going back to the application',
    html`
      <form method="post" action="${redirectUri}">
        ${hiddenFields(fields)}
        <button class="main" autofocus>Continue</button>
      </form>
      ${new Html(`<script>${submitScript}</script>`)}
    `,
  );
}

export const submitScript = 'document.forms[0].submit()';

const hiddenFields = (fields: Readonly<Record<string, string>>): Html[] =>
  Object.entries(fields).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`,
  );

const alert = (text: string | undefined): Html | undefined =>
  text === undefined ? undefined : html`<p role="alert">${text}</p>`;
