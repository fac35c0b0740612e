// What happens to the directory, as events in order. This is the slice's only door.
export { type Event, type EventIds, eventIds, eventOf, type Sight, sightOf } from './event.ts';
export { type Change, createFeed, type Feed, type Wanted, type WireObject } from './feed.ts';
export { createEvents, type Events } from './operations.ts';
