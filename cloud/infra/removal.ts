import { RemovalPolicy } from 'aws-cdk-lib';
import type { RollcallConfig } from './configuration.ts';

/** What a deleted stack leaves behind of people's data, as the configuration says. */
export const dataRemovalPolicy = (config: RollcallConfig): RemovalPolicy =>
  config.keepDataOnDelete ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
