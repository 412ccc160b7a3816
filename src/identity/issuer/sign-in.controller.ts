import { IncomingMessage, ServerResponse } from 'node:http';
import { Controller, Get, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { Configuration } from '../../configuration.js';
import { graphError } from '../../odata/errors.js';
import { Public } from '../public.js';
import { entraError, tellEntraError } from './entra-error.js';
import { giveUpBody, noteRefusal, redirect, refusalOf, sendPage } from './issuer-answer.js';
import { type IssuerCall, issuerCall } from './issuer-call.js';
import { LocalIssuer } from './local-issuer.js';
import { askUser, type SignInAnswer, takeAnswer, visitOf } from './sign-in/authorize.js';
import { sessionCookie, setSessionCookie } from './sign-in/cookie.js';
import { askForCode, takeCode, userCodeIn } from './sign-in/device-sign-in.js';
import { errorPage, messagePage } from './sign-in/pages.js';
import { isRegistered } from './sign-in/redirect-uri.js';
import { parametersOf, readForm, searchOf, type TokenRequest } from './token-request.js';

type Work = (issuer: LocalIssuer, call: IssuerCall) => Promise<void>;

/** The pages of the built-in issuer: for users and their browsers. */
@Public(true)
@Controller()
export class SignInController {
  constructor(
    @Inject(LocalIssuer) private readonly issuer: LocalIssuer | null,
    private readonly configuration: Configuration,
  ) {}

  @Get(':tenant/oauth2/v2.0/authorize')
  async authorize(
    @Param('tenant') tenant: string,
    @Req() request: IncomingMessage,
    @Res() response: ServerResponse,
  ): Promise<void> {
    await this.visit(tenant, request, response, async (issuer, call) =>
      ask(issuer, call, request, response, searchOf(request)),
    );
  }

  /** OpenID Connect Core, 3.1.2.1: the same as a form. */
  @Post(':tenant/oauth2/v2.0/authorize')
  async authorizeByForm(
    @Param('tenant') tenant: string,
    @Req() request: IncomingMessage,
    @Res() response: ServerResponse,
  ): Promise<void> {
    await this.visit(tenant, request, response, async (issuer, call) => {
      const search = new URLSearchParams([...(await readForm(request))]).toString();
      await ask(issuer, call, request, response, search);
    });
  }

  /** Where the form of the sign-in page leads. */
  @Post(':tenant/login')
  async signIn(
    @Param('tenant') tenant: string,
    @Req() request: IncomingMessage,
    @Res() response: ServerResponse,
  ): Promise<void> {
    await this.visit(tenant, request, response, async (issuer, call) => {
      requireOwnPage(request, call);
      const form = await readForm(request);
      const visit = visitOf({ issuer, call, request, response }, form.get('request') ?? '');
      await takeAnswer(visit, answerOf(form));
    });
  }

  @Get(':tenant/oauth2/deviceauth')
  async device(
    @Param('tenant') tenant: string,
    @Req() request: IncomingMessage,
    @Res() response: ServerResponse,
  ): Promise<void> {
    await this.visit(tenant, request, response, async (issuer, call) => {
      const userCode = userCodeIn(parametersOf(searchOf(request)));
      askForCode({ issuer, call, request, response, userCode });
    });
  }

  @Post(':tenant/oauth2/deviceauth')
  async answerDevice(
    @Param('tenant') tenant: string,
    @Req() request: IncomingMessage,
    @Res() response: ServerResponse,
  ): Promise<void> {
    await this.visit(tenant, request, response, async (issuer, call) => {
      requireOwnPage(request, call);
      const form = await readForm(request);
      const visit = { issuer, call, request, response, userCode: userCodeIn(form) };
      await takeCode(visit, form.has('answer') ? answerOf(form) : undefined);
    });
  }

  /** OpenID Connect RP-Initiated Logout, 2. */
  @Get(':tenant/oauth2/v2.0/logout')
  async signOut(
    @Param('tenant') tenant: string,
    @Req() request: IncomingMessage,
    @Res() response: ServerResponse,
  ): Promise<void> {
    await this.visit(tenant, request, response, async (issuer, call) =>
      signOut(issuer, call, request, response, parametersOf(searchOf(request))),
    );
  }

  @Post(':tenant/oauth2/v2.0/logout')
  async signOutByForm(
    @Param('tenant') tenant: string,
    @Req() request: IncomingMessage,
    @Res() response: ServerResponse,
  ): Promise<void> {
    await this.visit(tenant, request, response, async (issuer, call) =>
      signOut(issuer, call, request, response, await readForm(request)),
    );
  }

  /** @throws GraphError what Graph says of an unknown first segment, when there is no built-in issuer */
  private async visit(
    tenant: string,
    request: IncomingMessage,
    response: ServerResponse,
    work: Work,
  ): Promise<void> {
    const { issuer } = this;
    if (issuer === null) throw graphError('invalidVersion', tenant);
    try {
      await work(issuer, issuerCall(request, this.configuration, tenant, issuer.directory));
    } catch (error) {
      const refusal = refusalOf(error);
      giveUpBody(request, response);
      noteRefusal(response, refusal);
      sendPage(request, response, refusal.status, errorPage(tellEntraError(refusal)));
    }
  }
}

async function ask(
  issuer: LocalIssuer,
  call: IssuerCall,
  request: IncomingMessage,
  response: ServerResponse,
  search: string,
): Promise<void> {
  const secret = sessionCookie(request);
  const signedIn = secret === undefined ? undefined : await issuer.sessions.account(secret, issuer.directory);
  await askUser(visitOf({ issuer, call, request, response }, search), signedIn);
}

/** The browser's session ends, whoever asks for it. */
async function signOut(
  issuer: LocalIssuer,
  call: IssuerCall,
  request: IncomingMessage,
  response: ServerResponse,
  parameters: TokenRequest,
): Promise<void> {
  const secret = sessionCookie(request);
  if (secret !== undefined) await issuer.sessions.end(secret);
  setSessionCookie(response, undefined, call.base.startsWith('https:'));
  const target = signedOutUri(issuer, parameters);
  if (target !== undefined) return redirect(response, target);
  sendPage(request, response, 200, messagePage('You are signed out', 'You may close this page.'));
}

const answerOf = (form: TokenRequest): SignInAnswer => ({
  account: form.get('account') ?? '',
  password: form.get('password') ?? '',
  isAccepted: form.get('answer') !== 'cancel',
});

/** Another site's form would sign the user in unasked. What isn't a browser sends no origin. */
function requireOwnPage({ headers }: IncomingMessage, { base }: IssuerCall): void {
  const { origin, host } = headers;
  if (origin === undefined || origin === new URL(base).origin) return;
  if (origin !== `http://${host}` && origin !== `https://${host}`) throw entraError('originForeign');
}

/** Where a client wants its user to be after the sign-out, if any application registered it. */
function signedOutUri(issuer: LocalIssuer, parameters: TokenRequest): string | undefined {
  const wanted = parameters.get('post_logout_redirect_uri');
  if (wanted === undefined) return undefined;
  const isKnown = issuer.directory.redirectUris.some((uris) => isRegistered(wanted, uris));
  const state = parameters.get('state');
  if (!isKnown) return undefined;
  return state === undefined
    ? wanted
    : `${wanted}${wanted.includes('?') ? '&' : '?'}${new URLSearchParams({ state }).toString()}`;
}
