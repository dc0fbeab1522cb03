import * as api from './api-flows.ts';
import * as checkIn from './check-in-flows.ts';
import * as corrections from './correction-flows.ts';
import * as days from './days-flows.ts';
import * as door from './door-flows.ts';
import * as ingest from './ingest-flows.ts';
import type { RoleLabel } from './roles.ts';
import * as schedule from './schedule-flows.ts';
import * as watch from './watch-flows.ts';
import type { World } from './world.ts';

/** Something that people or doors do with the whole system. Rejects when it fails, and may be repeated any number of times. */
export type Flow = (world: World) => Promise<void>;

export const flows = {
  'a sighting of somebody enrolled': ingest.sighting,
  'a door that learns the time': ingest.unsyncedClock,
  'a sighting that comes late': ingest.lateSighting,
  'a delivery that comes back through the queue': ingest.redelivery,
  'a rule that does not reach ingest': ingest.ruleError,
  'a report that tells a clock': watch.clockReport,
  'a report of a door that has said everything': watch.allSaid,
  'a gap that people are told of': watch.gap,
  'the check of each minute': watch.minuteCheck,
  'a check that does not reach its function': watch.lostCheck,
  'the days of every site': days.keptDays,
  'a keeping of days that does not reach its function': days.lostKeeping,
  'a new door': door.newDoor,
  'a door that registers again': door.doorAgain,
  'who I am': api.whoAmI,
  'the arrivals of a site': api.arrivals,
  'the punches of a person': api.punchesOfPerson,
  'who is absent today': api.absentToday,
  'a correction that is approved': corrections.correctedDay,
  'the people of a site': api.people,
  'the first door of a new site': api.newSite,
  'a new person': api.newPerson,
  'a user who is somebody no longer': api.unlinkedUser,
  'an enrolment': api.enrolment,
  'a picture of two people': api.pictureOfTwo,
  'a check-in': checkIn.checkIn,
  'a punch by PIN': checkIn.punchByPin,
  'who works which shift': schedule.assignments,
  'a leave that is taken back': schedule.leaveTakenBack,
  'the doors of a site': api.doors,
  'a door that is allowed': api.allowance,
} as const satisfies Record<string, Flow>;

export type FlowName = keyof typeof flows;

/** A grant, and a flow that needs it. `resource` is a part of the grant's resource, where a role has the action on several. */
export type GrantCase = {
  readonly role: RoleLabel;
  readonly action: string;
  readonly resource: string;
  readonly flow: FlowName;
};

type Needs = readonly [flow: FlowName, service: string, actions: string, resource: string];

const table = ':table/rollcall-dev-*';

/** What each role is granted, by the flow that fails without it. Resources as the policies write them, `*` for what a stack makes up. */
const needs: Readonly<Partial<Record<RoleLabel, readonly Needs[]>>> = {
  IngestFunctionRole: [
    ['a sighting of somebody enrolled', 'rekognition', 'SearchFacesByImage', ':collection/rollcall-dev'],
    ['a sighting of somebody enrolled', 'dynamodb', 'BatchGetItem Query PutItem ConditionCheckItem', table],
    ['a sighting of somebody enrolled', 'iot', 'Publish', ':topic/rollcall/v1/rollcall-dev-*/verdicts'],
    ['a door that learns the time', 'dynamodb', 'GetItem DeleteItem', table],
    ['a sighting that comes late', 'dynamodb', 'UpdateItem', table],
    [
      'a delivery that comes back through the queue',
      'sqs',
      'SendMessage ReceiveMessage DeleteMessage GetQueueAttributes',
      ':rollcall-dev-ingest-failed',
    ],
    ['a delivery that comes back through the queue', 'kms', 'GenerateDataKey Decrypt', ':key/*'],
  ],
  IngestRuleErrorsRole: [
    ['a rule that does not reach ingest', 'sqs', 'SendMessage', ':rollcall-dev-ingest-dead'],
    ['a rule that does not reach ingest', 'kms', 'GenerateDataKey Decrypt', ':key/*'],
  ],
  WatchFunctionRole: [
    [
      'a report that tells a clock',
      'dynamodb',
      'GetItem BatchGetItem Query PutItem DeleteItem ConditionCheckItem',
      table,
    ],
    ['a report of a door that has said everything', 'dynamodb', 'Query', `${table}/index/gsi1`],
    ['a gap that people are told of', 'dynamodb', 'UpdateItem', table],
    ['a gap that people are told of', 'dynamodb', 'Query', `${table}/index/gsi2`],
    ['a gap that people are told of', 'sns', 'Publish', ':rollcall-dev-alerts'],
    ['a gap that people are told of', 'kms', 'GenerateDataKey Decrypt', ':key/*'],
  ],
  WatchScheduleRole: [
    ['the check of each minute', 'lambda', 'InvokeFunction', ':function:rollcall-dev-watch'],
    ['a check that does not reach its function', 'sqs', 'SendMessage', ':rollcall-dev-watch-dead'],
  ],
  DaysFunctionRole: [
    ['the days of every site', 'dynamodb', 'GetItem BatchGetItem Query PutItem DeleteItem', table],
    ['the days of every site', 'dynamodb', 'Query', `${table}/index/gsi1`],
  ],
  DaysScheduleRole: [
    ['the days of every site', 'lambda', 'InvokeFunction', ':function:rollcall-dev-days'],
    ['a keeping of days that does not reach its function', 'sqs', 'SendMessage', ':rollcall-dev-days-dead'],
  ],
  DoorsHookRole: [['a new door', 'dynamodb', 'GetItem PutItem UpdateItem', table]],
  DoorsProvisioningRole: [
    ['a new door', 'iot', 'CreateThing AttachThingPrincipal', ':thing/rollcall-dev-*'],
    ['a new door', 'iot', 'UpdateCertificate AttachPolicy AttachThingPrincipal', ':cert/*'],
    ['a door that registers again', 'iot', 'UpdateThing', ':thing/rollcall-dev-*'],
  ],
  ApiattendanceRole: [
    ['who I am', 'dynamodb', 'GetItem', table],
    ['the arrivals of a site', 'dynamodb', 'BatchGetItem', table],
    ['the arrivals of a site', 'dynamodb', 'Query', `${table}/index/gsi1`],
    ['the punches of a person', 'dynamodb', 'Query', table],
    ['who is absent today', 'dynamodb', 'Query', `${table}/index/gsi2`],
    ['a correction that is approved', 'dynamodb', 'PutItem DeleteItem ConditionCheckItem', table],
  ],
  ApipeopleRole: [
    ['the people of a site', 'dynamodb', 'GetItem', table],
    ['the people of a site', 'dynamodb', 'Query', `${table}/index/gsi1`],
    ['the first door of a new site', 'dynamodb', 'Query', table],
    ['a new person', 'dynamodb', 'PutItem', table],
    ['a user who is somebody no longer', 'dynamodb', 'DeleteItem', table],
    ['an enrolment', 'dynamodb', 'ConditionCheckItem', table],
    ['an enrolment', 'rekognition', 'IndexFaces', ':collection/rollcall-dev'],
    ['a picture of two people', 'rekognition', 'DeleteFaces', ':collection/rollcall-dev'],
  ],
  ApicheckinRole: [
    ['a check-in', 'dynamodb', 'GetItem BatchGetItem Query PutItem ConditionCheckItem', table],
    ['a check-in', 'rekognition', 'DetectFaces', '*'],
    ['a check-in', 'rekognition', 'SearchFacesByImage', ':collection/rollcall-dev'],
    ['a check-in', 's3', 'PutObject', '/check-in/*'],
    ['a check-in', 'kms', 'GenerateDataKey', ':key/*'],
    ['a punch by PIN', 'dynamodb', 'UpdateItem', table],
  ],
  ApischeduleRole: [
    ['who works which shift', 'dynamodb', 'Query', `${table}/index/gsi1`],
    ['a leave that is taken back', 'dynamodb', 'GetItem Query PutItem DeleteItem', table],
  ],
  ApidoorsRole: [
    ['the doors of a site', 'dynamodb', 'GetItem', table],
    ['the doors of a site', 'dynamodb', 'Query', `${table}/index/gsi1`],
    ['the first door of a new site', 'dynamodb', 'Query', table],
    ['a door that is allowed', 'dynamodb', 'PutItem', table],
  ],
};

export const grantCases: readonly GrantCase[] = Object.entries(needs).flatMap(([role, rows]) =>
  rows.flatMap(([flow, service, actions, resource]) =>
    actions
      .split(' ')
      .map((action) => ({ role: role as RoleLabel, action: `${service}:${action}`, resource, flow })),
  ),
);
