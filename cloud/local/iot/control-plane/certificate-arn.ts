import { arn } from '../../account.ts';
import { invalidRequest, notFound } from '../http/rest-service.ts';
import type { Certificate, Registry } from '../registry.ts';

export const certificateArn = (id: string): string => arn('iot', `cert/${id}`);

/** The certificate that a principal's or target's ARN names. Throws when it is none, or there is none. */
export const certificateOfArn = (
  registry: Pick<Registry, 'certificate'>,
  text: string,
): Readonly<Certificate> => {
  const id = /:cert\/([0-9a-f]{64})$/.exec(text)?.[1];
  if (id === undefined || text !== certificateArn(id))
    throw invalidRequest(`Only certificates of this account can be principals here, not ${text}.`);
  const certificate = registry.certificate(id);
  if (certificate === undefined) throw notFound(`The certificate ${id} does not exist.`);
  return certificate;
};
