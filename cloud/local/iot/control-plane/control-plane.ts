import type { Service } from '../../gateway/service.ts';
import type { Authorizer } from '../authorizer.ts';
import { invalidRequest, makeRestService, type RestOperation } from '../http/rest-service.ts';
import type { Authority } from '../pki.ts';
import type { Provisioning } from '../provisioning.ts';
import type { CertificateStatus, Registry } from '../registry.ts';
import { makeCertificateOperations } from './certificates.ts';
import { makePolicyOperations } from './policies.ts';
import { makeClaimOperation } from './provisioning-claims.ts';
import { makeThingOperations } from './things.ts';

const endpointTypes = ['iot:Data-ATS', 'iot:Data', 'iot:Jobs'];

/** IoT Core's control plane: what operators need of things, certificates, policies and jobs. */
export const makeControlPlane = ({
  jobOperations,
  endpoint,
  ...needs
}: {
  readonly registry: Registry;
  readonly authorizer: Authorizer;
  readonly provisioning: Provisioning;
  readonly authority: () => Promise<Authority>;
  readonly setStatus: (id: string, status: CertificateStatus) => boolean;
  readonly jobOperations: readonly RestOperation[];
  /** Host and port of the broker. */
  readonly endpoint: () => string;
  readonly now: () => number;
}): Service =>
  makeRestService({
    title: 'IoT Core',
    // Older command line tools sign for `execute-api`.
    signingNames: ['iot', 'execute-api'],
    operations: [
      {
        name: 'DescribeEndpoint',
        method: 'GET',
        path: '/endpoint',
        run: ({ request }) => {
          request.authorize('iot:DescribeEndpoint', '*');
          const type = request.query.get('endpointType') ?? 'iot:Data';
          if (!endpointTypes.includes(type))
            throw invalidRequest(`The endpoint type ${type} is not emulated.`);
          return { endpointAddress: endpoint() };
        },
      },
      ...makeThingOperations(needs),
      ...makeCertificateOperations(needs),
      ...makePolicyOperations(needs),
      makeClaimOperation(needs),
      ...jobOperations,
    ],
  });
