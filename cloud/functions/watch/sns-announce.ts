import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import { announcementOf } from './announcement.ts';
import type { Announce } from './look-at-gap.ts';

/** Tells whoever reads the topic of alerts. */
export const makeSnsAnnounce =
  (client: SNSClient, topicArn: string): Announce =>
  async (gap) => {
    const { subject, message } = announcementOf(gap);
    await client.send(new PublishCommand({ TopicArn: topicArn, Subject: subject, Message: message }));
  };
