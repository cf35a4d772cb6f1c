// A provider of OpenID Connect for a check: the npm package oidc-provider, with somebody of every kind.
//
//   node aanbieder.mjs PORT REDIRECT_URI MODULES
//
// Its own pages for logging in take any password.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [port, back, modules] = process.argv.slice(2);
const require = createRequire(`${modules}/`);
const { Provider } = await import(pathToFileURL(require.resolve('oidc-provider')).href);

const people = {
  kop: { rollen: ['gebruikers', 'koppelen'] },
  fg: { rollen: 'functionaris' },
  vrij: { rollen: ['vrijgeven'] },
  zwolle: { rollen: ['gemeente'], gemeente: '0193' },
  zonder: { rollen: ['gebruikers'] },
  niets: {},
  twee: { rollen: ['koppelen', 'functionaris'] },
  kaal: { rollen: ['gemeente'] },
};

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    {
      client_id: 'inbeeld',
      client_secret: 'een-geheim-voor-deze-controle',
      redirect_uris: [back],
      grant_types: ['authorization_code'],
      response_types: ['code'],
    },
  ],
  claims: { openid: ['sub'], inbeeld: ['rollen', 'gemeente'] },
  // As the large providers do: what was asked for stands in the ID token.
  conformIdTokenClaims: false,
  cookies: { keys: ['alleen voor deze controle'] },
  pkce: { required: () => true },
  findAccount: (_, id) =>
    people[id] && { accountId: id, claims: async () => ({ sub: `${id}@aanbieder.example`, ...people[id] }) },
});
provider.listen(Number(port), '127.0.0.1', () => console.log('luistert'));
