import { makeGateway } from './gateway/gateway.ts';
import type { Principal, Service } from './gateway/service.ts';
import type { PolicyQuestion } from './iam/policy.ts';

const administrator: Principal = { kind: 'administrator', arn: 'arn:aws:iam::000000000000:root' };

/**
 * One service behind the real gateway, for that service's contract tests.
 * `asked` collects every authorisation it asks for; `allows` answers them. `config` is for any SDK client.
 */
export const serveForTests = async (
  service: Service,
  allows: (question: PolicyQuestion) => boolean = () => true,
) => {
  const asked: PolicyQuestion[] = [];
  const gateway = makeGateway({
    iam: {
      secretOf: (id) => (id === 'local' ? 'local' : undefined),
      principalOf: () => administrator,
      decide(_, question) {
        asked.push(question);
        return allows(question) ? 'allow' : 'implicit_deny';
      },
    },
    now: Date.now,
    log: { info() {}, warn() {} },
  });
  gateway.register(service);
  return {
    asked,
    config: {
      endpoint: await gateway.start(0),
      region: 'eu-central-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      maxAttempts: 1,
    },
    close: () => gateway.stop(),
  };
};
