// Loaded into a program before it starts (`node --import`): lets its system time begin at CLOCK_AT, and go on from there.
const behindMs = Date.now() - Date.parse(process.env.CLOCK_AT);
const RealDate = Date;

globalThis.Date = class extends RealDate {
  constructor(...args) {
    if (args.length === 0) super(RealDate.now() - behindMs);
    else super(...args);
  }

  static now() {
    return RealDate.now() - behindMs;
  }
};
