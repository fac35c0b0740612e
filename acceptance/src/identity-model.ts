// A directory as plainly as it can be said: contacts with a name and e-mail addresses, merge sets, and the lines of those
// who hold a value. What the server answers to a few clients at once must be what this answers in some order.

/** Fields of a contact; absent for no value. */
export type Fields = Partial<Record<'firstName' | Slot, string>>;
type Slot = (typeof SLOTS)[number];
/** In the order in which surplus addresses take free places. */
const SLOTS = ['otherEmail', 'personalEmail', 'workEmail'] as const;

export type Call =
  | { do: 'create'; fields: Fields }
  | { do: 'put'; id: string; fields: Fields }
  | { do: 'delete' | 'unmerge'; id: string }
  | { do: 'merge'; ids: string[] }
  | { do: 'claim' | 'release'; id: string; value: string }
  | { do: 'enrich'; values: string[]; action: 'Insert' | 'Update' | 'Upsert' | 'Merge'; firstName: string }
  | { do: 'observe'; values: string[] };

/** What a client is told: of a success the contact as it then is, or those that came back; of a refusal why, and about whom. */
export interface Reply {
  status: number;
  code?: string;
  about?: string;
  contact?: { id: string; fields?: Fields; mergedFrom?: string[] };
  contacts?: string[];
}

interface Contact {
  fields: Fields;
  modified: number;
  mergedTo?: string;
  /** Of the result of a merge: of what it was made, and the places that these had. */
  merge?: { from: string[]; places: Place[] };
}

interface Place {
  owner: string;
  value: string;
  held: boolean;
  pinned: boolean;
  waived: boolean;
  since: number;
}

export class Directory {
  #contacts = new Map<string, Contact>();
  #places: Place[] = [];
  #clock = 0;

  copy(): Directory {
    const copy = new Directory();
    copy.#contacts = structuredClone(this.#contacts);
    copy.#places = structuredClone(this.#places);
    copy.#clock = this.#clock;
    return copy;
  }

  /** What tells two directories apart: moments only by their order. */
  key(): string {
    const moments = [...new Set([...this.#contacts.values(), ...this.#places].map((one) => ('since' in one ? one.since : one.modified)))].sort((a, b) => a - b);
    const order = new Map(moments.map((moment, i) => [moment, i]));
    return JSON.stringify([[...this.#contacts].sort(), this.#places.map((place) => JSON.stringify(place)).sort()], (name, value) =>
      name === 'since' || name === 'modified' ? order.get(value) : value,
    );
  }

  /** @param made the id that the server gave to what is new, if anything is */
  apply(call: Call, made: string): Reply {
    this.#clock += 1;
    switch (call.do) {
      case 'create':
        this.#make(made, call.fields);
        return this.#shown(made);
      case 'put':
        return this.#of(call.id, (id) => {
          this.#save(id, call.fields);
          return this.#shown(id);
        });
      case 'delete':
        return this.#itself(call.id, (id) => this.#drop(this.setOf(id)));
      case 'merge':
        return this.#merge(call.ids, made);
      case 'unmerge':
        return this.#itself(call.id, (id) => this.#unmerge(id));
      case 'claim':
        return this.#of(call.id, (id) => this.#claim(id, call.value));
      case 'release':
        return this.#of(call.id, (id) => this.#release(id, call.value));
      case 'enrich':
        return this.#enrich(call, made);
      case 'observe':
        return this.#observe(call.values, made);
      default:
        throw new Error(`unknown call ${call satisfies never}`);
    }
  }

  /** The contact that the id leads to; undefined where it leads to none. */
  canonical(id: string): string | undefined {
    const contact = this.#contacts.get(id);
    return contact?.mergedTo === undefined ? contact && id : this.canonical(contact.mergedTo);
  }

  fieldsOf(id: string): Fields {
    return this.#contact(id).fields;
  }

  setOf(canonical: string): string[] {
    return [...this.#contacts.keys()].filter((id) => this.canonical(id) === canonical).sort();
  }

  claimant(value: string): string | undefined {
    return this.#places.filter((place) => place.value === value && !place.waived).sort(firstInLine)[0]?.owner;
  }

  #contact(id: string): Contact {
    return this.#contacts.get(id) as Contact;
  }

  #of(asked: string, act: (id: string) => Reply): Reply {
    const id = this.canonical(asked);
    return id === undefined ? NOT_FOUND : act(id);
  }

  /** What is done to a canonical contact by its own id only. */
  #itself(asked: string, act: (id: string) => Reply): Reply {
    return this.#of(asked, (id) => (id === asked ? act(id) : { status: 409, code: 'contact.merged.away', about: id }));
  }

  #shown(id: string, status = 200): Reply {
    const { fields, merge } = this.#contact(id);
    return { status, contact: { id, fields: { ...fields }, ...(merge ? { mergedFrom: merge.from } : {}) } };
  }

  #make(id: string, fields: Fields): void {
    this.#contacts.set(id, { fields: {}, modified: 0 });
    this.#save(id, fields);
  }

  #save(id: string, fields: Fields): void {
    Object.assign(this.#contact(id), { fields: { ...fields }, modified: this.#clock });
    this.#hold(id, fields);
  }

  #hold(id: string, fields: Fields): void {
    const values = new Set(SLOTS.flatMap((slot) => fields[slot] ?? []));
    this.#places = this.#places.filter(({ owner, value, held, pinned }) => owner !== id || values.has(value) || pinned || !held);
    for (const place of this.#places) if (place.owner === id) place.held = values.has(place.value);
    for (const value of values) if (!this.#place(id, value)) this.#join({ owner: id, value, held: true, pinned: false });
  }

  #place = (id: string, value: string): Place | undefined => this.#places.find((place) => place.owner === id && place.value === value);
  #join = (place: Omit<Place, 'waived' | 'since'>): unknown => this.#places.push({ ...place, waived: false, since: this.#clock });

  #drop(ids: string[]): Reply {
    for (const id of ids) this.#contacts.delete(id);
    this.#leave(ids);
    return { status: 200 };
  }

  #leave(ids: string[]): void {
    this.#places = this.#places.filter(({ owner }) => !ids.includes(owner));
  }

  #merge(asked: string[], made: string): Reply {
    const from = asked.map((id) => this.canonical(id));
    if (from.includes(undefined)) return NOT_FOUND;
    const twice = from.find((id, i) => from.indexOf(id) !== i);
    if (twice !== undefined) return { status: 409, code: 'contacts.already.merged' };
    const inputs = from as string[];
    const newestFirst = inputs.map((id) => this.#contact(id)).sort((a, b) => b.modified - a.modified);
    const places = this.#places.filter(({ owner }) => inputs.includes(owner)).sort(firstInLine);
    this.#leave(inputs);
    for (const id of inputs) this.#contact(id).mergedTo = made;
    const fields = combined(newestFirst.map((contact) => contact.fields));
    this.#contacts.set(made, { fields, modified: this.#clock, merge: { from: inputs, places } });
    for (const [value, those] of Map.groupBy(places, (place) => place.value)) {
      const first = those.find(({ waived }) => !waived) ?? (those[0] as Place);
      const held = SLOTS.some((slot) => fields[slot] === value);
      const place = { owner: made, value, held, pinned: those.some(({ pinned }) => pinned), waived: first.waived, since: first.since };
      if (held || !place.waived) this.#places.push(place);
    }
    return this.#shown(made);
  }

  #unmerge(id: string): Reply {
    const { merge } = this.#contact(id);
    if (!merge) return { status: 409, code: 'nothing.to.unmerge' };
    this.#drop([id]);
    this.#places.push(...merge.places);
    // In the order that they had.
    for (const input of merge.from.map((one) => this.#contact(one)).sort((a, b) => a.modified - b.modified)) {
      delete input.mergedTo;
      input.modified = this.#clock;
      this.#clock += 1;
    }
    return { status: 200, contacts: merge.from };
  }

  #claim(id: string, value: string): Reply {
    const claimant = this.claimant(value);
    if (claimant !== undefined && claimant !== id) return { status: 409, code: 'identifier.already.claimed', about: claimant };
    const place = this.#place(id, value);
    if (!place) this.#join({ owner: id, value, held: false, pinned: true });
    else Object.assign(place, { pinned: true, ...(place.waived ? { waived: false, since: this.#clock } : {}) });
    return { status: 200 };
  }

  #release(id: string, value: string): Reply {
    if (this.claimant(value) !== id) return { status: 404, code: 'identifier.not.found' };
    const place = this.#place(id, value) as Place;
    if (place.held) Object.assign(place, { waived: true, pinned: false });
    else this.#places.splice(this.#places.indexOf(place), 1);
    return { status: 200 };
  }

  /** The records that the values lead to, and which of the values lead to nobody. */
  #found(values: string[]): { found: string[]; free: string[] } {
    const found = new Set(values.flatMap((value) => this.claimant(value) ?? []));
    return { found: [...found], free: values.filter((value) => this.claimant(value) === undefined) };
  }

  #enrich({ values, action, firstName }: Call & { do: 'enrich' }, made: string): Reply {
    const { found, free } = this.#found(values);
    const [first] = found;
    if (first !== undefined && action === 'Insert') return { status: 409, code: 'enrich.matched' };
    if (first === undefined && action === 'Update') return { status: 404, code: 'enrich.unmatched' };
    const merges = action === 'Merge' && found.length > 1;
    if (merges) this.#merge(found, made);
    if (first === undefined) this.#make(made, { firstName });
    const id = merges || first === undefined ? made : first;
    const contact = this.#contact(id);
    // What changes nothing is no change.
    if (contact.fields.firstName !== firstName) Object.assign(contact, { fields: { ...contact.fields, firstName }, modified: this.#clock });
    for (const value of free) this.#claim(id, value);
    return this.#shown(id, first === undefined ? 201 : 200);
  }

  #observe(values: string[], made: string): Reply {
    const { found, free } = this.#found(values);
    const [first] = found;
    if (first === undefined) this.#make(made, {});
    for (const value of free) this.#claim(first ?? made, value);
    // What it shows of whom it found may be newer.
    return { status: first === undefined ? 201 : 200, contact: { id: first ?? made } };
  }
}

const NOT_FOUND: Reply = { status: 404, code: 'not.found' };

const firstInLine = (a: Place, b: Place) => Number(b.pinned) - Number(a.pinned) || a.since - b.since;

/** The newest value of each field; addresses that have none of their own take what is free. */
function combined(newestFirst: Fields[]): Fields {
  const result: Fields = {};
  const firstName = newestFirst.find((fields) => fields.firstName !== undefined)?.firstName;
  if (firstName !== undefined) result.firstName = firstName;
  const stands = (value: string) => SLOTS.some((slot) => result[slot] === value);
  const addresses = newestFirst.flatMap((fields) => SLOTS.flatMap((slot) => (fields[slot] === undefined ? [] : [{ slot, value: fields[slot] }])));
  for (const { slot, value } of addresses) if (result[slot] === undefined && !stands(value)) result[slot] = value;
  for (const { value } of addresses) {
    const free = SLOTS.find((slot) => result[slot] === undefined);
    if (free && !stands(value)) result[free] = value;
  }
  return result;
}
