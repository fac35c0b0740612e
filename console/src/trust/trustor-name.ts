// What an organization is called, as far as one may know it.
export const nameOf = ({ id, organization }: { id?: string; organization?: { name?: string } }): string => organization?.name ?? id ?? '';
