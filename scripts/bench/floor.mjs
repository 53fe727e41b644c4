// The floor: receives the rows of the IDB as fast as the socket delivers them, and discards them.
import pg from 'pg';

const client = new pg.Client({ connectionString: process.env.BENCH_IDB_URL });
await client.connect();
await new Promise((resolve, reject) => {
  client.query({
    submit(connection) {
      const { stream } = connection;
      const [pgOnData] = stream.listeners('data');
      stream.off('data', pgOnData);
      // pg needs only the end: CommandComplete and ReadyForQuery are short and come last.
      stream.on('data', (piece) => {
        if (piece.length < 6 || piece.readUInt8(piece.length - 6) !== 0x5a || piece.readUInt32BE(piece.length - 5) !== 5) return;
        stream.removeAllListeners('data');
        stream.on('data', pgOnData);
        pgOnData(piece.subarray(piece.length - 6));
      });
      connection.query('copy (select callid, keyname, value from g_userdata_history) to stdout');
    },
    handleReadyForQuery: resolve,
    handleError: reject,
  });
});
await client.end();
