// Loaded into a program before it starts (`node --import`): ends the process with SIGKILL before one of the calls that change files.
//   CRASH_CALL    the number of the call
//   CRASH_RECORD  file that gets a line a call
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const { CRASH_CALL, CRASH_RECORD } = process.env;
const { appendFileSync } = fs;
let calls = 0;
/** Appending writes by the same calls. */
let isRecording = false;
for (const name of ['mkdirSync', 'openSync', 'writeSync', 'fsyncSync', 'writeFileSync', 'renameSync', 'linkSync', 'rmSync', 'rmdirSync']) {
  const call = fs[name];
  fs[name] = (...args) => {
    // Modules and settings are opened to be read.
    if (!isRecording && (name !== 'openSync' || /^[wa]/.test(String(args[1])))) {
      calls++;
      isRecording = true;
      if (CRASH_RECORD !== undefined)
        appendFileSync(CRASH_RECORD, `${name} ${String(args[0])}${/rename|link/.test(name) ? ` ${args[1]}` : ''}\n`);
      isRecording = false;
      if (calls === Number(CRASH_CALL)) process.kill(process.pid, 'SIGKILL');
    }
    return call(...args);
  };
}
syncBuiltinESMExports();
