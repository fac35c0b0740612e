// Sessions as a feeder has them.
import { randomUUID } from 'node:crypto';
import type { Json } from './server.ts';

export const FAR = '2100-01-01T00:00:00.000Z';

/** A visit with nothing but what it must have, and more. */
export const visit = (contactId: string, more: object = {}): Json => ({
  id: randomUUID(),
  externalContact: { id: contactId },
  type: 'web',
  eventCount: 1,
  lastEvent: { id: 'e1', eventName: 'page_viewed', createdDate: '2026-02-03T10:00:00.000Z' },
  authenticated: false,
  createdDate: '2026-02-03T09:00:00.000Z',
  ...more,
});
/** All else that is known of a session. */
export const EVERYTHING = {
  customerId: 'c-1',
  customerIdType: 'cookie',
  externalId: 'x1',
  externalUrl: 'https://shop.example/s/1',
  shortId: '12345',
  segmentAssignments: [{ segment: { id: 'vip' }, assignedDate: '2026-02-03T09:30:00.000Z' }],
  attributes: { 'Cart value': { dataType: 'number', value: '12.5' } },
  attributeLists: { items: { dataType: 'string', values: ['a', 'b'] } },
  browser: { family: 'Firefox', version: '140', lang: 'en', featuresFlash: false, featuresJava: false, featuresPdf: true, featuresWebrtc: true },
  device: { category: 'desktop', type: 'pc', isMobile: false, osFamily: 'Linux', osVersion: '6', screenWidth: 1920 },
  geolocation: { country: 'FR', latitude: 48.85, longitude: 2.35, locality: 'Paris' },
  ipAddress: '192.0.2.7',
  lastPage: { url: 'https://shop.example/', domain: 'shop.example', hostname: 'shop.example', pathname: '/', breadcrumb: ['Shop'] },
  mktCampaign: { name: 'Spring', source: 'mail' },
  referrer: { url: 'https://a.example/', domain: 'a.example', hostname: 'a.example', pathname: '/', medium: 'search' },
  searchTerms: ['boots'],
  userAgentString: 'Mozilla/5.0',
  durationInSeconds: 60,
  pageviewCount: 3,
  conversation: { id: 'd1' },
  conversationChannels: [{ type: 'Messaging', messageType: 'WhatsApp' }],
  originatingDirection: 'Inbound',
  conversationSubject: 'Boots',
  endedDate: '2026-02-03T11:00:00.000Z',
  awayDate: '2026-02-03T10:30:00.000Z',
  idleDate: '2026-02-03T10:20:00.000Z',
};
