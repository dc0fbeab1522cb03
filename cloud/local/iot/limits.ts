/** Quotas of AWS IoT Core that this broker enforces (AWS General Reference, "AWS IoT Core endpoints and quotas"). */
export const maxPayloadBytes = 128 * 1024;
/** What AWS IoT Core announces in CONNACK: the payload limit plus room for topic and properties. */
export const maxPacketBytes = 149_504;
export const maxTopicBytes = 256;
export const maxTopicSlashes = 7;
export const maxClientIdBytes = 128;
export const maxKeepAliveSeconds = 1200;
export const maxUnacknowledged = 100;
export const maxTopicAliases = 8;
export const maxSessionExpirySeconds = 3600;
/** Policy documents: characters without white space. */
export const maxPolicyCharacters = 2048;
export const maxTemplateBytes = 10 * 1024;
export const maxTemplateNameCharacters = 36;
export const maxPoliciesPerCertificate = 10;
/** Filters in one SUBSCRIBE, and on one connection. */
export const maxFiltersPerSubscribe = 8;
export const maxFiltersPerConnection = 50;
export const minKeepAliveSeconds = 30;
/** Publishes that a connection may send; what is beyond is thrown away without an answer. */
export const maxPublishesPerSecond = 100;
