import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { errorCatalogue, graphError, renderError } from './errors.js';

const trace = {
  requestId: '9567c8a9-89e5-4fc7-bb4a-3558aa3df883',
  clientRequestId: 'mine',
  url: 'https://understudy.example/beta/deviceAppManagement/mobileApps/x',
};
const innerError = {
  date: '2026-07-17T16:09:08',
  'request-id': trace.requestId,
  'client-request-id': 'mine',
};
const render = (error: ReturnType<typeof graphError>): string =>
  renderError(error, trace, new Date('2026-07-17T16:09:08.999Z'));

describe('the errors that a client may see', () => {
  it('are these, with these statuses and codes', () => {
    expect(errorCatalogue().join('\n')).toMatchInlineSnapshot(`
     "tokenMissing 401 InvalidAuthenticationToken: Access token is empty.
     tokenMalformed 401 InvalidAuthenticationToken: IDX14100: JWT is not well formed, there are no dots (.).
     The token needs to be in JWS or JWE Compact Serialization Format. (JWS): 'EncodedHeader.EncodedPayload.EncodedSignature'. (JWE): 'EncodedProtectedHeader.EncodedEncryptedKey.EncodedInitializationVector.EncodedCiphertext.EncodedAuthenticationTag'.
     tokenExpired 401 InvalidAuthenticationToken: Lifetime validation failed, the token is expired.
     tokenNotYetValid 401 InvalidAuthenticationToken: Lifetime validation failed, the token is not yet valid.
     tokenAudience 401 InvalidAuthenticationToken: Access token validation failure. Invalid audience.
     tokenIssuer 401 InvalidAuthenticationToken: Access token validation failure. Invalid issuer.
     tokenSignature 401 InvalidAuthenticationToken: Access token validation failure. Invalid signature.
     tokenClaims 401 InvalidAuthenticationToken: Access token validation failure. Invalid or missing claim '{0}'.
     forbidden 403 Forbidden: Application is not authorized to perform this operation. Application must have one of the following scopes: {0}
     personalAccount 403 Forbidden: Personal Microsoft accounts are not supported by this API. A work or school account must have one of the following scopes: {0}
     applicationNotSupported 403 Forbidden: Application is not authorized to perform this operation as called in app only context but does not have application permissions configured.
     invalidVersion 404 ResourceNotFound: Invalid version: {0}
     invalidContract 404 ResourceNotFound: Invalid version: {0}. The base paths are {1}.
     segmentNotFound 400 BadRequest: Resource not found for the segment '{0}'.
     malformedUrl 400 BadRequest: The request URI is not valid: {0}.
     urlTooLong 414 UriTooLong: The request URI is longer than {0} bytes.
     headersTooLarge 431 RequestHeaderFieldsTooLarge: The request headers are larger than {0} bytes.
     malformedRequest 400 BadRequest: The request is not valid HTTP.
     requestTimeout 408 RequestTimeout: The request did not arrive in time.
     unknownVerb 400 BadRequest: Request type is not supported.
     methodNotAllowed 405 Request_BadRequest: Specified HTTP method is not allowed for the request target.
     noRoute 400 No method match route template: No OData route exists that match template {0} with http verb {1} for request {2}.
     appNotFound 404 ResourceNotFound: App with id '{0}' not found.
     notFound 404 ResourceNotFound: An error has occurred
     preconditionFailed 412 PreconditionFailed: A precondition provided in the request (such as an if-match header) does not match the resource's current state.
     conflict 409 Conflict: An entity with id '{0}' already exists.
     circularRelationship 400 BadRequest: A circular dependency was created while adding app relationships.
     emptyBody 400 BadRequest: Empty Payload. JSON content expected.
     unreadableBody 400 BadRequest: Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.
     bodyTooDeep 400 BadRequest: The JSON payload is nested more than {0} levels deep.
     bodyTooMany 400 BadRequest: The JSON payload holds more than {0} values.
     deepInsert 400 BadRequest: The payload holds more than {0} contained entities.
     bodyTooLarge 413 RequestEntityTooLarge: The request body is larger than {0} bytes.
     repeatedProperty 400 ModelValidationFailure: Multiple properties with the name '{0}' were detected in a resource or a complex value. In OData, duplicate property names are not allowed.
     inexactNumber 400 BadRequest: The number '{0}' in the JSON payload cannot be kept exactly.
     contentCoding 415 RequestBodyRead: The content coding of the request is not supported. None of the supported coding(s) '{0}' matches the content coding '{1}'.
     brokenCoding 400 BadRequest: The request body is not valid {0}.
     mediaType 415 RequestBodyRead: A supported MIME type could not be found that matches the content type of the request. None of the supported type(s) '{0}' matches the content type '{1}'.
     notAcceptable 406 NotAcceptable: A supported MIME type could not be found that matches the acceptable MIME types for the request. The supported type(s) '{0}' do not match any of the acceptable MIME types '{1}'.
     codingNotAcceptable 406 NotAcceptable: A supported content coding could not be found that matches the acceptable codings for the request. The supported coding(s) '{0}' do not match any of the acceptable codings '{1}'.
     propertyDoesNotExist 400 ModelValidationFailure: The property '{0}' does not exist on type '{1}'. Make sure to only use property names that are defined by the type.
     literal 400 ModelValidationFailure: Cannot convert the literal '{0}' to the expected type '{1}'.
     primitive 400 ModelValidationFailure: Cannot convert a primitive value to the expected type '{0}'. See the inner exception for more details.
     nullValue 400 ModelValidationFailure: A null value was found for the property named '{0}', which has the expected type '{1}[Nullable=False]'. The expected type '{1}[Nullable=False]' does not allow null values.
     invalidValue 400 ModelValidationFailure: The value of the property '{0}' is not valid: {1}.
     unexpectedNode 400 ModelValidationFailure: An unexpected '{0}' node was found when reading from the JSON reader. A '{1}' node was expected.
     typeMismatch 400 ModelValidationFailure: A type named '{0}' was given where '{1}' or a type derived from it was expected.
     abstractType 400 ModelValidationFailure: The type '{0}' is abstract: name a derived type in the '@odata.type' annotation.
     invalidReference 400 BadRequest: The reference is not valid: {0}.
     keyMismatch 400 BadRequest: The 'id' in the request body differs from the key in the request URI.
     invalidKey 400 BadRequest: The key is not valid: {0}.
     invalidFilter 400 BadRequest: Invalid filter clause: {0}
     invalidSearch 400 BadRequest: Invalid search clause: {0}
     invalidOrderBy 400 BadRequest: Invalid orderby clause: {0}
     invalidSelect 400 BadRequest: Parsing OData Select and Expand failed: {0}
     invalidOperation 400 BadRequest: The query cannot be evaluated: {0}.
     invalidPageSize 400 BadRequest: Invalid page size specified: '{0}'
     repeatedOption 400 BadRequest: The query option '{0}' is given more than once.
     invalidOption 400 BadRequest: The query option '{0}' is not valid.
     invalidOptionValue 400 BadRequest: The value '{1}' of the query option '{0}' is not valid.
     optionNotApplicable 400 BadRequest: The query option '{0}' does not apply to this request.
     optionNotSupported 501 NotImplemented: The query option '{0}' is not supported.
     segmentNotSupported 501 NotImplemented: The segment '{0}' is not supported.
     expressionNotSupported 501 NotImplemented: {0} is not supported.
     requiredFilter 400 BadRequest: Required filters are not set: a restriction filter on '{0}' is needed.
     unknownColumn 400 BadRequest: The report '{1}' has no column '{0}'.
     unknownReport 400 BadRequest: There is no report '{0}' to export.
     unknownParameter 400 BadRequest: The parameter '{0}' in the request payload is not a valid parameter.
     invalidParameter 400 BadRequest: The value of the parameter '{0}' is not valid: {1}.
     operationNotSupported 501 NotImplemented: The operation '{0}' is not supported: {1}.
     parameterNotSupported 501 NotImplemented: The parameter '{0}' is not supported.
     batchTooLong 400 BadRequest: Number of batch request steps exceeds the maximum value of {0}.
     batchContentType 400 BadRequest: Write request with id '{0}' does not contain a Content-Type header.
     invalidBatch 400 BadRequest: The batch is not valid: {0}.
     failedDependency 424 FailedDependency: The request is not run: '{0}', which it or its atomicity group depends on, has failed.
     unavailable 503 ServiceUnavailable: The service is temporarily unavailable. Please retry.
     internal 500 InternalServerError: An unexpected error has occurred."
    `);
  });

  it('have one status and code each, and none of them is a 500 but the fault of ours', () => {
    const kinds = errorCatalogue().map((row) => row.split(' '));
    expect(new Set(kinds.map(([kind]) => kind)).size).toBe(kinds.length);
    expect(kinds.filter(([, status]) => status === '500').map(([kind]) => kind)).toEqual(['internal']);
  });

  it.each([
    [graphError('tokenMissing'), 'Access token is empty.'],
    [graphError('tokenExpired'), 'Lifetime validation failed, the token is expired.'],
    [graphError('tokenAudience'), 'Access token validation failure. Invalid audience.'],
    [
      graphError('forbidden', 'A, B'),
      'Application is not authorized to perform this operation. Application must have one of the following scopes: A, B',
    ],
    [graphError('invalidVersion', 'xyz'), 'Invalid version: xyz'],
    [graphError('segmentNotFound', 'deviceStatuses'), "Resource not found for the segment 'deviceStatuses'."],
    [graphError('unknownVerb'), 'Request type is not supported.'],
    [
      graphError('noRoute', '~/singleton/navigation', 'PUT', "/a/b('c')"),
      "No OData route exists that match template ~/singleton/navigation with http verb PUT for request /a/b('c').",
    ],
    [graphError('appNotFound', '45806285'), "App with id '45806285' not found."],
    [graphError('notFound'), 'An error has occurred'],
    [graphError('emptyBody'), 'Empty Payload. JSON content expected.'],
    [
      graphError('unreadableBody'),
      'Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.',
    ],
    [
      graphError('propertyDoesNotExist', 'wifiBlocked', 'microsoft.management.services.api.iosStoreApp'),
      "The property 'wifiBlocked' does not exist on type 'microsoft.management.services.api.iosStoreApp'. Make sure to only use property names that are defined by the type.",
    ],
    [
      graphError('literal', 'x', 'Edm.DateTimeOffset'),
      "Cannot convert the literal 'x' to the expected type 'Edm.DateTimeOffset'.",
    ],
    [
      graphError('primitive', 'microsoft.management.services.api.resultantAppState'),
      "Cannot convert a primitive value to the expected type 'microsoft.management.services.api.resultantAppState'. See the inner exception for more details.",
    ],
    [
      graphError('nullValue', 'errorCode', 'Edm.Int32'),
      "A null value was found for the property named 'errorCode', which has the expected type 'Edm.Int32[Nullable=False]'. The expected type 'Edm.Int32[Nullable=False]' does not allow null values.",
    ],
    [graphError('invalidPageSize', '1000'), "Invalid page size specified: '1000'"],
    [
      graphError('batchContentType', '1'),
      "Write request with id '1' does not contain a Content-Type header.",
    ],
  ])('say what the live service says: %s', (error, message) => {
    expect(error.message).toBe(message);
  });
});

describe('the README', () => {
  it('lists them all', () => {
    const [, listed = ''] = /```text errors\n(.*?)```/s.exec(readFileSync('README.md', 'utf8')) ?? [];
    const lines = errorCatalogue().map((line) => line.replace(/^\w+ /, '').replaceAll('\n', ' '));
    expect(listed.trimEnd().split('\n')).toEqual(lines);
  });
});

describe('an error body', () => {
  it('is a code, a message, a UTC date without zone and both request ids', () => {
    expect(JSON.parse(render(graphError('emptyBody')))).toEqual({
      error: { code: 'BadRequest', message: 'Empty Payload. JSON content expected.', innerError },
    });
  });

  it('repeats the message of a refused model first in its innerError', () => {
    const { error } = JSON.parse(render(graphError('literal', 'x', 'Edm.Int32'))) as {
      error: { code: string; message: string; innerError: object };
    };
    expect(error.code).toBe('ModelValidationFailure');
    expect(error.innerError).toEqual({ message: error.message, ...innerError });
    expect(Object.keys(error.innerError)[0]).toBe('message');
  });

  it("of Intune's services holds a JSON document in its message, indented, with CRLF", () => {
    const body = JSON.parse(render(graphError('appNotFound', 'x'))) as { error: { message: string } };
    expect(body).toEqual({
      error: { code: 'ResourceNotFound', message: expect.any(String), innerError },
    });
    expect(body.error.message.split('\r\n')).toEqual([
      '{',
      '  "_version": 3,',
      `  "Message": "App with id 'x' not found. - Operation ID (for customer support): 00000000-0000-0000-0000-000000000000 - Activity ID: ${trace.requestId} - Url: ${trace.url}",`,
      '  "CustomApiErrorPhrase": "",',
      '  "RetryAfter": null,',
      '  "ErrorSourceService": "",',
      '  "HttpHeaders": "{}"',
      '}',
    ]);
  });

  it('is JSON whatever a client put into it', () => {
    const hostile = '"\\\n\0\ud800</script>';
    const outer = JSON.parse(render(graphError('appNotFound', hostile))) as { error: { message: string } };
    const inner = JSON.parse(outer.error.message) as { Message: string };
    expect(inner.Message).toContain(`App with id '${hostile}' not found.`);
  });
});
