import { z } from 'zod';
import { arn } from '../../account.ts';
import { ServiceError } from '../../gateway/service.ts';
import type { Authorizer } from '../authorizer.ts';
import { markerPaging, pageOf } from '../http/paging.ts';
import { bodyOf, notFound, type RestCall, type RestOperation } from '../http/rest-service.ts';
import { maxPoliciesPerCertificate } from '../limits.ts';
import type { Registry } from '../registry.ts';
import { certificateArn, certificateOfArn } from './certificate-arn.ts';

const Target = z.strictObject({ target: z.string() });

const policyArn = (name: string): string => arn('iot', `policy/${name}`);
const view = (name: string) => ({ policyName: name, policyArn: policyArn(name) });

/** IoT's control plane for policies: who has which. The policies themselves come from the template. */
export const makePolicyOperations = ({
  registry,
  authorizer,
}: {
  readonly registry: Registry;
  readonly authorizer: Authorizer;
}): readonly RestOperation[] => {
  const existing = (name: string): string => {
    if (!authorizer.hasPolicy(name)) throw notFound(`Policy cannot be found (name=${name})`);
    return name;
  };

  const listPage = (call: RestCall, names: readonly string[]) => {
    const { items, next } = pageOf(call.request, names, markerPaging);
    return { policies: items.map(view), nextMarker: next };
  };

  const attachPolicy = (call: RestCall) => {
    const { target } = bodyOf(call.request, Target);
    call.request.authorize('iot:AttachPolicy', target);
    const policy = existing(call.parameter('policyName'));
    const { id, policies } = certificateOfArn(registry, target);
    if (policies.length >= maxPoliciesPerCertificate && !policies.includes(policy))
      throw new ServiceError(
        'LimitExceededException',
        `A certificate has at most ${maxPoliciesPerCertificate} policies.`,
        410,
      );
    registry.attachPolicy(id, policy);
  };

  const detachPolicy = (call: RestCall) => {
    const { target } = bodyOf(call.request, Target);
    call.request.authorize('iot:DetachPolicy', target);
    registry.detachPolicy(certificateOfArn(registry, target).id, call.parameter('policyName'));
  };

  return [
    {
      name: 'ListPolicies',
      method: 'GET',
      path: '/policies',
      run: (call) => {
        call.request.authorize('iot:ListPolicies', '*');
        return listPage(call, authorizer.policyNames());
      },
    },
    {
      name: 'GetPolicy',
      method: 'GET',
      path: '/policies/{policyName}',
      run: (call) => {
        const name = call.parameter('policyName');
        call.request.authorize('iot:GetPolicy', policyArn(name));
        existing(name);
        return { ...view(name), policyDocument: authorizer.policyDocument(name), defaultVersionId: '1' };
      },
    },
    { name: 'AttachPolicy', method: 'PUT', path: '/target-policies/{policyName}', run: attachPolicy },
    { name: 'DetachPolicy', method: 'POST', path: '/target-policies/{policyName}', run: detachPolicy },
    {
      name: 'ListAttachedPolicies',
      method: 'POST',
      path: '/attached-policies/{target}',
      run: (call) => {
        const target = call.parameter('target');
        call.request.authorize('iot:ListAttachedPolicies', target);
        return listPage(call, certificateOfArn(registry, target).policies);
      },
    },
    {
      name: 'ListTargetsForPolicy',
      method: 'POST',
      path: '/policy-targets/{policyName}',
      run: (call) => {
        const name = call.parameter('policyName');
        call.request.authorize('iot:ListTargetsForPolicy', policyArn(name));
        existing(name);
        const targets = registry
          .certificates()
          .flatMap(({ id, policies }) => (policies.includes(name) ? [certificateArn(id)] : []));
        const { items, next } = pageOf(call.request, targets, markerPaging);
        return { targets: items, nextMarker: next };
      },
    },
  ];
};
