/** The only source for now; its name is the key of CHATMART_SOURCE. */
export const SOURCE_NAME = 'idb';
