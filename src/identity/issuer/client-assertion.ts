import { decodeJwt, decodeProtectedHeader, errors, jwtVerify } from 'jose';
import type { RegisteredApplication, RegisteredCertificate } from '../directory/registered.js';
import { entraError, type EntraError } from './entra-error.js';

/** Seconds that a client's clock may differ from ours, as on Entra. */
const clockTolerance = 300;

/**
 * Checks that an assertion (RFC 7523, 3) is the application's own, signed with one of its certificates.
 * @param audiences each of which it may be made for
 * @throws EntraError `assertion…`
 */
export async function checkAssertion(
  application: RegisteredApplication,
  assertion: string,
  audiences: readonly string[],
): Promise<void> {
  const { issuer, certificate } = readAssertion(assertion, application.certificates);
  if (issuer.toLowerCase() !== application.clientId) throw entraError('assertionSubject');
  if (certificate === undefined) throw entraError('assertionSignature', 'The key was not found.');
  const { from, to } = certificate.valid;
  if (Date.now() < from || Date.now() > to)
    throw entraError('assertionSignature', 'The key used is expired.');
  await jwtVerify(assertion, certificate.publicKey, {
    algorithms: ['RS256', 'PS256'],
    issuer,
    subject: issuer,
    audience: [...audiences],
    clockTolerance,
    requiredClaims: ['exp'],
  }).catch((error: unknown) => {
    throw refusal(error);
  });
}

/** @returns who says to have made it, and the certificate that its header names (RFC 7515, 4.1.7 and 4.1.8) */
function readAssertion(
  assertion: string,
  certificates: readonly RegisteredCertificate[],
): { issuer: string; certificate: RegisteredCertificate | undefined } {
  try {
    const { x5t, kid, 'x5t#S256': x5tS256 } = decodeProtectedHeader(assertion) as Record<string, unknown>;
    const named = [x5tS256, x5t, hexAsBase64url(kid)].filter((name) => typeof name === 'string');
    const certificate = certificates.find(({ thumbprints }) =>
      named.some((name) => thumbprints.includes(name)),
    );
    return { issuer: String(decodeJwt(assertion).iss), certificate };
  } catch {
    throw entraError('assertionMalformed');
  }
}

/** Entra takes the thumbprint in hexadecimal digits for a `kid`, too. */
const hexAsBase64url = (kid: unknown): string | undefined =>
  typeof kid === 'string' && /^[0-9a-f]{40,64}$/i.test(kid)
    ? Buffer.from(kid, 'hex').toString('base64url')
    : undefined;

function refusal(error: unknown): unknown {
  if (!(error instanceof errors.JOSEError)) return error;
  return claimRefusal(error) ?? entraError('assertionSignature', 'The signature does not match the key.');
}

function claimRefusal(error: unknown): EntraError | undefined {
  if (error instanceof errors.JWTExpired) return entraError('assertionTime');
  if (!(error instanceof errors.JWTClaimValidationFailed)) return undefined;
  if (error.claim === 'aud') return entraError('assertionAudience');
  if (error.claim === 'sub' || error.claim === 'iss') return entraError('assertionSubject');
  return entraError('assertionTime');
}
