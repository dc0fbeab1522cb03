// Runs in CloudFront on the dashboard's behaviour, not in Node.
// A path without a dot is a page of the single-page application, which index.html draws.
// biome-ignore lint/correctness/noUnusedVariables: CloudFront calls it by this name
function handler(event) {
  const request = event.request;
  if (!request.uri.includes('.')) request.uri = '/index.html';
  return request;
}
