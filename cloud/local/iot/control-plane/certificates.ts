import { X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { account } from '../../account.ts';
import { ServiceError } from '../../gateway/service.ts';
import { markerPaging, pageOf } from '../http/paging.ts';
import { bodyOf, invalidRequest, notFound, type RestCall, type RestOperation } from '../http/rest-service.ts';
import type { Authority } from '../pki.ts';
import type { Certificate, CertificateStatus, Registry } from '../registry.ts';
import { certificateArn } from './certificate-arn.ts';

const seconds = (ms: number | undefined): number => Math.floor((ms ?? 0) / 1000);

/** What an operator may set; the others are AWS's own. */
const NewStatus = z.enum(['ACTIVE', 'INACTIVE', 'REVOKED']);

const CsrBody = z.strictObject({ certificateSigningRequest: z.string().min(1) });

const summary = (certificate: Readonly<Certificate>) => ({
  certificateArn: certificateArn(certificate.id),
  certificateId: certificate.id,
  status: certificate.status,
  certificateMode: 'DEFAULT',
  creationDate: seconds(certificate.createdAtMs),
});

const description = (certificate: Readonly<Certificate>) => {
  const { validFrom, validTo } = new X509Certificate(certificate.pem);
  return {
    ...summary(certificate),
    certificatePem: certificate.pem,
    ownedBy: account.id,
    lastModifiedDate: seconds(certificate.modifiedAtMs),
    customerVersion: 1,
    validity: { notBefore: seconds(Date.parse(validFrom)), notAfter: seconds(Date.parse(validTo)) },
  };
};

/** IoT's control plane for certificates. `setStatus` also ends the sessions of one that is not ACTIVE any more. */
export const makeCertificateOperations = ({
  registry,
  authority,
  setStatus,
}: {
  readonly registry: Registry;
  readonly authority: () => Promise<Authority>;
  readonly setStatus: (id: string, status: CertificateStatus) => boolean;
}): readonly RestOperation[] => {
  const authorized = ({ request, parameter }: RestCall, action: string): Readonly<Certificate> => {
    const id = parameter('certificateId');
    request.authorize(`iot:${action}`, certificateArn(id));
    const certificate = registry.certificate(id);
    if (certificate === undefined)
      throw notFound(`The certificate given in the certificateId does not exist.`);
    return certificate;
  };

  const updateCertificate = (call: RestCall) => {
    const { id } = authorized(call, 'UpdateCertificate');
    const wanted = call.request.query.get('newStatus') ?? '';
    const status = NewStatus.safeParse(wanted);
    if (!status.success) throw invalidRequest(`A certificate cannot be set to ${wanted}.`);
    setStatus(id, status.data);
  };

  const deleteCertificate = (call: RestCall) => {
    const { id, status, things, policies } = authorized(call, 'DeleteCertificate');
    if (status === 'ACTIVE')
      throw new ServiceError(
        'CertificateStateException',
        `Certificate must be deactivated (not ACTIVE) before deletion. certificateId=${id}`,
        406,
      );
    const forced = call.request.query.get('forceDelete') === 'true';
    if (things.length > 0 || (policies.length > 0 && !forced))
      throw new ServiceError(
        'DeleteConflictException',
        `Things or policies must be detached before deletion (certificateId=${id})`,
        409,
      );
    registry.removeCertificate(id);
  };

  const createFromCsr = async (call: RestCall) => {
    call.request.authorize('iot:CreateCertificateFromCsr', '*');
    const { certificateSigningRequest } = bodyOf(call.request, CsrBody);
    const signed = await (await authority()).signRequest(certificateSigningRequest);
    if (!signed.ok) throw invalidRequest(`The CSR is refused: ${signed.reason}`);
    const active = call.request.query.get('setAsActive') === 'true';
    const { id, pem } = registry.addCertificate(signed.certificatePem, active ? 'ACTIVE' : 'INACTIVE');
    return { certificateArn: certificateArn(id), certificateId: id, certificatePem: pem };
  };

  const listCertificates = ({ request }: RestCall) => {
    request.authorize('iot:ListCertificates', '*');
    const { items, next } = pageOf(request, registry.certificates(), markerPaging);
    return { certificates: items.map(summary), nextMarker: next };
  };

  return [
    { name: 'ListCertificates', method: 'GET', path: '/certificates', run: listCertificates },
    { name: 'CreateCertificateFromCsr', method: 'POST', path: '/certificates', run: createFromCsr },
    {
      name: 'DescribeCertificate',
      method: 'GET',
      path: '/certificates/{certificateId}',
      run: (call) => ({ certificateDescription: description(authorized(call, 'DescribeCertificate')) }),
    },
    {
      name: 'UpdateCertificate',
      method: 'PUT',
      path: '/certificates/{certificateId}',
      run: updateCertificate,
    },
    {
      name: 'DeleteCertificate',
      method: 'DELETE',
      path: '/certificates/{certificateId}',
      run: deleteCertificate,
    },
  ];
};
