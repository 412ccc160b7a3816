/** One kind of failure: its status and code are fixed here, its text is made from the arguments. */
interface Entry<A extends unknown[]> {
  status: number;
  code: string;
  text: (...args: A) => string;
  /** `backend`: Intune's services answer with JSON inside the message; `renderError` wraps it. */
  style?: 'backend';
  /** Model validation repeats its message in `innerError`, as the live service does. */
  repeated?: true;
}

const entry = <A extends unknown[]>(
  status: number,
  code: string,
  text: (...args: A) => string,
  extra: Pick<Entry<A>, 'style' | 'repeated'> = {},
): Entry<A> => ({ status, code, text, ...extra });

const token = <A extends unknown[]>(text: (...args: A) => string) =>
  entry(401, 'InvalidAuthenticationToken', text);
const bad = <A extends unknown[]>(text: (...args: A) => string) => entry(400, 'BadRequest', text);
const model = <A extends unknown[]>(text: (...args: A) => string) =>
  entry(400, 'ModelValidationFailure', text, { repeated: true });
const backend = <A extends unknown[]>(status: number, code: string, text: (...args: A) => string) =>
  entry(status, code, text, { style: 'backend' });
const unsupported = <A extends unknown[]>(text: (...args: A) => string) => entry(501, 'NotImplemented', text);

/** Everything that can go wrong, with the texts that the live service is known to use where there are any. */
const catalogue = {
  tokenMissing: token(() => 'Access token is empty.'),
  tokenMalformed: token(
    () =>
      'IDX14100: JWT is not well formed, there are no dots (.).\n' +
      "The token needs to be in JWS or JWE Compact Serialization Format. (JWS): 'EncodedHeader.EncodedPayload.EncodedSignature'. (JWE): 'EncodedProtectedHeader.EncodedEncryptedKey.EncodedInitializationVector.EncodedCiphertext.EncodedAuthenticationTag'.",
  ),
  tokenExpired: token(() => 'Lifetime validation failed, the token is expired.'),
  tokenNotYetValid: token(() => 'Lifetime validation failed, the token is not yet valid.'),
  tokenAudience: token(() => 'Access token validation failure. Invalid audience.'),
  tokenIssuer: token(() => 'Access token validation failure. Invalid issuer.'),
  tokenSignature: token(() => 'Access token validation failure. Invalid signature.'),
  tokenClaims: token(
    (claim: string) => `Access token validation failure. Invalid or missing claim '${claim}'.`,
  ),
  forbidden: backend(
    403,
    'Forbidden',
    // It is the client that lacks them, when it calls on behalf of a user too.
    (permissions: string) =>
      `Application is not authorized to perform this operation. Application must have one of the following scopes: ${permissions}`,
  ),
  // Every document of these APIs: "Delegated (personal Microsoft account): Not supported."
  personalAccount: backend(
    403,
    'Forbidden',
    (permissions: string) =>
      `Personal Microsoft accounts are not supported by this API. A work or school account must have one of the following scopes: ${permissions}`,
  ),
  // The words of the service for what has no application permissions, as documents of 2018 say: "Application: Not supported."
  applicationNotSupported: backend(
    403,
    'Forbidden',
    () =>
      'Application is not authorized to perform this operation as called in app only context but does not have application permissions configured.',
  ),

  invalidVersion: entry(404, 'ResourceNotFound', (version: string) => `Invalid version: ${version}`),
  invalidContract: entry(
    404,
    'ResourceNotFound',
    (path: string, known: string) => `Invalid version: ${path}. The base paths are ${known}.`,
  ),
  segmentNotFound: bad((segment: string) => `Resource not found for the segment '${segment}'.`),
  malformedUrl: bad((reason: string) => `The request URI is not valid: ${reason}.`),
  urlTooLong: entry(414, 'UriTooLong', (limit: number) => `The request URI is longer than ${limit} bytes.`),
  headersTooLarge: entry(
    431,
    'RequestHeaderFieldsTooLarge',
    (limit: number) => `The request headers are larger than ${limit} bytes.`,
  ),
  malformedRequest: bad(() => 'The request is not valid HTTP.'),
  requestTimeout: entry(408, 'RequestTimeout', () => 'The request did not arrive in time.'),
  unknownVerb: bad(() => 'Request type is not supported.'),
  methodNotAllowed: entry(
    405,
    'Request_BadRequest',
    () => 'Specified HTTP method is not allowed for the request target.',
  ),
  noRoute: entry(
    400,
    'No method match route template',
    (template: string, verb: string, path: string) =>
      `No OData route exists that match template ${template} with http verb ${verb} for request ${path}.`,
  ),
  appNotFound: backend(404, 'ResourceNotFound', (id: string) => `App with id '${id}' not found.`),
  notFound: backend(404, 'ResourceNotFound', () => 'An error has occurred'),
  // The words of Graph's table of status codes (concepts/errors.md).
  preconditionFailed: entry(
    412,
    'PreconditionFailed',
    () =>
      "A precondition provided in the request (such as an if-match header) does not match the resource's current state.",
  ),
  conflict: backend(409, 'Conflict', (id: string) => `An entity with id '${id}' already exists.`),
  // The words of the live service (msgraph-beta-sdk-dotnet, issue 282).
  circularRelationship: backend(
    400,
    'BadRequest',
    () => 'A circular dependency was created while adding app relationships.',
  ),

  emptyBody: bad(() => 'Empty Payload. JSON content expected.'),
  unreadableBody: bad(
    () =>
      'Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.',
  ),
  bodyTooDeep: bad((limit: number) => `The JSON payload is nested more than ${limit} levels deep.`),
  bodyTooMany: bad((limit: number) => `The JSON payload holds more than ${limit} values.`),
  deepInsert: bad((limit: number) => `The payload holds more than ${limit} contained entities.`),
  bodyTooLarge: entry(
    413,
    'RequestEntityTooLarge',
    (limit: number) => `The request body is larger than ${limit} bytes.`,
  ),
  repeatedProperty: model(
    (name: string) =>
      `Multiple properties with the name '${name}' were detected in a resource or a complex value. In OData, duplicate property names are not allowed.`,
  ),
  inexactNumber: bad(
    (literal: string) => `The number '${literal}' in the JSON payload cannot be kept exactly.`,
  ),
  contentCoding: entry(
    415,
    'RequestBodyRead',
    (supported: string, given: string) =>
      `The content coding of the request is not supported. None of the supported coding(s) '${supported}' matches the content coding '${given}'.`,
  ),
  brokenCoding: bad((coding: string) => `The request body is not valid ${coding}.`),
  mediaType: entry(
    415,
    'RequestBodyRead',
    (supported: string, given: string) =>
      `A supported MIME type could not be found that matches the content type of the request. None of the supported type(s) '${supported}' matches the content type '${given}'.`,
  ),
  notAcceptable: entry(
    406,
    'NotAcceptable',
    (supported: string, asked: string) =>
      `A supported MIME type could not be found that matches the acceptable MIME types for the request. The supported type(s) '${supported}' do not match any of the acceptable MIME types '${asked}'.`,
  ),
  codingNotAcceptable: entry(
    406,
    'NotAcceptable',
    (supported: string, asked: string) =>
      `A supported content coding could not be found that matches the acceptable codings for the request. The supported coding(s) '${supported}' do not match any of the acceptable codings '${asked}'.`,
  ),

  propertyDoesNotExist: model(
    (property: string, type: string) =>
      `The property '${property}' does not exist on type '${type}'. Make sure to only use property names that are defined by the type.`,
  ),
  literal: model(
    (literal: string, type: string) =>
      `Cannot convert the literal '${literal}' to the expected type '${type}'.`,
  ),
  primitive: model(
    (type: string) =>
      `Cannot convert a primitive value to the expected type '${type}'. See the inner exception for more details.`,
  ),
  nullValue: model(
    (property: string, type: string) =>
      `A null value was found for the property named '${property}', which has the expected type '${type}[Nullable=False]'. The expected type '${type}[Nullable=False]' does not allow null values.`,
  ),
  invalidValue: model(
    (property: string, reason: string) => `The value of the property '${property}' is not valid: ${reason}.`,
  ),
  unexpectedNode: model(
    (node: string, expected: string) =>
      `An unexpected '${node}' node was found when reading from the JSON reader. A '${expected}' node was expected.`,
  ),
  typeMismatch: model(
    (given: string, expected: string) =>
      `A type named '${given}' was given where '${expected}' or a type derived from it was expected.`,
  ),
  abstractType: model(
    (type: string) => `The type '${type}' is abstract: name a derived type in the '@odata.type' annotation.`,
  ),
  invalidReference: bad((reason: string) => `The reference is not valid: ${reason}.`),
  keyMismatch: bad(() => "The 'id' in the request body differs from the key in the request URI."),
  invalidKey: bad((reason: string) => `The key is not valid: ${reason}.`),

  invalidFilter: bad((reason: string) => `Invalid filter clause: ${reason}`),
  invalidSearch: bad((reason: string) => `Invalid search clause: ${reason}`),
  invalidOrderBy: bad((reason: string) => `Invalid orderby clause: ${reason}`),
  invalidSelect: bad((reason: string) => `Parsing OData Select and Expand failed: ${reason}`),
  invalidOperation: bad((reason: string) => `The query cannot be evaluated: ${reason}.`),
  invalidPageSize: bad((given: string) => `Invalid page size specified: '${given}'`),
  repeatedOption: bad((option: string) => `The query option '${option}' is given more than once.`),
  invalidOption: bad((option: string) => `The query option '${option}' is not valid.`),
  invalidOptionValue: bad(
    (option: string, value: string) => `The value '${value}' of the query option '${option}' is not valid.`,
  ),
  optionNotApplicable: bad(
    (option: string) => `The query option '${option}' does not apply to this request.`,
  ),
  optionNotSupported: unsupported((option: string) => `The query option '${option}' is not supported.`),
  segmentNotSupported: unsupported((segment: string) => `The segment '${segment}' is not supported.`),
  expressionNotSupported: unsupported((what: string) => `${what} is not supported.`),

  requiredFilter: bad(
    (column: string) => `Required filters are not set: a restriction filter on '${column}' is needed.`,
  ),
  unknownColumn: bad((column: string, report: string) => `The report '${report}' has no column '${column}'.`),
  unknownReport: bad((report: string) => `There is no report '${report}' to export.`),
  unknownParameter: bad(
    (name: string) => `The parameter '${name}' in the request payload is not a valid parameter.`,
  ),
  invalidParameter: bad(
    (name: string, reason: string) => `The value of the parameter '${name}' is not valid: ${reason}.`,
  ),
  operationNotSupported: unsupported(
    (name: string, reason: string) => `The operation '${name}' is not supported: ${reason}.`,
  ),
  parameterNotSupported: unsupported((name: string) => `The parameter '${name}' is not supported.`),

  batchTooLong: bad(
    (limit: number) => `Number of batch request steps exceeds the maximum value of ${limit}.`,
  ),
  batchContentType: bad(
    (id: string) => `Write request with id '${id}' does not contain a Content-Type header.`,
  ),
  invalidBatch: bad((reason: string) => `The batch is not valid: ${reason}.`),
  failedDependency: entry(
    424,
    'FailedDependency',
    (id: string) =>
      `The request is not run: '${id}', which it or its atomicity group depends on, has failed.`,
  ),

  unavailable: entry(
    503,
    'ServiceUnavailable',
    () => 'The service is temporarily unavailable. Please retry.',
  ),
  internal: entry(500, 'InternalServerError', () => 'An unexpected error has occurred.'),
};

type Catalogue = typeof catalogue;
export type ErrorKind = keyof Catalogue;

/** A failure that a client may see; thrown by any stage, rendered by `renderError`. */
export class GraphError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(
    readonly kind: ErrorKind,
    message: string,
  ) {
    super(message);
    this.status = catalogue[kind].status;
    this.code = catalogue[kind].code;
  }
}

export function graphError<K extends ErrorKind>(
  kind: K,
  ...args: Parameters<Catalogue[K]['text']>
): GraphError {
  const text = catalogue[kind].text as (...values: Parameters<Catalogue[K]['text']>) => string;
  return new GraphError(kind, text(...args));
}

/** What an answer says of its request, whatever happened. */
export interface RequestTrace {
  requestId: string;
  clientRequestId: string;
  /** Absolute, without query: what the backend style prints as its own address. */
  url: string;
}

/** Graph's error envelope: `error.code`, `error.message`, `error.innerError` (UTC date without zone, request ids). */
export function renderError(error: GraphError, trace: RequestTrace, now: Date): string {
  const { style, repeated }: Pick<Entry<never>, 'style' | 'repeated'> = catalogue[error.kind];
  const message = style === 'backend' ? backendMessage(error.message, trace) : error.message;
  return JSON.stringify({
    error: {
      code: error.code,
      message,
      innerError: {
        ...(repeated && { message }),
        date: now.toISOString().slice(0, 19),
        'request-id': trace.requestId,
        'client-request-id': trace.clientRequestId,
      },
    },
  });
}

/** Intune's services put a JSON document, indented with CRLF, into the message. */
function backendMessage(text: string, trace: RequestTrace): string {
  const operation = '00000000-0000-0000-0000-000000000000';
  const document = {
    _version: 3,
    Message: `${text} - Operation ID (for customer support): ${operation} - Activity ID: ${trace.requestId} - Url: ${trace.url}`,
    CustomApiErrorPhrase: '',
    RetryAfter: null,
    ErrorSourceService: '',
    HttpHeaders: '{}',
  };
  return JSON.stringify(document, null, 2).replaceAll('\n', '\r\n');
}

/** The whole catalogue as rows `kind status code: text`, for the test that shows every change of it to a reader. */
export function errorCatalogue(): string[] {
  return Object.entries(catalogue).map(([kind, { status, code, text }]) => {
    const template = (text as (...values: string[]) => string)('{0}', '{1}', '{2}');
    return `${kind} ${status} ${code}: ${template}`;
  });
}
