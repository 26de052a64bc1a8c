import type { Server } from './request.js';

/** The timeout of a request, ms. */
const timeout = 10_000;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The address and the credentials of the tracking server. Credentials come only from the environment, as in MLflow's own
 * clients, so that no file of a run contains any.
 * @param named the address from a flag or a record. Default: `MLFLOW_TRACKING_URI`
 * @throws Error with a message for the user
 */
export function trackingServer(named: string | null | undefined, environment: Environment = process.env): Server {
  const address = named ?? environment.MLFLOW_TRACKING_URI ?? '';
  if (address === '') throw new Error('no tracking server: use --mlflow-url, or set MLFLOW_TRACKING_URI');
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new Error('the tracking server must be an http or https address');
  if (url.username !== '' || url.password !== '') {
    throw new Error(
      "the tracking server's address contains a password, which would be stored with the run: set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN",
    );
  }
  return {
    url: `${url.origin}${url.pathname.replace(/\/+$/, '')}`,
    authorization: authorization(environment),
    timeout,
  };
}

function authorization(environment: Environment): string | undefined {
  const {
    MLFLOW_TRACKING_USERNAME: user,
    MLFLOW_TRACKING_PASSWORD: password,
    MLFLOW_TRACKING_TOKEN: token,
  } = environment;
  if (user !== undefined && password !== undefined) {
    return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  }
  return token === undefined || token === '' ? undefined : `Bearer ${token}`;
}
