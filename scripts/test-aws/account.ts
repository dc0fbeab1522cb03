import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** Where the SDK's own search for credentials and Region leads, as far as it gets; makes no call to AWS. */
export async function findAccount(): Promise<{ readonly region: string } | { readonly missing: string }> {
  const client = new DynamoDBClient({});
  try {
    await client.config.credentials();
  } catch {
    return { missing: 'found no credentials' };
  }
  try {
    return { region: await client.config.region() };
  } catch {
    return { missing: 'found no Region' };
  } finally {
    client.destroy();
  }
}
