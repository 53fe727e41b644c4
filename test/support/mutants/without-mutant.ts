// The thread stays, and so does the mutant of the run before. Test files are read without it; StrykerJS sets the next one before their tests.
const state = (globalThis as { __stryker__?: { activeMutant?: string } }).__stryker__;
if (state !== undefined) delete state.activeMutant;

export {};
