/** A user as Okta's Users API shows them: Lea, active, unless said otherwise. */
export function anOktaUser(but: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id: '00uLEAVER',
    status: 'ACTIVE',
    created: '2025-01-02T08:00:00.000Z',
    activated: '2025-01-02T08:05:00.000Z',
    statusChanged: '2025-01-02T08:05:00.000Z',
    lastLogin: null,
    lastUpdated: '2026-03-02T09:00:00.000Z',
    passwordChanged: null,
    type: { id: 'oty1' },
    transitioningToStatus: null,
    profile: {
      login: 'lea.ver@acme.example',
      email: 'lea@acme.example',
      firstName: 'Lea',
      lastName: 'Ver',
      mobilePhone: null,
    },
    credentials: { provider: { type: 'OKTA', name: 'OKTA' } },
    ...but,
  };
}
