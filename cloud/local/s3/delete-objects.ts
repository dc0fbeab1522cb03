import { ServiceError, type ServiceRequest } from '../gateway/service.ts';
import { isChecksum, verifyChecksums } from './checksum.ts';
import type { ObjectStore } from './object-store.ts';
import { type Element, textsOf, xmlDocument } from './xml.ts';

const maxKeys = 1000;

/** DeleteObjects: up to 1,000 keys, each with its own permission and its own outcome in the answer. */
export const deleteObjects = async (
  request: Pick<ServiceRequest, 'body' | 'headers' | 'authorize'>,
  bucketArn: string,
  store: ObjectStore,
): Promise<string> => {
  if (!Object.keys(request.headers).some(isChecksum))
    throw new ServiceError(
      'InvalidRequest',
      'Missing required header for this request: Content-MD5 OR x-amz-checksum-*',
      400,
    );
  verifyChecksums(request.body, request.headers);
  const document = request.body.toString('utf8');
  if (document.includes('<VersionId>'))
    throw new ServiceError('NotImplemented', 'The local cloud keeps no versions of objects.', 501);
  const keys = textsOf(document, 'Key');
  if (keys.length < 1 || keys.length > maxKeys)
    throw new ServiceError('MalformedXML', `A request deletes 1 to ${maxKeys} objects.`, 400);
  const quiet = textsOf(document, 'Quiet')[0] === 'true';

  const outcomes: Element[] = [];
  for (const key of keys) {
    try {
      request.authorize('s3:DeleteObject', `${bucketArn}/${key}`);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      const { code, message } = error;
      outcomes.push([
        'Error',
        [
          ['Key', key],
          ['Code', code],
          ['Message', message],
        ],
      ]);
      continue;
    }
    await store.remove(key);
    if (!quiet) outcomes.push(['Deleted', [['Key', key]]]);
  }
  return xmlDocument('DeleteResult', outcomes);
};
