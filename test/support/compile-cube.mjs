// Compiles a Cube model with Cube's own compiler and prints, as JSON, the SQL of one query for each cube: all its measures, by a time of it.
// Arguments: the folder with @cubejs-backend/schema-compiler, the folder of the model.
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire, Module } from 'node:module';
import path from 'node:path';

const [tools, model] = process.argv.slice(2);
const require = createRequire(path.join(tools, 'package.json'));

// The native part of Cube is a download of its own. Of it a YAML model needs only the engine for Jinja, which these files do not use.
const native = require.resolve('@cubejs-backend/native');
class NativeInstance {
  newJinjaEngine() {
    return { loadTemplate() {}, renderTemplate: () => Promise.reject(new Error('The model uses Jinja')) };
  }
  loadPythonContext() {
    return Promise.resolve({ filters: {}, variables: {}, functions: {} });
  }
}
require.cache[native] = Object.assign(new Module(native), { loaded: true, exports: { NativeInstance } });

const { prepareCompiler, PostgresQuery } = require('@cubejs-backend/schema-compiler');
const files = readdirSync(model).map((fileName) => ({ fileName, content: readFileSync(path.join(model, fileName), 'utf8') }));
const compilers = prepareCompiler({ localPath: () => model, dataSchemaFiles: () => Promise.resolve(files) }, {});
await compilers.compiler.compile();

const queries = Object.entries(compilers.cubeEvaluator.evaluatedCubes).map(([name, cube]) => {
  const measures = Object.keys(cube.measures).map((measure) => `${name}.${measure}`);
  const dimensions = Object.entries(cube.dimensions);
  const time = dimensions.find(([, { type }]) => type === 'time')?.[0];
  const label = dimensions.find(([key, { type, public: isPublic }]) => type === 'string' && isPublic !== false && key !== 'row_key')?.[0];
  const joins = (cube.joins ?? []).map((join) => join.name);
  const query = {
    measures,
    dimensions: [...(label === undefined ? [] : [`${name}.${label}`]), ...(joins.includes('tenant') ? ['tenant.tenant_name'] : [])],
    timeDimensions:
      time === undefined ? [] : [{ dimension: `${name}.${time}`, granularity: 'day', dateRange: ['2000-01-01', '2038-01-01'] }],
    timezone: 'UTC',
    order: [],
  };
  const [sql, values] = new PostgresQuery(compilers, query).buildSqlAndParams();
  return { name, joins, measures: measures.length, sql, values };
});
console.log(JSON.stringify(queries));
