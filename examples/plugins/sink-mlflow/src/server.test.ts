import { expect } from 'chai';
import { trackingServer } from './server.js';

describe('trackingServer', () => {
  it('uses the address of the flag, else of the environment', () => {
    const environment = { MLFLOW_TRACKING_URI: 'https://tracking.example.org/mlflow/' };
    expect(trackingServer('http://127.0.0.1:5000/', environment).url).to.equal('http://127.0.0.1:5000');
    expect(trackingServer(null, environment).url).to.equal('https://tracking.example.org/mlflow');
  });

  it('reads credentials from the environment', () => {
    const { authorization } = trackingServer('http://a', { MLFLOW_TRACKING_TOKEN: 'secret' });
    expect(authorization).to.equal('Bearer secret');
    const named = { MLFLOW_TRACKING_USERNAME: 'ann', MLFLOW_TRACKING_PASSWORD: 'pass:word' };
    expect(trackingServer('http://a', named).authorization).to.equal(
      `Basic ${Buffer.from('ann:pass:word').toString('base64')}`,
    );
    expect(trackingServer('http://a', {}).authorization).to.equal(undefined);
  });

  it('reports missing and invalid settings, without the password', () => {
    expect(() => trackingServer(null, {})).to.throw(/--mlflow-url/);
    expect(() => trackingServer('file:///tmp/mlruns', {})).to.throw(/http/);
    expect(() => trackingServer('http://ann:secret@host', {}))
      .to.throw(/MLFLOW_TRACKING_PASSWORD/)
      .with.property('message')
      .not.match(/secret/);
  });
});
