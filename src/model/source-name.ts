/** The first source, or the only one; its name is the key of CHATMART_SOURCE. Its twins are idb2, idb3, … */
export const SOURCE_NAME = 'idb';

/** Name of the source in a set of HA twins, in the order of the configuration, counted from 0. */
export const toSourceName = (index: number): string => (index === 0 ? SOURCE_NAME : `${SOURCE_NAME}${index + 1}`);
