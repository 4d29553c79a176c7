import { version } from '../foundation/version.ts';

const binary = (type: string) => ({ [type]: { schema: { type: 'string', format: 'binary' } } });
const answer = (description: string, content?: object) => ({ description, ...(content && { content }) });
const problem = (description: string) =>
  answer(description, { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } });
const SCAN = {
  required: true,
  description:
    'A zip archive with one DICOM series, or a NIfTI file. Of models that tell of subjects: a scan where they go by one alone; else their table as csv or JSON, or a zip archive with it and the scans that it names.',
  content: {
    ...binary('application/zip'),
    ...binary('application/octet-stream'),
    'text/csv': { schema: { type: 'string' } },
    'application/json': { schema: { $ref: '#/components/schemas/Table' } },
  },
};
const PROBLEMS = {
  '400': problem('The scan cannot be segmented; the text says why.'),
  '401': problem('There is no secret.'),
  '403': problem('The secret is wrong.'),
  '404': problem('There is no such model; the text says which there are.'),
  '413': problem('The scan is larger than the service accepts.'),
  '429': problem('This client has too many scans waiting.'),
  '500': problem('A defect of the service.'),
  '503': problem('Too many scans wait, or the service stops.'),
};

/** The service's interface as an OpenAPI document. @param models `NAME:VERSION` of each. */
export function openApiDocument(models: readonly string[]): object {
  const parameters = [
    {
      name: 'model',
      in: 'query',
      description: 'Which model, as NAME:VERSION; may be left out where there is one.',
      schema: { type: 'string', enum: [...models] },
    },
    {
      name: 'format',
      in: 'query',
      description: 'Default: rtstruct, of models that tell of subjects json.',
      schema: { type: 'string', enum: ['rtstruct', 'seg', 'nifti', 'json'] },
    },
    {
      name: 'series',
      in: 'query',
      description: 'SeriesInstanceUID, where the archive holds several series.',
      schema: { type: 'string' },
    },
  ];
  const predict = {
    summary: 'Segment a scan, or tell of the subjects of a table, and wait for the result',
    parameters,
    requestBody: SCAN,
    responses: {
      '200': answer('The segmentation, or what is told of subjects.', {
        ...binary('application/dicom'),
        ...binary('application/gzip'),
        'application/json': { schema: { $ref: '#/components/schemas/Told' } },
      }),
      ...PROBLEMS,
    },
  };
  const { '404': _, ...withoutModel } = PROBLEMS;
  return {
    openapi: '3.1.0',
    info: {
      title: 'InnerEye segmentation service',
      version,
      description: 'For research only; not a medical device.',
    },
    security: [{ secret: [] }],
    paths: {
      '/v1/ping': { get: { summary: 'Whether the secret is right', responses: { '200': answer('It is.') } } },
      '/v1/models': { get: { summary: 'The models there are', responses: { '200': answer('Their list.') } } },
      '/v1/predict': { post: { operationId: 'predict', ...predict } },
      '/score': { post: { operationId: 'score', ...predict } },
      '/v1/model/start/{model}': {
        post: {
          operationId: 'start',
          summary: "Send a DICOM series; InnerEye-Inference's interface",
          parameters: [{ name: 'model', in: 'path', required: true, schema: { type: 'string' } }],
          requestBody: SCAN,
          responses: { '201': answer('The id to ask for the result by.', { 'text/plain': {} }), ...PROBLEMS },
        },
      },
      '/v1/model/results/{id}': {
        get: {
          operationId: 'results',
          summary: 'Ask for a result',
          parameters: [
            { name: 'id', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } },
          ],
          responses: {
            '200': answer('A zip archive with segmentation.dcm, an RTSTRUCT.', binary('application/zip')),
            '202': answer('Not yet.'),
            '404': problem('There is no such id, or its result was not kept any longer.'),
            ...withoutModel,
          },
        },
      },
      '/health/live': { get: { security: [], responses: { '200': answer('The service lives.') } } },
      '/health/ready': {
        get: {
          security: [],
          responses: { '200': answer('It takes scans.'), '503': answer('It does not, or not yet.') },
        },
      },
      '/metrics': {
        get: { security: [], responses: { '200': answer('Figures for Prometheus.', { 'text/plain': {} }) } },
      },
    },
    components: {
      securitySchemes: { secret: { type: 'apiKey', in: 'header', name: 'API_AUTH_SECRET' } },
      schemas: {
        Table: {
          type: 'object',
          required: ['subjects'],
          properties: {
            subjects: {
              type: 'array',
              description: 'A row of the table each, by the names of its columns.',
              items: {
                type: 'object',
                additionalProperties: { type: ['string', 'number', 'boolean', 'null'] },
              },
            },
          },
        },
        Told: {
          type: 'object',
          required: ['model', 'task', 'predictions', 'failed'],
          properties: {
            model: { type: 'string' },
            task: { type: 'string', enum: ['classification', 'regression', 'sequence'] },
            predictions: {
              type: 'array',
              items: {
                type: 'object',
                required: ['subject', 'target', 'output'],
                properties: {
                  subject: { type: 'string' },
                  position: { type: 'integer', description: 'Of the visit.' },
                  target: { type: 'string' },
                  output: {
                    type: 'number',
                    description: 'Posterior of the class, calibrated, or the number.',
                  },
                  threshold: {
                    type: 'number',
                    description: 'Of the class, as chosen on validation subjects; 0.5 where none was.',
                  },
                  told: { type: 'boolean', description: 'Whether the model says that it is this class.' },
                },
              },
            },
            failed: {
              type: 'array',
              items: {
                type: 'object',
                required: ['what'],
                properties: {
                  subject: { type: 'string' },
                  line: { type: 'integer', description: 'Of the table.' },
                  what: { type: 'string' },
                },
              },
            },
          },
        },
        Error: {
          type: 'object',
          required: ['code', 'detail', 'status', 'title'],
          properties: {
            code: { type: 'string' },
            detail: { type: 'string' },
            status: { type: 'integer' },
            title: { type: 'string' },
            extra_details: { type: 'string' },
          },
        },
      },
    },
  };
}
