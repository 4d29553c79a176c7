import { generate } from 'selfsigned';

/** A certificate of 127.0.0.1 and localhost with its key and the authority that signed it, in PEM. */
export interface ServerCertificate {
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
}

/** Makes an authority of its own and a server's certificate signed by it, so that clients verify as they do elsewhere. */
export async function makeCertificate(): Promise<ServerCertificate> {
  const days = { notAfterDate: new Date(Date.now() + 7 * 24 * 3600_000), algorithm: 'sha256' } as const;
  const authority = await generate([{ name: 'commonName', value: 'AzureML stand-in authority' }], {
    ...days,
    keyType: 'ec',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const server = await generate([{ name: 'commonName', value: 'localhost' }], {
    ...days,
    keyType: 'ec',
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'keyUsage', digitalSignature: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 2, value: '*.blob.localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  return { authority: authority.cert, certificate: server.cert, key: server.private };
}
