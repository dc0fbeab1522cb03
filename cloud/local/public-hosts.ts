/**
 * Which loopback URL answers for a public AWS host name.
 * The template knows only AWS's names (a CloudFront domain, a hosted sign-in domain, the IoT endpoint);
 * each service that owns such a name registers where it listens, and who hands URLs to a browser asks here.
 */
export class PublicHosts {
  readonly #byHost = new Map<string, string>();

  /** `origin` such as `http://127.0.0.1:8080`, without a trailing slash. */
  register(host: string, origin: string): void {
    this.#byHost.set(host, origin);
  }

  /** The URL with scheme and host replaced if its host is registered, else as it came. */
  toLoopback(url: string): string {
    const parsed = new URL(url);
    const origin = this.#byHost.get(parsed.host);
    return origin === undefined ? url : origin + url.slice(parsed.origin.length);
  }
}
