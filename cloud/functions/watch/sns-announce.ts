import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Announcement } from './announcement.ts';

/** Tells whoever reads the topic of alerts. */
export const makeSnsAnnounce =
  (client: SNSClient, topicArn: string) =>
  async ({ subject, message }: Announcement): Promise<void> => {
    await client.send(new PublishCommand({ TopicArn: topicArn, Subject: subject, Message: message }));
  };
