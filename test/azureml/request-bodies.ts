import { Ajv, type ErrorObject, type SchemaValidateFunction, type ValidateFunction } from 'ajv';
import of2022 from './fixtures/specification/2022-10-01.json' with { type: 'json' };
import of2023 from './fixtures/specification/2023-10-01.json' with { type: 'json' };
import of2025 from './fixtures/specification/2025-12-01.json' with { type: 'json' };
import { validationError } from './service-error.ts';

/**
 * Versions whose schemas are kept. Between them a request is checked by the next later one: what a version takes, the
 * following ones take as well.
 */
const KEPT: readonly (readonly [version: string, schema: object])[] = [
  ['2022-10-01', of2022],
  ['2023-10-01', of2023],
  ['2025-12-01', of2025],
];

/** Bodies of the service by the name of their definition in the specification. */
export type BodyName =
  | 'CodeContainer'
  | 'CodeVersion'
  | 'ComponentContainer'
  | 'ComponentVersion'
  | 'ComputeResource'
  | 'DataContainer'
  | 'DataVersionBase'
  | 'Datastore'
  | 'DeploymentLogsRequest'
  | 'EnvironmentContainer'
  | 'EnvironmentVersion'
  | 'JobBase'
  | 'ModelContainer'
  | 'ModelVersion'
  | 'OnlineDeployment'
  | 'OnlineEndpoint'
  | 'PendingUploadRequestDto';

/** ISO 8601 durations as the service writes and takes them, such as PT3H30M. */
const DURATION = /^P(?=.)(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?$/;

/** The service takes names of enumerations in any case, as its own clients send them, and gives them back in its own. */
const namesIgnoringCase: SchemaValidateFunction = (allowed: readonly string[], data, _schema, context) => {
  const found = allowed.find(name => name.toLowerCase() === String(data).toLowerCase());
  namesIgnoringCase.errors = [{ keyword: 'enum', params: { allowedValues: allowed } }];
  if (found !== undefined && context) context.parentData[context.parentDataProperty] = found;
  return found !== undefined;
};

const compiled = new Map<string, Ajv>();

function schemas(version: string): Ajv {
  const [kept, schema] = KEPT.find(([candidate]) => version.slice(0, 10) <= candidate) ?? KEPT.at(-1)!;
  let ajv = compiled.get(kept);
  if (!ajv) {
    ajv = new Ajv({ allErrors: true, discriminator: true, strict: false, formats: { duration: DURATION } });
    ajv.removeKeyword('enum').addKeyword({ keyword: 'enum', errors: true, validate: namesIgnoringCase });
    ajv.addSchema(schema, 'specification');
    compiled.set(kept, ajv);
  }
  return ajv;
}

/** Whether a version of the service knows this body, and so the operation that takes it. */
export function isKnownBody(version: string, name: BodyName): boolean {
  return schemas(version).getSchema(`specification#/definitions/${name}`) !== undefined;
}

/** Throws the service's 400 where a body does not fit the specification: each property that is wrong, missing or unknown. */
export function checkBody(version: string, name: BodyName, body: unknown): void {
  const validate = schemas(version).getSchema(`specification#/definitions/${name}`) as ValidateFunction;
  if (validate(body)) return;
  const telling = (validate.errors ?? []).filter(
    ({ keyword, params }) => keyword !== 'anyOf' && params.type !== 'null',
  );
  throw validationError(telling.map(describe));
}

function describe({ instancePath, keyword, params, message }: ErrorObject): {
  target: string;
  message: string;
} {
  const target = instancePath.slice(1).replaceAll('/', '.').replaceAll('~1', '/');
  const inside = (name: string): string => (target ? `${target}.${name}` : name);
  if (keyword === 'additionalProperties') {
    const name = String(params.additionalProperty);
    return { target: inside(name), message: `Could not find member '${name}' on the type of this object.` };
  }
  if (keyword === 'required')
    return { target: inside(params.missingProperty), message: 'The field is required.' };
  if (keyword === 'enum')
    return { target, message: `The value must be one of ${params.allowedValues.join(', ')}.` };
  if (keyword === 'const') return { target, message: `The value must be ${params.allowedValue}.` };
  if (keyword === 'discriminator')
    return { target: inside(params.tag), message: `'${params.tagValue}' is not a known value.` };
  return { target, message: `The value ${message}.` };
}
