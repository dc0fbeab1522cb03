import { CfnCollection } from 'aws-cdk-lib/aws-rekognition';
import { Construct } from 'constructs';
import type { RollcallConfig } from './configuration.ts';
import { dataRemovalPolicy } from './removal.ts';

/** The Rekognition collection that holds every face reference of the installation. */
export class FaceCollection extends Construct {
  readonly collectionId: string;
  readonly collectionArn: string;

  constructor(scope: Construct, id: string, { config }: { readonly config: RollcallConfig }) {
    super(scope, id);
    const collection = new CfnCollection(this, 'Collection', { collectionId: `rollcall-${config.stage}` });
    collection.applyRemovalPolicy(dataRemovalPolicy(config));
    this.collectionId = collection.ref;
    this.collectionArn = collection.attrArn;
  }
}
