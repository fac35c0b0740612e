import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readTopic, topicKinds, topicsThatCover } from './topic.ts';

const topics = fc
  .constantFrom(...topicKinds)
  .chain(({ template }) => fc.array(fc.uuid(), { minLength: 2, maxLength: 2 }).map((ids) => template.replaceAll('{id}', () => ids.shift() as string)));

it('every topic is covered by itself and by what has stars from some id on, all of which can be subscribed to', () => {
  fc.assert(
    fc.property(topics, (topic) => {
      const covering = topicsThatCover(topic);
      expect(covering[0]).toBe(topic);
      expect(covering).toHaveLength(1 + (readTopic(topic)?.parameters.length ?? 0));
      for (const one of covering) expect(readTopic(one)).toMatchObject({ id: one, kind: readTopic(topic)?.kind });
    }),
  );
});

it('ids are compared in small letters', () => {
  fc.assert(
    fc.property(fc.uuid(), (id) => {
      expect(readTopic(`v2.externalcontacts.contacts.${id.toUpperCase()}`)?.id).toBe(`v2.externalcontacts.contacts.${id}`);
    }),
  );
});

it('what has a star before an id, or is no topic of this server, is none', () => {
  fc.assert(
    fc.property(fc.uuid(), fc.string(), (id, noise) => {
      for (const text of [`v2.externalcontacts.contacts.*.notes.${id}`, `v2.externalcontacts.contacts.${id}.${noise}x`, `v2.users.${id}`, noise])
        expect(readTopic(text)).toBeUndefined();
    }),
  );
});
