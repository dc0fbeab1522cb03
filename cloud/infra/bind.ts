import { Aws, Stack } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { Bucket, CfnBucket } from 'aws-cdk-lib/aws-s3';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import { thingName } from '#contract/names.ts';
import { verdictsTopic } from '#contract/topics.ts';
import { acknowledgeWildcard, iotResource } from './acknowledge.ts';
import type { RollcallConfig } from './configuration.ts';
import { allowToEncrypt, allowToStore } from './encryption.ts';
import type { FaceCollection } from './face-collection.ts';
import type { PhotoPrefix } from './photo-classes.ts';
import type { RollcallFunction } from './rollcall-function.ts';

/** What a function does with the table; a transaction is authorised as the single actions in it. */
export type TableAction =
  | 'GetItem'
  | 'BatchGetItem'
  | 'Query'
  | 'PutItem'
  | 'UpdateItem'
  | 'DeleteItem'
  | 'ConditionCheckItem';

/** Names the table to a function and grants exactly these actions, and Query on the indexes. */
export const bindTable = (
  fn: RollcallFunction,
  table: TableV2,
  actions: readonly TableAction[],
  ...indexes: readonly ('gsi1' | 'gsi2')[]
): void => {
  fn.addEnvironment('TABLE_NAME', table.tableName);
  grant(
    fn,
    actions.map((action) => `dynamodb:${action}`),
    table.tableArn,
  );
  for (const index of indexes) grant(fn, ['dynamodb:Query'], `${table.tableArn}/index/${index}`);
};

/** Names the face collection to a function and grants exactly these Rekognition actions on it. */
export const bindCollection = (
  fn: RollcallFunction,
  faces: FaceCollection,
  actions: readonly ('SearchFacesByImage' | 'IndexFaces' | 'DeleteFaces')[],
): void => {
  fn.addEnvironment('COLLECTION_ID', faces.collectionId);
  grant(
    fn,
    actions.map((action) => `rekognition:${action}`),
    faces.collectionArn,
  );
};

/** Lets a function look for faces in a picture that belongs to no collection. */
export const bindDetection = (fn: RollcallFunction): void => {
  grant(fn, ['rekognition:DetectFaces'], '*');
  acknowledgeWildcard(fn.ownRole, 'Resource::*', 'Rekognition knows no resource for DetectFaces but all.');
};

/** Names the image bucket to a function and lets it store pictures of one class: neither read nor delete any. */
export const bindPictures = (
  fn: RollcallFunction,
  images: Bucket,
  key: Key,
  photoClass: PhotoPrefix,
): void => {
  fn.addEnvironment('IMAGES_BUCKET', images.bucketName);
  grant(fn, ['s3:PutObject'], images.arnForObjects(`${photoClass}*`));
  const { logicalId } = images.node.defaultChild as CfnBucket;
  acknowledgeWildcard(
    fn.ownRole,
    `Resource::<${Stack.of(images).resolve(logicalId)}.Arn>/${photoClass}*`,
    'Every picture of the class has a key of its own.',
  );
  allowToStore(fn.ownRole, key);
};

/** Lets a function send verdicts to the doors of its stage. */
export const bindVerdicts = (fn: RollcallFunction, config: RollcallConfig): void => {
  const topics = `topic/${verdictsTopic(thingName(config.stage, '*'))}`;
  grant(fn, ['iot:Publish'], iotArn(topics));
  acknowledgeWildcard(fn.ownRole, iotResource(topics), 'Every door of this stage has its own topic.');
};

/** Names the topic of alerts to a function and lets it publish there. */
export const bindAlerts = (fn: RollcallFunction, topic: Topic, key: Key): void => {
  fn.addEnvironment('ALERTS_TOPIC_ARN', topic.topicArn);
  grant(fn, ['sns:Publish'], topic.topicArn);
  allowToEncrypt(fn.ownRole, key);
};

/** Tells a function the sites and their rules. */
export const bindSites = (fn: RollcallFunction, config: RollcallConfig): void => {
  fn.addEnvironment('SITES', JSON.stringify(config.sites));
};

/** Tells a function what a search costs and what all of a month may cost. */
export const bindSearchBudget = (fn: RollcallFunction, config: RollcallConfig): void => {
  fn.addEnvironment('SEARCH_BUDGET', JSON.stringify(config.searches));
};

/** Tells a function its stage, which is part of every thing name. */
export const bindStage = (fn: RollcallFunction, config: RollcallConfig): void => {
  fn.addEnvironment('STAGE', config.stage);
};

/** ARN of an AWS IoT resource of the stack's own account and region. */
export const iotArn = (resource: string): string =>
  `arn:${Aws.PARTITION}:iot:${Aws.REGION}:${Aws.ACCOUNT_ID}:${resource}`;

const grant = (fn: RollcallFunction, actions: readonly string[], resource: string): void => {
  fn.addToRolePolicy(new PolicyStatement({ actions: [...actions], resources: [resource] }));
};
