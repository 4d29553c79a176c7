// Stands in for the editor's Microsoft account in tests: whoever asks is given tokens of the stand-in of AzureML.
const { request } = require('node:https');
const { readFileSync } = require('node:fs');
const { authentication, EventEmitter } = require('vscode');

const { STAND_IN_ORIGIN, STAND_IN_AUTHORITY, STAND_IN_ACCOUNT } = process.env;

/** Whether somebody has signed in, which outlives the window. */
const SIGNED_IN = 'signed-in';

/** A token for the audience of the scopes. */
const token = scopes =>
  new Promise((resolve, reject) => {
    const audience = scopes[0].replace(/\/\.default$/, '');
    const body = JSON.stringify({ audience });
    const asked = request(
      `${STAND_IN_ORIGIN}/stand-in/tokens`,
      {
        method: 'POST',
        ca: readFileSync(STAND_IN_AUTHORITY),
        headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      },
      answer => {
        let text = '';
        answer.on('data', data => {
          text += data;
        });
        answer.on('end', () => resolve(JSON.parse(text).token));
      },
    );
    asked.on('error', reject);
    asked.end(body);
  });

exports.activate = context => {
  const changes = new EventEmitter();
  const session = async scopes => ({
    id: scopes.join(' '),
    accessToken: await token(scopes),
    account: { id: STAND_IN_ACCOUNT, label: STAND_IN_ACCOUNT },
    scopes,
  });
  const provider = {
    onDidChangeSessions: changes.event,
    getSessions: async scopes =>
      context.globalState.get(SIGNED_IN) && scopes ? [await session(scopes)] : [],
    createSession: async scopes => {
      await context.globalState.update(SIGNED_IN, true);
      return session(scopes);
    },
    removeSession: async () => {},
  };
  context.subscriptions.push(
    changes,
    authentication.registerAuthenticationProvider('microsoft', 'Microsoft', provider),
  );
};
