import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';

/** A stored value, and whether this very call made it. */
export interface ObtainedSecret {
  value: string;
  made: boolean;
}

/** The named secrets of the database, each made once by whichever instance comes first. */
@Injectable()
export class Secrets {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** The value stored under the name; `make` is called only when there is none yet. */
  async get(name: string, make: () => string | Promise<string>): Promise<string> {
    return (await this.obtain(name, make)).value;
  }

  /** As `get`, and tells whether the value was made just now. Of instances that race, one made it and all read it. */
  async obtain(name: string, make: () => string | Promise<string>): Promise<ObtainedSecret> {
    const stored = await this.read(name);
    if (stored !== undefined) return { value: stored, made: false };
    const value = await make();
    const inserted = await this.dataSource.query<unknown[]>(
      'INSERT INTO "secrets" ("name", "value") VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING "name"',
      [name, value],
    );
    if (inserted.length > 0) return { value, made: true };
    return { value: (await this.read(name)) ?? value, made: false };
  }

  private async read(name: string): Promise<string | undefined> {
    const rows = await this.dataSource.query<{ value: string }[]>(
      'SELECT "value" FROM "secrets" WHERE "name" = $1',
      [name],
    );
    return rows[0]?.value;
  }
}
