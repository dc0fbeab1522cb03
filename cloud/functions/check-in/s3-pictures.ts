import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';

/** Pictures of check-ins, each under its person, so that erasing somebody is one prefix. */
export interface CheckInPictures {
  /** `date` is the local date of the punch. The same picture stored twice is one. */
  store(picture: {
    readonly personId: string;
    readonly date: string;
    readonly id: string;
    readonly image: Uint8Array;
  }): Promise<void>;
}

/** In the image bucket, which encrypts by its own rule and forgets by the prefix (cloud/infra/photo-classes.ts). */
export const makeS3Pictures = (client: S3Client, bucket: string): CheckInPictures => ({
  async store({ personId, date, id, image }) {
    await client.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: `check-in/${personId}/${date}/${id}.jpg`,
        Body: image,
        ContentType: 'image/jpeg',
      }),
    );
  },
});
