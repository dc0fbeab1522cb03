import { Aws, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpMethod, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpUserPoolAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { UserPool, UserPoolClient } from 'aws-cdk-lib/aws-cognito';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { type ApiFunction, apiBase, routes } from '#contract/routes.ts';
import {
  bindCollection,
  bindDetection,
  bindPictures,
  bindSearchBudget,
  bindSites,
  bindStage,
  bindTable,
} from './bind.ts';
import type { RollcallConfig } from './configuration.ts';
import type { FaceCollection } from './face-collection.ts';
import { RollcallFunction } from './rollcall-function.ts';

type ApiProps = {
  readonly config: RollcallConfig;
  readonly table: TableV2;
  readonly faces: FaceCollection;
  readonly images: Bucket;
  /** Of the pictures. */
  readonly key: Key;
};

/** The HTTP API: one function per duty, one route per line of the contract's route table. */
export class Api extends Construct {
  /** Host name of the API's own endpoint, for CloudFront. */
  readonly host: string;
  readonly id: string;
  readonly functions: readonly RollcallFunction[];
  readonly #http: HttpApi;
  readonly #functions: Readonly<Record<ApiFunction, RollcallFunction>>;

  constructor(scope: Construct, id: string, { config, table, faces, images, key }: ApiProps) {
    super(scope, id);
    this.#http = new HttpApi(this, 'Http', {
      apiName: `rollcall-${config.stage}`,
      createDefaultStage: false,
    });
    new HttpStage(this, 'Stage', {
      httpApi: this.#http,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: 50, burstLimit: 100 },
      accessLogSettings: {
        destination: new LogGroupLogDestination(accessLog(this, config)),
        format: AccessLogFormat.custom(JSON.stringify(accessLogLine)),
      },
    });
    this.id = this.#http.apiId;
    this.host = `${this.#http.apiId}.execute-api.${Aws.REGION}.${Aws.URL_SUFFIX}`;

    // API Gateway gives up after 30 seconds; until then a throttled call may be tried again.
    const fn = (name: ApiFunction) =>
      new RollcallFunction(this, name, { config, name, timeout: Duration.seconds(29), memoryMb: 512 });

    const attendance = fn('attendance');
    bindSites(attendance, config);
    bindSearchBudget(attendance, config);
    bindTable(
      attendance,
      table,
      ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'DeleteItem', 'ConditionCheckItem'],
      'gsi1',
      'gsi2',
    );

    const people = fn('people');
    bindSites(people, config);
    bindCollection(people, faces, ['IndexFaces', 'DeleteFaces']);
    bindTable(people, table, ['GetItem', 'Query', 'PutItem', 'ConditionCheckItem', 'DeleteItem'], 'gsi1');

    const doors = fn('doors');
    bindSites(doors, config);
    bindStage(doors, config);
    bindTable(doors, table, ['GetItem', 'Query', 'PutItem'], 'gsi1');

    const checkIn = fn('check-in');
    bindSites(checkIn, config);
    bindStage(checkIn, config);
    bindSearchBudget(checkIn, config);
    bindDetection(checkIn);
    bindCollection(checkIn, faces, ['SearchFacesByImage']);
    bindPictures(checkIn, images, key, 'check-in/');
    bindTable(checkIn, table, [
      'GetItem',
      'BatchGetItem',
      'Query',
      'PutItem',
      'UpdateItem',
      'ConditionCheckItem',
    ]);

    const schedule = fn('schedule');
    bindSites(schedule, config);
    bindTable(schedule, table, ['GetItem', 'Query', 'PutItem', 'DeleteItem'], 'gsi1');

    this.#functions = { attendance, 'check-in': checkIn, schedule, people, doors };
    this.functions = Object.values(this.#functions);
  }

  /** Opens every route of the contract to access tokens of this client that carry the route's scope. */
  openRoutesTo(pool: UserPool, client: UserPoolClient): void {
    const authorizer = new HttpUserPoolAuthorizer('Jwt', pool, { userPoolClients: [client] });
    // One permission per function instead of one per route: a function's policy holds only 20 KB.
    const integration = (name: ApiFunction) =>
      new HttpLambdaIntegration(name, this.#functions[name], { scopePermissionToRoute: false });
    const integrations: Readonly<Record<ApiFunction, HttpLambdaIntegration>> = {
      attendance: integration('attendance'),
      'check-in': integration('check-in'),
      schedule: integration('schedule'),
      people: integration('people'),
      doors: integration('doors'),
    };
    for (const route of Object.values(routes)) {
      this.#http.addRoutes({
        path: `${apiBase}${route.path}`,
        methods: [HttpMethod[route.method]],
        integration: integrations[route.function],
        authorizer,
        authorizationScopes: [route.scope],
      });
    }
  }
}

/** One line for each request: what was asked and how it ended, without address, name or token of who asked. */
const accessLogLine = {
  requestId: '$context.requestId',
  time: '$context.requestTimeEpoch',
  route: '$context.routeKey',
  status: '$context.status',
  latencyMs: '$context.responseLatency',
  refusal: '$context.authorizer.error',
  failure: '$context.integrationErrorMessage',
};

const accessLog = (scope: Construct, config: RollcallConfig): LogGroup =>
  new LogGroup(scope, 'AccessLog', {
    // AWS's own prefix for logs that services deliver: elsewhere the account's policy for them would soon be full.
    logGroupName: `/aws/vendedlogs/rollcall/${config.stage}/api`,
    retention: config.retention.logDays,
    removalPolicy: RemovalPolicy.DESTROY,
  });
