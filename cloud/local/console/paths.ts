/** Where the page of the local cloud lives below the base URL. */
export const consolePath = '/_local';
