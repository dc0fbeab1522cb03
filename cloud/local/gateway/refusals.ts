import { type Service, ServiceError } from './service.ts';
import type { Claim, Refusal } from './sigv4.ts';

type Protocol = Service['protocol'];

/** AWS's answer to a bad signature: S3 and the JSON services have different words for the same thing. */
export const refusalError = (refusal: Refusal, protocol: Protocol): ServiceError => {
  if (protocol === 'query') return queryRefusal(refusal);
  const s3 = protocol === 'rest-xml';
  const status = s3 || protocol === 'rest-json' ? 403 : 400;
  switch (refusal) {
    case 'unknown_key':
      return s3
        ? new ServiceError(
            'InvalidAccessKeyId',
            'The AWS Access Key Id you provided does not exist in our records.',
            403,
          )
        : new ServiceError(
            'UnrecognizedClientException',
            'The security token included in the request is invalid.',
            status,
          );
    case 'unknown_token':
      return s3
        ? new ServiceError('InvalidToken', 'The provided token is malformed or otherwise invalid.', 400)
        : new ServiceError(
            'UnrecognizedClientException',
            'The security token included in the request is invalid.',
            status,
          );
    case 'other_day':
      return new ServiceError(
        s3 ? 'SignatureDoesNotMatch' : 'InvalidSignatureException',
        'The date in the credential scope is not the day of x-amz-date.',
        status,
      );
    case 'header_not_signed':
      return new ServiceError(
        s3 ? 'AccessDenied' : 'InvalidSignatureException',
        'There were headers present in the request which were not signed: host and every x-amz header have to be.',
        status,
      );
    case 'body_hash_missing':
      return new ServiceError(
        'InvalidRequest',
        'Missing required header for this request: x-amz-content-sha256',
        400,
      );
    case 'signed_in_chunks':
      return new ServiceError(
        'NotImplemented',
        'The local cloud does not verify uploads that are signed chunk by chunk: sign the whole body.',
        501,
      );
    case 'clock_skew':
      return s3
        ? new ServiceError(
            'RequestTimeTooSkewed',
            'The difference between the request time and the current time is too large.',
            403,
          )
        : new ServiceError('InvalidSignatureException', 'Signature not yet current or expired.', status);
    case 'expired':
      return new ServiceError(
        s3 ? 'AccessDenied' : 'InvalidSignatureException',
        'Request has expired',
        status,
      );
    case 'body_altered':
      return s3
        ? new ServiceError(
            'XAmzContentSHA256Mismatch',
            "The provided 'x-amz-content-sha256' header does not match what was computed.",
            400,
          )
        : wrongSignature(status);
    case 'wrong_signature':
      return s3
        ? new ServiceError(
            'SignatureDoesNotMatch',
            'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
            403,
          )
        : wrongSignature(status);
  }
};

/** The query protocol has words of its own for three cases. Source: common errors of the SNS API. */
const queryRefusal = (refusal: Refusal): ServiceError => {
  if (refusal === 'unknown_key' || refusal === 'unknown_token') {
    const message = 'The security token included in the request is invalid.';
    return new ServiceError('InvalidClientTokenId', message, 403);
  }
  const { code, message } = refusalError(refusal, 'rest-json');
  return new ServiceError(
    code === 'InvalidSignatureException' ? 'SignatureDoesNotMatch' : code,
    message,
    403,
  );
};

/**
 * The answer to a signature for another Region. S3 names the right one, by which boto3 and the AWS CLI find their way.
 * Source: "Error responses" of the S3 API, and what botocore's region redirector reads.
 */
export const otherRegionError = (
  { region, expiresSeconds }: Pick<Claim, 'region' | 'expiresSeconds'>,
  expected: string,
  protocol: Protocol,
): ServiceError => {
  if (protocol !== 'rest-xml')
    return new ServiceError(
      'InvalidSignatureException',
      `Credential should be scoped to a valid region, which here is ${expected}.`,
      protocol === 'json' ? 400 : 403,
    );
  const why = `the region '${region}' is wrong; expecting '${expected}'`;
  return expiresSeconds === undefined
    ? new ServiceError('AuthorizationHeaderMalformed', `The authorization header is malformed; ${why}`, 400, {
        Region: expected,
      })
    : new ServiceError(
        'AuthorizationQueryParametersError',
        `Error parsing the X-Amz-Credential parameter; ${why}`,
        400,
        { Region: expected },
      );
};

const wrongSignature = (status: number): ServiceError =>
  new ServiceError(
    'InvalidSignatureException',
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.',
    status,
  );

/** The answer to a request without a signature. */
export const unsignedError = (protocol: Protocol): ServiceError =>
  protocol === 'rest-xml'
    ? new ServiceError('AccessDenied', 'Access Denied', 403)
    : new ServiceError('MissingAuthenticationToken', 'Missing Authentication Token', 403);

/** AWS's wording of a denial; the code depends on the service (the IoT data plane and S3 have their own). */
export const denialError = (
  service: Pick<Service, 'protocol' | 'signingNames'>,
  {
    principalArn,
    action,
    resource,
    explicit,
  }: {
    readonly principalArn: string;
    readonly action: string;
    readonly resource: string;
    readonly explicit: boolean;
  },
): ServiceError => {
  const why = explicit
    ? 'with an explicit deny in an identity-based policy'
    : `because no identity-based policy allows the ${action} action`;
  const message = `User: ${principalArn} is not authorized to perform: ${action} on resource: ${resource} ${why}`;
  if (service.protocol === 'rest-xml') return new ServiceError('AccessDenied', message, 403);
  if (service.protocol === 'query') return new ServiceError('AuthorizationError', message, 403);
  if (service.signingNames.includes('iotdata') || service.signingNames.includes('iotdevicegateway')) {
    return new ServiceError('ForbiddenException', message, 403);
  }
  return new ServiceError('AccessDeniedException', message, service.protocol === 'rest-json' ? 403 : 400);
};
