// What Cube's driver finds in a mart, as JSON. Arguments: folder of the driver, host, port, database, user, password, statements to be refused.
const { createRequire } = require('node:module');

const [folder, host, port, database, user, password, ...statements] = process.argv.slice(2);
const { PostgresDriver } = createRequire(`${folder}/package.json`)('@cubejs-backend/postgres-driver');

(async () => {
  const driver = new PostgresDriver({ host, port: Number(port), database, user, password });
  const schema = await driver.tablesSchema();
  const started = schema.chat.sessions.find(({ name }) => name === 'started_at');
  const [{ count }] = await driver.query('select count(*)::integer as count from sessions', []);
  const refused = [];
  for (const statement of statements)
    refused.push(
      await driver.query(statement, []).then(
        () => 'done',
        (error) => error.message,
      ),
    );
  await driver.release();
  console.log(JSON.stringify({ sessions: count, time: started.type, refused }));
})();
