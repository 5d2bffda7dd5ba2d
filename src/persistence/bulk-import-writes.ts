/** What an import writes about users; everything personal is sealed or hashed already. */
export interface ImportWrites {
  readonly users: readonly {
    userId: string;
    externalId: string;
    groups: readonly string[];
    locale?: string;
  }[];
  readonly changes: readonly { userId: string; groups?: readonly string[]; locale?: string }[];
  readonly factors: readonly {
    userId: string;
    factorId: string;
    kind: string;
    name: string | null;
    material: Buffer;
  }[];
  readonly contacts: readonly {
    userId: string;
    contactId: string;
    kind: string;
    address: Buffer;
    blindIndex: Buffer;
    verified: boolean;
  }[];
  /** Contacts that are there and are verified from now on. */
  readonly verified: readonly { userId: string; contactId: string; kind: string }[];
}
