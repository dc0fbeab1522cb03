import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { alarmRules } from './alarm-rules.ts';
import { Alarms } from './alarms.ts';
import { Alerts } from './alerts.ts';
import { Api } from './api.ts';
import type { RollcallConfig } from './configuration.ts';
import { Dashboard } from './dashboard.ts';
import { Days } from './days.ts';
import { DoorIdentity } from './door-identity.ts';
import { Encryption } from './encryption.ts';
import { FaceCollection } from './face-collection.ts';
import { Ingest } from './ingest.ts';
import { SignIn } from './sign-in.ts';
import { Storage } from './storage.ts';
import { Watch } from './watch.ts';

export type RollcallStackProps = StackProps & {
  readonly config: RollcallConfig;
  /** Folder of the built dashboard. */
  readonly dashboardDir: string;
};

/** The whole of Rollcall in one account and region, in the order in which a passage travels through it. */
export class RollcallStack extends Stack {
  constructor(scope: Construct, id: string, { config, dashboardDir, ...props }: RollcallStackProps) {
    super(scope, id, { description: 'Rollcall: who came through a door', ...props });

    const { key } = new Encryption(this, 'Encryption', { config });
    const storage = new Storage(this, 'Storage', { config, key });
    const faces = new FaceCollection(this, 'Faces', { config });
    const alerts = new Alerts(this, 'Alerts', { config, key });
    const shared = { config, table: storage.table, faces, key };

    // device: who a door is and what it may say
    const doors = new DoorIdentity(this, 'Doors', shared);

    // cloud: rule → ingest → Rekognition → attendance → table, and the verdict back
    const ingest = new Ingest(this, 'Ingest', shared);
    const watch = new Watch(this, 'Watch', { ...shared, alerts: alerts.topic });
    const days = new Days(this, 'Days', shared);

    // browser: who signs in, what they may ask, where the pages come from
    const signIn = new SignIn(this, 'SignIn', { config });
    const api = new Api(this, 'Api', { ...shared, images: storage.images });
    const dashboard = new Dashboard(this, 'Dashboard', { api, signInUrl: signIn.url });
    const client = signIn.addBrowserClient(dashboard.url);
    api.openRoutesTo(signIn.pool, client);
    dashboard.publish(dashboardDir, signIn.configurationFor(client));

    // people: who is called when something of this fails
    const watched = {
      config,
      ingest: ingest.function,
      watch: watch.function,
      hook: doors.hook,
      refusals: doors.refusals,
      checks: watch.checks,
      days,
      functions: [ingest.function, watch.function, days.function, doors.hook, ...api.functions],
      queues: { ...ingest.queues, watchDead: watch.dead },
      table: storage.table,
      api,
    };
    new Alarms(this, 'Alarms', { config, topic: alerts.topic, rules: alarmRules(watched) });

    this.#output({
      Stage: config.stage,
      DashboardUrl: dashboard.url,
      ApiUrl: `${dashboard.url}/api/v1`,
      UserPoolId: signIn.pool.userPoolId,
      UserPoolClientId: client.userPoolClientId,
      SignInUrl: signIn.url,
      CollectionId: faces.collectionId,
      TableName: storage.table.tableName,
      AlertsTopicArn: alerts.topic.topicArn,
      FailedQueueUrl: ingest.queues.failed.queueUrl,
      DeadQueueUrl: ingest.queues.dead.queueUrl,
      KeyArn: key.keyArn,
      ImageBucketName: storage.images.bucketName,
      ProvisioningTemplateName: doors.templateName,
      ClaimPolicyName: doors.claimPolicyName,
      DevicePolicyName: doors.devicePolicyName,
    });
  }

  #output(values: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(values)) new CfnOutput(this, name, { value });
  }
}
