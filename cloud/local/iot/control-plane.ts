import { type Service, ServiceError } from '../gateway/service.ts';

/** IoT Core's control plane, of which one question is emulated: DescribeEndpoint, answered with the local broker. */
export const makeControlPlane = ({ endpoint }: { readonly endpoint: () => string }): Service => ({
  signingNames: ['iot'],
  protocol: 'rest-json',
  async handle(request) {
    const { method, path } = request;
    if (method !== 'GET' || path !== '/endpoint') {
      throw new ServiceError('InvalidRequestException', 'Only DescribeEndpoint is emulated', 400);
    }
    request.authorize('iot:DescribeEndpoint', '*');
    return {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ endpointAddress: endpoint() }),
    };
  },
});
