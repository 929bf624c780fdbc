import koffi from 'koffi';

/** Version of the library that makes the native calls. Who can read it has it loaded. */
export const libraryVersion: string = koffi.version;
