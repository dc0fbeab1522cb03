import { randomUUID } from 'node:crypto';
import type { Service, ServiceError, ServiceResponse } from './service.ts';

type Protocol = Service['protocol'];

/** Writes an error as AWS would: JSON with `__type`, the same with x-amzn-errortype, S3's XML, or the XML of the query protocol. */
export const errorResponse = (
  error: ServiceError,
  protocol: Protocol,
  requestContentType: string | undefined,
): ServiceResponse => {
  if (protocol === 'rest-xml') {
    const extra = Object.entries(error.extra).map(
      ([name, value]) => `<${name}>${escapeXml(String(value))}</${name}>`,
    );
    return {
      status: error.status,
      headers: { 'content-type': 'application/xml' },
      body:
        '<?xml version="1.0" encoding="UTF-8"?>\n' +
        `<Error><Code>${escapeXml(error.code)}</Code><Message>${escapeXml(error.message)}</Message>` +
        `${extra.join('')}<RequestId>${randomUUID()}</RequestId></Error>`,
    };
  }
  // A client of before the JSON protocol, such as an older AWS CLI at SQS: answered so that it can show the words.
  const asksInForms = requestContentType?.startsWith('application/x-www-form-urlencoded') ?? false;
  if (protocol === 'query' || (protocol === 'json' && asksInForms)) {
    return {
      status: error.status,
      headers: { 'content-type': 'text/xml' },
      body:
        `<ErrorResponse><Error><Type>${error.status < 500 ? 'Sender' : 'Receiver'}</Type><Code>${escapeXml(error.code)}</Code>` +
        `<Message>${escapeXml(error.message)}</Message></Error><RequestId>${randomUUID()}</RequestId></ErrorResponse>`,
    };
  }
  const json =
    protocol === 'json' ? (requestContentType ?? 'application/x-amz-json-1.1') : 'application/json';
  return {
    status: error.status,
    headers: { 'content-type': json, 'x-amzn-errortype': error.code },
    body: JSON.stringify({ __type: error.code, message: error.message, ...error.extra }),
  };
};

export const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
